"""How sure the estimate is: Monte Carlo by tiers, sensitivity, and what to observe next."""
