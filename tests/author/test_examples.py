"""Which scripts a model is shown: like the request, whole, short, and the same each time."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from autotransform.author.examples import _read_catalogue, _with_few_cases, choose_examples
from autotransform.script import find_problems, parse

NAMES = {example.body: example.name for example in _read_catalogue()}


def names_for(request: str, *, count: int = 2) -> list[str]:
    return [NAMES[body] for body in choose_examples(request, count=count)]


@pytest.mark.parametrize(
    ("request_", "first"),
    [
        ("use timezone.utc instead of pytz.UTC", "pytz_utc"),
        ("add a timeout argument to every urlopen call", "requests_timeout"),
        ("replace datetime.now() by timezone aware now", "pytz_utc"),
        ("convert nose tests to pytest", "yield_fixture"),
        ("logger.warn is deprecated", "logger_warn"),
        ("np.int is gone from NumPy", "numpy_aliases"),
        ("take Mapping from collections.abc", "collections_abc"),
        ("make yaml.load safe", "yaml_safe_load"),
        ("Use SUPER() without its arguments", "super_arguments"),
        ("replace ugettext_lazy in our django app", "django_translation"),
    ],
)
def test_the_likest_comes_first(request_: str, first: str) -> None:
    assert names_for(request_)[0] == first


@pytest.mark.parametrize(
    "request_", ["", "zzz", "rename get_user to fetch_user", "replace all of them", "\u00e4\x00 \U0001f600"]
)
def test_where_nothing_is_alike_the_usual_ones_are_shown(request_: str) -> None:
    assert names_for(request_) == ["pytz_utc", "utcnow"]


@pytest.mark.parametrize("count", [0, 1, 2])
def test_as_many_as_are_wanted(count: int) -> None:
    chosen = choose_examples("use timezone.utc", count=count)

    assert (len(chosen), len(set(chosen))) == (count, count)


@pytest.mark.parametrize("name", sorted(NAMES.values()))
def test_every_example_is_a_whole_script_with_few_cases(name: str) -> None:
    (body,) = [body for body, known in NAMES.items() if known == name]
    script = parse(body, name=name)

    assert find_problems(script) == ()
    assert script.provenance is None or not script.provenance.model
    assert "# /// script" not in body
    changing = [case for case in script.cases if case.after is not None]
    assert 1 <= len(changing) <= 3
    assert 1 <= len(script.cases) - len(changing) <= 3
    assert len(body) <= 14_000


def test_two_are_not_longer_than_they_may_be() -> None:
    for request in ("collections.abc OSError", "typing List socket.error", "mock yaml.load logger.warn"):
        assert sum(map(len, choose_examples(request))) <= 20_000


def test_only_cases_are_left_out() -> None:
    cases = "".join(
        f'    {{\n        "name": "{n}",\n        "before": """\n            {n}\n        """,\n    }},\n'
        for n in range(5)
    )
    body = f"X = [\n    1,\n]\nCASES = [\n{cases}]\n\n\nclass A: ...\n"

    shorter = _with_few_cases(body)

    kept = cases.split('    {\n        "name": "3"')[0]
    assert shorter == f"X = [\n    1,\n]\nCASES = [\n{kept}]\n\n\nclass A: ...\n"


def test_no_hash_seed_changes_the_choice() -> None:
    code = (
        "from autotransform.author.examples import choose_examples\n"
        "print(hash(1), [len(each) for each in choose_examples('replace the deprecated mock of yaml time zones')])"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    }

    assert len(said) == 1
