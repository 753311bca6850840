"""Pull requests: what they say, and how they come to say it."""
