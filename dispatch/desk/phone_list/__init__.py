"""The printed phone list: numbered, laid out for paper, keyed back."""
