"""What the literature would have saved by training on subsets."""
