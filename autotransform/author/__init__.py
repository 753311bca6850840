"""Words in, a script out: the built-in recipes, and language models.

The only room that is not deterministic, and the only one that may reach a model.
"""

from autotransform.author.model_author import ModelAuthor
from autotransform.author.recipes import BuiltInAuthor
from autotransform.author.values import Attempt, Author, Draft, OnProgress, Request

__all__ = ["Attempt", "Author", "BuiltInAuthor", "Draft", "ModelAuthor", "OnProgress", "Request"]
