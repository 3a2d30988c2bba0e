"""The formats of checklists."""
