"""What the words mean: dataclasses and tables of rules, no I/O, no libraries."""
