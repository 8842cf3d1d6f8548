"""Checking the labels by hand: which papers to read, the page to read them on, what it shows."""
