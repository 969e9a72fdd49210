"""Capacity in units, such as minutes: who takes what when requests are of different sizes."""
