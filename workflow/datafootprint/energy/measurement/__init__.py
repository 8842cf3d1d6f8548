"""Training a model for real, with its energy logged."""
