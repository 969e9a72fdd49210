"""What checking is made of: the breaks there can be, what is private, the log played again, this computer."""
