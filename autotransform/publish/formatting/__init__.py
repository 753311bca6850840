"""What a script changed, formatted as the repository formats."""
