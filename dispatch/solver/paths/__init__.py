"""Successive shortest paths over ordered costs: the engine of every matching without side rules."""
