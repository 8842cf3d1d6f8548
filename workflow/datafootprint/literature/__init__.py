"""From shares of one venue to training runs across the literature."""
