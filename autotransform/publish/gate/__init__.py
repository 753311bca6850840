"""The project's own tests, and what they do not bear."""
