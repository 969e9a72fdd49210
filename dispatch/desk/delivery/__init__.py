"""The outbox emptied through the channels, each message in the words of whom it is for."""
