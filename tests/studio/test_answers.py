"""What is said of files and shapes holds, whatever they are called; what cannot be read again is not kept."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import pytest

from autotransform.repository import Repository
from autotransform.review.decisions import Decisions
from autotransform.studio.choices import Choices, describe_answers, mark_accepted
from autotransform.studio.faults import PageError
from tests.studio.conftest import FILES

if TYPE_CHECKING:
    from tests.studio.conftest import MakeRepo

_ODD, _SHOWN = "pkg/caf\udce9.py", "pkg/caf\ufffd.py"


@pytest.fixture
def repository(make_repo: MakeRepo) -> Repository:
    return Repository.open(make_repo(FILES).path)


@pytest.mark.skipif(sys.platform == "darwin", reason="names are UTF-8 there")
def test_a_no_to_a_file_whose_name_is_no_text_holds(repository: Repository) -> None:
    choices = Choices(repository, name="count", paths=[_ODD, "pkg/a.py"])
    merged = choices.merge({"files": {_SHOWN: "no", "pkg/a.py": "yes"}})
    files: list[dict[str, Any]] = [{"path": _SHOWN, "decision": None}, {"path": "pkg/a.py", "decision": None}]
    mark_accepted([], files, accepted=merged.accepted)
    told = describe_answers(merged)

    assert merged.refused.files == {_ODD}
    assert choices.read() == merged
    assert (told["refused"]["files"], told["accepted"]["files"]) == ([_SHOWN], ["pkg/a.py"])
    assert [file["decision"] for file in files] == [None, "yes"]
    assert not choices.merge({"files": {_SHOWN: None, "pkg/a.py": None}})


def test_what_the_repository_refuses_for_everybody_is_no_answer_of_this_clone(repository: Repository) -> None:
    shared = Decisions(files=frozenset({"pkg/a.py"}))
    choices = Choices(repository, name="count", shared=shared)
    for word in ("yes", None):
        with pytest.raises(PageError, match=r"\.autotransform/decisions/count\.json refuses it for everybody"):
            choices.merge({"files": {"pkg/a.py": word}})
    merged = choices.merge({"files": {"pkg/b.py": "no"}})

    assert choices.read().refused.files == merged.refused.files == {"pkg/a.py", "pkg/b.py"}
    assert Choices(repository, name="count").read().refused.files == {"pkg/b.py"}


@pytest.mark.parametrize(
    "told",
    [
        {"shapes": {"\ud800": "no"}},
        {"changes": {"no name": "yes"}},
        {"files": {"a\0": "no"}},
        {"files": {"": "no"}},
        {"shapes": {"0123456789ab": []}},
    ],
    ids=json.dumps,
)
def test_what_could_not_be_read_again_is_not_kept(repository: Repository, told: dict[str, Any]) -> None:
    choices = Choices(repository, name="count")
    kept = choices.merge({"files": {"pkg/a.py": "no"}})
    with pytest.raises(PageError) as caught:
        choices.merge(told)

    assert caught.value.status == 400
    assert choices.read() == kept
