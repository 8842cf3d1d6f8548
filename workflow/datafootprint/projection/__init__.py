"""Continuing the yearly shares to years without counts, by several models side by side."""

#: Fewest observed years that the bounds of a model need; one for the others.
FEWEST_YEARS = {"ols": 3, "wls": 3, "logit": 2}
