"""Requests and responders written into the office's own sheet."""
