"""From papers to counts: how the dataset was used, and how many papers did so a year."""
