"""Somebody's table of requests taken in: good rows in, bad rows back with their reason, nothing twice."""
