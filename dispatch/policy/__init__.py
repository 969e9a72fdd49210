"""When to ask, and how many: pure functions shared by the desk and the simulator."""
