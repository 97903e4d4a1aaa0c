"""Money and points stay right under every fault: kills at every round trip, guards taken away, random steps."""
