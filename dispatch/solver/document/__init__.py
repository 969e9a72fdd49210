"""The matcher alone: a problem as JSON in, a solution as JSON out, no database."""
