"""What the channels for text messages share."""
