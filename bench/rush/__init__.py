"""A model of a rush for one event: buyers, instances, Firestore and Stripe, told in simulated time.

`parameters` says what is assumed and why, `clock` runs processes, `platform` has the instances, `firestore` and
`stripe` what they allow, `blocks` the inventory of event tickets and `counter` its naive twin, `buyer` what a buyer's
app does, `world` puts one rush together, `outcome` counts and judges it, `report` writes the tables of docs/scale.md.
"""
