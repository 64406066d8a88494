"""The frozen values which the parts of the composer hand to each other; no effects, no decisions."""
