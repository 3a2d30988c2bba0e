"""Threatbase: an open, bilingual threat-model knowledge base for Docker containers."""

__version__ = "0.1.0"
