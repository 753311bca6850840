"""What the recipes do to real packages, what they take from the catalogue, and how one asks whether they can."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import pytest

from autotransform.author import Request
from autotransform.author.recipes import BuiltInAuthor, Ground
from autotransform.author.recipes.shelf import SHELF
from autotransform.config import Config
from autotransform.engine import Changed, Failed
from autotransform.errors import ModelError
from autotransform.repository import Repository
from autotransform.run import file_contexts, select
from autotransform.run.lookup import find_catalogue
from autotransform.script import parse
from tests.author.recipes.test_scripts import FILES, package, run

if TYPE_CHECKING:
    from autotransform.run import Selection
    from tests.author.recipes.conftest import MakeDraft
    from tests.conftest import GitRepo

#: Requests over what we depend on: the package, the request, and how many files of it they change at least.
ON_PACKAGES = [
    ("rich", "pass all arguments of rich.cells.set_cell_size by keyword", 1),
    ("rich", "wrap calls of rich.cells.cell_len in int", 3),
    ("rich", "add decorator @typing.final below @abc.abstractmethod", 1),
    ("git", "replace os.getcwd() by os.curdir", 1),
    ("git", "set stacklevel=3 in calls of warnings.warn", 1),
    ("git", "unwrap os.fspath", 1),
    ("click", "add base class abc.ABC to subclasses of click.exceptions.UsageError", 1),
    ("jinja2", "remove calls of warnings.warn", 0),
]
#: Larger files take the engine seconds each, and show no more of a recipe.
MOST_BYTES = 16_000


@pytest.mark.parametrize(("name", "request_", "at_least"), ON_PACKAGES)
def test_real_package_stays_in_one_piece(name: str, request_: str, at_least: int) -> None:
    files = {path: content for path, content in package(name).items() if len(content) < MOST_BYTES}
    ground = Ground(
        request=request_, contexts=file_contexts(files), read=files.__getitem__, read_all=lambda: sorted(files.items())
    )
    written = BuiltInAuthor().draft_on(Request(text=request_), ground)
    outcomes = run(parse(written.source, name=written.name), files)
    changed = {path: outcome for path, outcome in outcomes.items() if isinstance(outcome, Changed)}

    assert [outcome for outcome in outcomes.values() if isinstance(outcome, Failed)] == []
    assert [breach for outcome in changed.values() for breach in outcome.breaches] == []
    assert len(changed) >= at_least
    for path, outcome in changed.items():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(outcome.after, path, "exec", dont_inherit=True)


def test_catalogue_answers_with_its_own_transform(draft: MakeDraft) -> None:
    written = draft("Use X | None instead of Optional[X].", FILES)
    script = parse(written.source, name=written.name)

    assert written.name == "typing_unions"
    assert script.request == "Use X | None instead of Optional[X]."
    assert script.provenance is not None
    assert script.provenance.model == "built-in"
    assert not script.is_edited
    assert len(script.cases) > 10


def test_every_transform_of_the_shelf_is_in_the_catalogue() -> None:
    catalogue = find_catalogue()

    assert catalogue is not None
    assert [name for name in SHELF if not (catalogue / f"{name}.py").is_file()] == []


def test_names_that_the_new_module_lacks_keep_a_file_as_it_is(draft: MakeDraft) -> None:
    files = {
        "a.py": "import simplejson\n\nsimplejson.dumps(1)\n",
        "b.py": "import simplejson as s\n\ns.dumps(s.simple_first)\n",
        "c.py": "from simplejson import loads, JSONEncoderForHTML\n",
    }
    written = draft("use json instead of simplejson", files)
    outcomes = run(parse(written.source, name=written.name), {path: text.encode() for path, text in files.items()})

    assert any("`JSONEncoderForHTML`, `simple_first`" in note for note in written.notes)
    assert [path for path, outcome in outcomes.items() if isinstance(outcome, Changed)] == ["a.py"]


def _selection(repo: GitRepo) -> Selection:
    return select(start=repo.path, repository=Repository.open(repo.path), config=Config())


def test_asked_softly_the_author_says_whether_it_can(git_repo: GitRepo) -> None:
    git_repo.commit({"app.py": "import json\n\n\ndef load(x):\n    print(json)\n    return x\n"})
    selection = _selection(git_repo)
    author = BuiltInAuthor()
    drafted = author.try_draft(Request(text="delete print calls"), selection)

    assert author.try_draft(Request(text="brew some tea"), selection) is None
    assert drafted is not None
    assert drafted.author == "built-in"
    assert "remove calls" in drafted.notes[0]
    with pytest.raises(ModelError, match="Nothing says"):
        author.try_draft(Request(text="use nothing.known instead of unheard"), selection)
