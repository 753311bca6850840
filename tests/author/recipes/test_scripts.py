"""What the recipes write: scripts that pass the check and their own cases, and leave real packages in one piece."""

from __future__ import annotations

import warnings
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from autotransform.author import Request
from autotransform.author.recipes import RECIPES, BuiltInAuthor, Ground
from autotransform.engine import Changed, Failed, Job, Outcome, job_of, judge, transform
from autotransform.errors import ModelError
from autotransform.run import file_contexts, find_reexports, is_candidate
from autotransform.script import Script, find_problems, parse

if TYPE_CHECKING:
    from tests.author.recipes.conftest import MakeDraft

FILES = {
    "app/__init__.py": "from app.io import load\n",
    "app/io.py": """
        import asyncio, enum, functools, logging, os, pytz, requests, socket, subprocess, time, types, typing, unittest
        from datetime import timezone
        from socket import timeout

        def load(code, strict=False, name=None): return code, name
        def save(code, verbose=False): return code
        def read(code): return load(code)
        def anything(a, **kw): return a
        def only(a, /, *, b): return a, b
        def decorate(function): return function

        class AppError(Exception): ...
        class OtherError(AppError): ...

        class Client:
            def __init__(self, url, retries=3): self.url = url
            def fetch(self, path, deep=False): return path
            @classmethod
            def make(cls, url, fast=True): return cls(url)
            @staticmethod
            def plain(url, fast=True): return url

        class Fast(Client):
            def fetch(self, path, deep=False): return path

        class Faster(Fast): ...
    """,
    "app/config.py": "TIMEOUT = 3\n",
    "app/testing.py": "class TestCase: ...\n",
    "app/old.py": "import doubles, simplejson, threading, time, unseen\nfrom threading import Thread\ntime.sleep(1)\n",
}

REQUESTS = [
    "rename argument code of app.io.load to source",
    "rename argument url of Client to address",
    "rename argument path of Client.fetch to where",
    "rename argument fast of Client.make to quick",
    "rename argument fast of Client.plain to quick",
    "rename argument b of anything to c",
    "rename argument timeout of requests.get to limit",
    "rename argument file of print to stream",
    "pass source instead of code to calls of save",
    "add argument timeout=10 to requests.get",
    "add argument timeout=(1, 2) to load",
    "add argument timeout=TIMEOUT to load",
    "add argument timeout=app.config.TIMEOUT to calls of requests.get",
    "add argument timeout=5 to Client",
    "add argument deep=True to Client.fetch",
    "add argument quick=True to Client.plain",
    "pass encoding='utf-8' to open",
    "remove argument verbose of save",
    "remove argument retries of Client",
    "remove argument deep of Client.fetch",
    "remove argument fast of Client.plain",
    "remove argument code from calls of load",
    "remove argument verify from calls of requests.get (position 3)",
    "stop passing loop to asyncio.sleep",
    "make argument strict of load keyword-only",
    "make argument url of Client keyword-only",
    "make argument deep of Client.fetch keyword-only",
    "make argument fast of Client.make keyword-only",
    "pass params to requests.get by keyword (position 2)",
    "use timezone.utc instead of pytz.UTC",
    "replace load by read",
    "replace os.path.join by os.path.abspath",
    "replace IOError by OSError",
    "replace typing.Mapping by collections.abc.Mapping",
    "use TimeoutError instead of socket.timeout",
    "replace exception AppError by OSError",
    "raise and catch AppError instead of ValueError",
    "catch TimeoutError instead of socket.timeout",
    "catch LookupError instead of KeyError",
    "replace calls of load by read",
    "replace calls of print by app.io.read",
    "call logging.warning instead of logging.warn",
    "replace decorator @asyncio.coroutine by @types.coroutine",
    "replace decorator @decorate by @functools.lru_cache(maxsize=None)",
    "use decorator @functools.cache instead of @functools.lru_cache",
    "remove decorator @typing.no_type_check",
    "remove decorator @staticmethod",
    "replace base class unittest.TestCase by app.testing.TestCase",
    "inherit from enum.StrEnum instead of enum.Enum",
    "replace base class object by abc.ABC",
    "replace base class Client by Fast",
]

