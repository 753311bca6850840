"""GitHub, as its API and its remotes have it."""
