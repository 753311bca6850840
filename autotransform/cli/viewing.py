"""What `preview` is asked to show, and in which form."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable

_Result = TypeVar("_Result")

#: What standard output holds.
Form: TypeAlias = Literal["diff", "shapes", "stat", "json", "patch", "sarif", "html"]
_SIGNATURE = re.compile("[0-9a-f]{4,12}")


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What to show of a run."""

    stat_only: bool = False
    as_json: bool = False
    as_patch: bool = False
    #: Files to write; ``-`` is standard output.
    sarif: str | None = None
    html: str | None = None
    annotate: bool = False
    check: bool = False
    #: The revision whose version of the script is compared.
    against: str | None = None
    shapes_only: bool = False
    #: The first digits of the signature of the only shape to show.
    shape: str | None = None
    no_pager: bool = False

    @property
    def form(self) -> Form:
        """What standard output is to hold.

        Raises:
            click.UsageError: Two things at once.
        """
        asked: dict[Form, bool] = {
            "stat": self.stat_only,
            "json": self.as_json,
            "patch": self.as_patch,
            "sarif": self.sarif == "-",
            "html": self.html == "-",
            "shapes": self.shapes_only,
        }
        chosen = [form for form, is_asked in asked.items() if is_asked]
        if len(chosen) > 1:
            raise click.UsageError("--shapes, --stat, --json, --patch, --sarif - and --html - exclude each other.")
        form = chosen[0] if chosen else "diff"
        if self.annotate and form not in {"diff", "shapes", "stat"}:
            raise click.UsageError("--annotate prints beside the diff or --stat, not in what another program reads.")
        if self.shape is not None and form != "diff":
            raise click.UsageError("--shape shows the diffs of one shape, and nothing else.")
        is_alone = form in {"diff", "json"} and not (self.annotate or self.sarif or self.html or self.shape)
        if self.against is not None and not is_alone:
            raise click.UsageError("--against shows what became different; it goes with --json and --check only.")
        return form


#: As without any option.
PLAIN = View()


def view_options(command: Callable[..., _Result]) -> Callable[..., _Result]:
    """Declare the options that say what is shown; they arrive together, as ``view``."""
    options = (
        click.option(
            "--shapes", "shapes_only", is_flag=True, help="Show the kinds of change only, with an example of each."
        ),
        click.option(
            "--shape",
            metavar="ID",
            callback=_read_signature,
            help="Show only what is of this shape, by its first digits.",
        ),
        click.option("--stat", "stat_only", is_flag=True, help="Show how much each file changes instead of the diff."),
        click.option("--json", "as_json", is_flag=True, help="Print the run as JSON (docs/reference/json.md)."),
        click.option("--patch", "as_patch", is_flag=True, help="Print a patch that `git apply` takes."),
        click.option("--html", metavar="FILE", help="Write a report to this file, to be opened in a browser."),
        click.option("--sarif", metavar="FILE", help="Write what would change as SARIF to this file (-: print it)."),
        click.option(
            "--against", metavar="REV", help="Show what became different since the script was as it is in this commit."
        ),
        click.option(
            "--annotate", is_flag=True, help="Print commands that show it beside the lines in a GitHub workflow."
        ),
        click.option("--check", is_flag=True, help="Exit with 1 if anything would change."),
        click.option("--no-pager", is_flag=True, help="Print all at once, however long it is."),
    )

    @functools.wraps(command)
    def gathered(*args: Any, **given: Any) -> _Result:
        view = View(**{field.name: given.pop(field.name) for field in fields(View)})
        return command(*args, **given, view=view)

    return functools.reduce(lambda declared, option: option(declared), reversed(options), gathered)


def _read_signature(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    if value is not None and not _SIGNATURE.fullmatch(value):
        raise click.BadParameter(f"{value!r} is none: four to twelve digits, 0-9 and a-f.", ctx=ctx, param=param)
    return value
