"""The paid consultation: its ticket, from the hold on a card to the capture or the void."""
