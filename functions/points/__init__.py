"""The points programme: awards, spending, stamps and badges on one ledger."""
