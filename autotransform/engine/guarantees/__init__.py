"""What a changed text must keep, found in the two texts alone (invariants 2, 4 and 5)."""
