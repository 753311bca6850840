"""Programs that a person named, run without our secrets and within bounds."""
