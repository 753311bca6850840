"""The built-in author: requests it understands, what their names mean here, and the scripts it writes."""

from autotransform.author.recipes.answers import list_forms
from autotransform.author.recipes.built_in import BuiltInAuthor
from autotransform.author.recipes.catalogue import RECIPES
from autotransform.author.recipes.forms import Form, Parsed
from autotransform.author.recipes.ground import Ground
from autotransform.author.recipes.recipe import Plan, Recipe

__all__ = ["RECIPES", "BuiltInAuthor", "Form", "Ground", "Parsed", "Plan", "Recipe", "list_forms"]
