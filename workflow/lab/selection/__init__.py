"""Choosing the samples to train on: scores, subsets and the strategies made of them."""
