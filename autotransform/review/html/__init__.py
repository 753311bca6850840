"""The report: one HTML file that holds all of a run, and asks nothing of a network.

Everything in it that is not ours is text: escaped, and what would not be seen made visible.
"""

from autotransform.review.html.page import write_report

__all__ = ["write_report"]
