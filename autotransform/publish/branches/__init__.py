"""A branch of ours: its commits and what they say, whose it is, and what people put on it."""
