"""Dispatch neighbourhood help: orders in, people asked, work done, rated."""
