"""A community from a folder of CSV, every fault told with file and line."""
