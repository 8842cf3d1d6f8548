"""Asking a language model how a paper used the dataset: prompt, requests, money, cache."""
