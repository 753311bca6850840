"""What people refused: kept, shared, replayed, and taught to the script."""
