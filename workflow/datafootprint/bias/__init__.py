"""The bias example: coloured digits, and subsets that keep, weigh down or remove the bias."""
