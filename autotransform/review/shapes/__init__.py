"""Shapes: changes that are the same change, wherever they stand."""
