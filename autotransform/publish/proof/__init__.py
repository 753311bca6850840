"""Whether a branch is what its script makes."""
