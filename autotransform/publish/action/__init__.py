"""The GitHub Action, from within a step."""
