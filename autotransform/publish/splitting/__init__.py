"""A change in parts: by owner, folder, package, number or shape."""
