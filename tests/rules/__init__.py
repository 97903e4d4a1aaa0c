"""What the app may read and write directly in Firestore, shown against firestore.rules on the emulator.

`people_and_documents.py` holds who calls and what is stored. `access.py`, `queries.py`, `profiles.py`, `messages.py`
and `admin_claim.py` hold the cases, each with its expected answer, as data. The test modules only run them.
"""
