"""Who should go: a pure function from a problem to a solution."""