REFUSED = [
    ("rename argument nope of load to x", "has no argument `nope`"),
    ("rename argument code of load to strict", "has an argument `strict` already"),
    ("rename argument code of load to class", "a keyword in Python"),
    ("rename argument code of load to code", "called `code` already"),
    ("rename argument a of only to b", "positional-only"),
    ("remove argument code of load", "still uses its argument"),
    ("make argument b of only keyword-only", "keyword-only already"),
    ("make argument params of unseen.get keyword-only", "not known here at which position"),
    ("add argument timeout=a + b to load", "made of names"),
    ("add argument timeout=1 + to load", "not a Python expression"),
    ("add argument nope=1 to logging.getLogger", "has no argument `nope`"),
    ("add argument x=1 to app.config.TIMEOUT", "what it takes when it is called is not known"),
    ("replace load by load", "nothing to replace"),
    ("use json instead of time", "has nothing of what is used of `time` here: sleep"),
    ("use pathlib.Path instead of os.path", "is a module"),
    ("drop the @profile decorator", "is a module"),
    ("replace Client.fetch by app.io.load", "is a method"),
    ("replace decorator @decorate by @functools.lru_cache(maxsize=size)", "not plain literals"),
    ("replace load by unheard", "to be imported from"),
    ("use ssl.SSLError instead of unheard.of", "Nothing says what `unheard.of` is"),
    ("brew some tea", "No built-in recipe understands"),
]


@pytest.mark.parametrize("request_", REQUESTS)
def test_script_passes_the_check_its_cases_and_a_second_pass(draft: MakeDraft, request_: str) -> None:
    written = draft(request_, FILES)
    script = parse(written.source, name=written.name)
    results = [judge(case, transform(script, job_of(case))) for case in script.cases]
    kept = [case for case in script.cases if case.after is None]
    again = [
        transform(script, replace(job_of(case), content=case.after.encode())) for case in script.cases if case.after
    ]

    assert [each for each in again if isinstance(each, Changed | Failed)] == []
    assert find_problems(script) == ()
    assert [(result.case.name, result.failure, result.actual) for result in results if not result.passed] == []
    assert len(script.cases) >= 6
    assert len(kept) * 2 >= len(script.cases)
    assert script.request == request_
    assert script.provenance is not None
    assert script.provenance.model == "built-in"
    assert written.rules
    assert not script.is_edited


@pytest.mark.parametrize(("request_", "message"), REFUSED)
def test_request_that_cannot_be_carried_out_says_why_and_what_to_type(
    draft: MakeDraft, request_: str, message: str
) -> None:
    with pytest.raises(ModelError) as caught:
        draft(request_, FILES)

    assert message in caught.value.message
    assert caught.value.hint


def test_what_is_not_understood_gets_a_form_of_each_recipe_and_how_to_set_a_model(draft: MakeDraft) -> None:
    with pytest.raises(ModelError) as caught:
        draft("brew some tea", FILES)
    shown = "\n".join(caught.value.details)

    assert all(recipe.forms[0].example in shown for recipe in RECIPES)
    assert all(word in caught.value.hint for word in ("OPENAI_API_KEY", "--model", "[tool.autotransform.model]"))


def test_same_request_gives_the_same_script(draft: MakeDraft) -> None:
    first, second = (draft("use timezone.utc instead of pytz.UTC", FILES) for _ in range(2))

    assert first == second


def test_name_that_was_asked_for_is_taken(draft: MakeDraft) -> None:
    written = draft("use timezone.utc instead of pytz.UTC", FILES, name="utc")

    assert written.name == "utc"
    assert "class Utc(Transform):" in written.source


def test_what_stays_to_be_done_by_hand_is_said(draft: MakeDraft) -> None:
    assert any("stays, in app/io.py" in note for note in draft("replace app.io.load by app.io.read", FILES).notes)
    assert any("yourself" in note for note in draft("add argument timeout=TIMEOUT to load", FILES).notes)


