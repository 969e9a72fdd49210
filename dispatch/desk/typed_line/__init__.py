"""One typed line made an order: read, shown, asked about, never guessed."""
