"""One module a figure; each draws rows of tables and returns a matplotlib figure."""
