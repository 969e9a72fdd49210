"""What a dispatcher does, in the order it is done: one transaction per function."""
