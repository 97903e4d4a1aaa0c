"""A kind of purchase that exists in the tests only: donations, paid at once, thanked for by a sweep."""
