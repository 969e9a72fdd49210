"""Matchings that are more than a flow: teams, covers, people kept apart, clashes, work counted in units."""
