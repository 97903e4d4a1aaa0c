"""Tickets to events: organisers and their events, places held and sold, orders and what was issued for them."""