def test_every_name_that_a_call_goes_by_is_looked_for(draft: MakeDraft) -> None:
    files = {
        "app/__init__.py": "from app.io import Client as Connection\n",
        "app/io.py": "class Client:\n    def __init__(self, url): ...\nclass Fast(Client): ...\n",
        "app/use.py": "from app.io import Fast\n\nFast(url=1)\n",
        "app/more.py": "from app import Connection\n\nConnection(url=1)\n",
    }
    written = draft("rename argument url of Client to address", files)
    script = parse(written.source, name=written.name)
    outcomes = run(script, {path: text.encode() for path, text in files.items()})

    assert sorted(script.mentions or ()) == ["Client", "Connection", "Fast"]
    assert sorted(path for path, each in outcomes.items() if isinstance(each, Changed)) == [
        "app/io.py",
        "app/more.py",
        "app/use.py",
    ]


@pytest.mark.parametrize(
    ("request_", "use", "expected"),
    [
        (
            "catch OSError instead of app.errors.AppError",
            "try: run()\nexcept Failure: ...",
            "try: run()\nexcept OSError: ...",
        ),
        ("inherit from OSError instead of AppError", "class A(Failure): ...", "class A(OSError): ..."),
        ("replace AppError by OSError", "raise Failure", "raise OSError"),
        ("replace calls of AppError by OSError", "Failure(1)", "OSError(1)"),
        ("replace decorator AppError by dataclass", "@Failure\ndef f(): ...", "@dataclass\ndef f(): ..."),
        ("remove decorator AppError", "@Failure\ndef f(): ...", "def f(): ..."),
    ],
)
def test_other_name_that_a_package_gives_it_is_known(draft: MakeDraft, request_: str, use: str, expected: str) -> None:
    files = {
        "app/__init__.py": "from app.errors import AppError as Failure\n",
        "app/errors.py": "class AppError: ...\n",
    }
    written = draft(request_, files)
    script = parse(written.source, name=written.name)
    before = f"from app import Failure\n\n{use}\n".encode()
    outcome = run(script, {**{path: text.encode() for path, text in files.items()}, "use.py": before})["use.py"]

    assert isinstance(outcome, Changed)
    assert outcome.after.decode().removeprefix("from dataclasses import dataclass\n\n") == f"{expected}\n"


#: Requests over what we depend on, and how many files of it they change at least.
ON_PACKAGES = [
    pytest.param("jinja2", "replace TemplateNotFound by jinja2.errors.NotThere", 3, marks=pytest.mark.long),
    pytest.param("jinja2", "remove decorator @typing.overload", 3, marks=pytest.mark.long),
    pytest.param("jinja2", "rename argument lineno of TemplateSyntaxError to line", 1, marks=pytest.mark.long),
    pytest.param("click", "make argument ctx of UsageError keyword-only", 2, marks=pytest.mark.long),
    ("click", "add argument stacklevel=2 to warnings.warn", 0),
]


def package(name: str) -> dict[str, bytes]:
    spec = find_spec(name)
    assert spec is not None
    assert spec.origin is not None
    root = Path(spec.origin).parent
    return {f"{name}/{path.relative_to(root).as_posix()}": path.read_bytes() for path in sorted(root.rglob("*.py"))}


def run(script: Script, files: dict[str, bytes]) -> dict[str, Outcome]:
    contexts = file_contexts(files)
    modules = {context.module for context in contexts.values()}
    reexports = find_reexports(
        script.targets, lambda: ((contexts[path], content) for path, content in files.items()), modules=modules
    )
    return {
        path: transform(script, Job(context=replace(contexts[path], reexports=reexports), content=content))
        for path, content in files.items()
        if is_candidate(script.mentions, content)
    }


@pytest.mark.parametrize(("name", "request_", "at_least"), ON_PACKAGES)
def test_real_package_stays_in_one_piece(name: str, request_: str, at_least: int) -> None:
    files = package(name)
    ground = Ground(
        request=request_, contexts=file_contexts(files), read=files.__getitem__, read_all=lambda: sorted(files.items())
    )
    written = BuiltInAuthor().draft_on(Request(text=request_), ground)
    outcomes = run(parse(written.source, name=written.name), files)
    changed = {path: outcome.after for path, outcome in outcomes.items() if isinstance(outcome, Changed)}

    assert [outcome for outcome in outcomes.values() if isinstance(outcome, Failed)] == []
    assert len(changed) >= at_least
    for path, after in changed.items():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(after, path, "exec", dont_inherit=True)
