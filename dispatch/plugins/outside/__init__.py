"""Calling servers whose address came from settings or from strangers, without being led into our own network."""
