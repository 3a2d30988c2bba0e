"""Checklists: what the graph asks for, as files that people tick and that come back."""
