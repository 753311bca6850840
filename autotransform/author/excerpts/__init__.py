"""What a model is shown of the repository: the shapes in which the things that the request names occur."""

from autotransform.author.excerpts.finding import BUDGET, find_excerpts
from autotransform.author.excerpts.values import Excerpts, Sample
from autotransform.author.excerpts.words import find_names

__all__ = ["BUDGET", "Excerpts", "Sample", "find_excerpts", "find_names"]
