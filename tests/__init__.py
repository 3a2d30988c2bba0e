"""Tests of Threatbase."""
