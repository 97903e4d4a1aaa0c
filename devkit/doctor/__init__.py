"""`make doctor`: is a project set up as this repository needs it, before and after a deployment."""
