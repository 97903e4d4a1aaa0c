"""Money stays right under every fault: kills at every external call, guards switched off, and the whole at random."""
