"""Continuing the yearly shares to years without counts, by several models side by side."""
