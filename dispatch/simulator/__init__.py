"""What would have happened: made-up towns, and days replayed in memory."""
