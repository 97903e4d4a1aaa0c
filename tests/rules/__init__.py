"""What the app may read and write directly in Firestore, proved against firestore.rules on the emulator.

`world.py` holds the people and documents. `access.py`, `queries.py`, `profiles.py`, `messages.py` and
`claims.py` hold the questions and their expected answers as data. The test modules only ask them.
"""
