"""Readers of other projects' sources: each takes a local checkout and returns plain items."""
