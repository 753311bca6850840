"""Describe a refactor once; review one LibCST script; run it anywhere, the same way every time."""

__version__ = "0.1.0"
