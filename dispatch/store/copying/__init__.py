"""Copies of a database, of each kind: made, read through, brought back."""
