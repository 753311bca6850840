"""The author that needs no model: it knows a few kinds of change, and knows them well."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from autotransform import script
from autotransform.author.recipes import answers
from autotransform.author.recipes.catalogue import RECIPES
from autotransform.author.recipes.forms import check_name, tidy
from autotransform.author.recipes.ground import Ground
from autotransform.author.recipes.recipe import Recipe, name_of, write
from autotransform.author.values import Draft, OnProgress, Request

if TYPE_CHECKING:
    from autotransform.run import Selection


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltInAuthor:
    """Writes scripts from recipes: the same request over the same repository gives the same script."""

    recipes: tuple[Recipe, ...] = RECIPES

    def understands(self, request: Request) -> bool:
        """Tell whether a recipe reads the request; what its names mean is not looked at."""
        return any(recipe.read(request.text) for recipe in self.recipes)

    def draft(self, request: Request, selection: Selection, *, on_progress: OnProgress | None = None) -> Draft:
        """Write a transform for a request.

        Raises:
            ModelError: No recipe understands the request, or the repository does not say what its names mean.
        """
        drafted = self.try_draft(request, selection, on_progress=on_progress)
        if drafted is None:
            raise answers.not_understood(request.text, recipes=self.recipes)
        return drafted

    def try_draft(
        self, request: Request, selection: Selection, *, on_progress: OnProgress | None = None
    ) -> Draft | None:
        """Write a transform for a request; ``None`` when no recipe reads it.

        Raises:
            ModelError: A recipe reads the request and cannot carry it out; the hint says what to type instead.
        """
        if not self.understands(request):
            return None
        ground = Ground.of(selection, request=tidy(request.text))
        return self.draft_on(request, ground, on_progress=on_progress)

    def draft_on(self, request: Request, ground: Ground, *, on_progress: OnProgress | None = None) -> Draft:
        """Write a transform for a request, on what is known of the repository.

        Raises:
            ModelError: As `draft`.
        """
        read = ((recipe, recipe.read(request.text)) for recipe in self.recipes)
        recipe, parsed = next(((recipe, parsed) for recipe, parsed in read if parsed), (None, None))
        if recipe is None or parsed is None:
            raise answers.not_understood(request.text, recipes=self.recipes)
        if on_progress:
            on_progress(f"looking up what the request names ({recipe.name})")
        plan = recipe.plan(parsed, ground)
        name = request.name or plan.name or name_of(tidy(request.text))
        check_name(name)
        source = write(plan, name=name, request=" ".join(request.text.split()))
        rules = script.parse(source, name=name).rules
        lines = tuple(line.strip() for line in rules.splitlines() if line.strip())
        author = f"Written by the built-in recipe «{recipe.name}»; no model was asked."
        return Draft(source=source, name=name, author="built-in", rules=lines, notes=(author, *plan.notes))
