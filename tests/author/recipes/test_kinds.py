"""The kinds of change beyond names and arguments: their scripts, and their refusals."""

from __future__ import annotations

import textwrap
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from autotransform.engine import Changed, Failed, Unchanged, job_of, judge, transform
from autotransform.errors import ModelError
from autotransform.script import find_problems, parse
from tests.author.recipes.test_scripts import FILES, run

if TYPE_CHECKING:
    from tests.author.recipes.conftest import MakeDraft

REQUESTS = [
    "replace module simplejson by json",
    "import unittest.mock instead of doubles",
    "use json instead of os.path",
    "use the module app.testing instead of app.config",
    "import Mapping from collections.abc instead of typing",
    "wrap calls of time.time in int",
    "wrap os.getcwd() in app.io.read()",
    "wrap calls of Client.fetch in app.io.read",
    "remove all calls of logging.debug",
    "delete print calls",
    "remove calls of Client.fetch",
    "await calls of app.io.load",
    "await calls of Client.fetch",
    "stop awaiting load",
    "turn app.io.load(x) into x.load()",
    "use path.exists(...) instead of os.path.exists(path, ...)",
    "replace load(x, y) by app.io.save(y, code=x)",
    "replace load(x) by repr(x)",
    "unwrap load",
    "remove the wrapper os.fspath, keep its argument",
    "replace os.getcwd() by app.config.TIMEOUT",
    "replace calls of os.getcwd by the value 3",
    "use datetime.now(timezone.utc) instead of datetime.utcnow()",
    "use 30 instead of app.config.TIMEOUT",
    "call app.io.read() instead of app.config.TIMEOUT",
    "replace app.config.TIMEOUT by `'x'`",
    "change timeout of requests.get from 5 to 10",
    "set timeout=TIMEOUT in calls of requests.get",
    "set deep to True in calls of Client.fetch",
    "change strict of load from app.config.TIMEOUT to 3",
    "call load with strict=True instead of strict=1",
    "pass all arguments of load by keyword",
    "pass all arguments to Client by keyword",
    "add decorator @app.io.decorate to functions decorated with @functools.cache",
    "add decorator @app.io.decorate(1) below @staticmethod",
    "add decorator @functools.cache to function app.io.load",
    "decorate the class Client with @decorate",
    "add base class app.io.AppError to subclasses of app.io.Client",
    "make class Client inherit from dict",
    "remove base class object",
    "remove base class Client",
    "use is None instead of == None",
    "use isinstance instead of type(x) == T",
    "replace bare except by except Exception",
    "replace bare except by except app.io.AppError",
    "get rid of bare except",
]

REFUSED = [
    ("replace module os.path by os", "one is a part of the other"),
    ("use pathlib instead of threading", "has nothing of what is used"),
    ("replace module app.config by app.config", "is `app.config`"),
    ("replace module load by json", "but there is something else of that name"),
    ("wrap calls of load in load", "cannot be wrapped in itself"),
    ("wrap calls of load in os.path", "is a module"),
    ("remove calls of app.config.TIMEOUT", "is a variable"),
    ("await calls of app.config", "is a module"),
    ("turn load(x) into [y for y in x]", "more than a recipe writes"),
    ("turn load(x) into save(load(x))", "rewrite it once more"),
    ("turn load(x, x) into x.g()", "names an argument twice"),
    ("turn load(x, ...) into x", "do not say where the other arguments go"),
    ("turn load(x) into x.g(...)", "do not say where the other arguments go"),
    ("turn Client.fetch(x) into x.get()", "is a method"),
    ("turn load(class) into g(class)", "No built-in recipe understands"),
    ("unwrap Client.fetch", "is a method"),
    ("replace app.io.load() by unheard", "to be imported from"),
    ("inline app.config as 3", "is a module"),
    ("inline Client.fetch as 3", "is a method"),
    ("replace app.config.TIMEOUT by str(app.config.TIMEOUT)", "rewrite it once more"),
    ("set nope=1 in calls of load", "has no argument `nope`"),
    ("set class=1 in calls of load", "a keyword in Python"),
    ("change strict of load from 3 to 3", "are the same"),
    ("change strict of load from a.b(c) to 3", "to be imported from"),
    ("change strict of load from int to 3", "neither a literal nor one name"),
    ("replace strict=1 by code=2 in calls of load", "are two arguments"),
    ("pass all arguments of only by keyword", "takes nothing"),
    ("pass all arguments of unseen.get by keyword", "as far as is known here"),
    ("add decorator @a(x) to functions decorated with @staticmethod", "not plain literals"),
    ("add decorator @functools to functions decorated with @staticmethod", "is a module"),
    ("add decorator @staticmethod above every @staticmethod", "is where it is to be added"),
    ("add decorator @staticmethod to function os.getcwd", "is not a function, method or class that this repository"),
    ("add base class Client to subclasses of Fast", "derives from"),
    ("add base class app.config to subclasses of Client", "is a module"),
    ("make class load inherit from Client", "not a class"),
    ("remove base class app.config", "is a module"),
    ("replace bare except by except app.io.load", "not an exception"),
    ("replace bare except by except os.path", "is a module"),
]

#: A file with aliases and with what only looks alike, before and after.
ON_FILES = [
    (
        "import unittest.mock instead of doubles",
        "import doubles as d, os\nfrom doubles.more import x\n\ndef f(doubles):\n    return doubles.a(d.a, x, os)\n",
        (
            "import unittest.mock as d, os\nfrom unittest.mock.more import x\n\ndef f(doubles):\n    return"
            " doubles.a(d.a, x, os)\n"
        ),
    ),
    (
        "replace module simplejson by json",
        "import simplejson, simplejson as s\n\ndef f(json):\n    return simplejson.dumps(json, s)\n",
        "import json as simplejson, json as s\n\ndef f(json):\n    return simplejson.dumps(json, s)\n",
    ),
    (
        "replace module simplejson by json",
        "import simplejson as json\n\ndef f(simplejson):\n    return json.dumps(simplejson.dumps)\n",
        "import json\n\ndef f(simplejson):\n    return json.dumps(simplejson.dumps)\n",
    ),
    (
        "import Mapping from collections.abc instead of typing",
        "from typing import Mapping as M, Any\n\ndef f(Mapping: M) -> Any:\n    return Mapping\n",
        (
            "from collections.abc import Mapping as abc_Mapping\nfrom typing import Any\n\n"
            "def f(Mapping: abc_Mapping) -> Any:\n    return Mapping\n"
        ),
    ),
    (
        "wrap calls of time.time in int",
        "from time import time as now\n\ndef f(time):\n    return now() - time.time() - int(now())\n",
        "from time import time as now\n\ndef f(time):\n    return int(now()) - time.time() - int(now())\n",
    ),
    (
        "remove all calls of logging.debug",
        "import logging as l\nfrom json import dumps\n\ndef f(logging):\n    l.debug(dumps)\n    logging.debug(1)\n",
        "def f(logging):\n    logging.debug(1)\n",
    ),
    (
        "await calls of app.io.load",
        "import app.io as i\n\nasync def f(load):\n    return load(1), [i.load(each) for each in load]\n",
        "import app.io as i\n\nasync def f(load):\n    return load(1), [(await i.load(each)) for each in load]\n",
    ),
    (
        "stop awaiting app.io.load",
        "from app import load as l\n\nasync def f(load):\n    return (await load(1)).a, (await l(1)).a\n",
        "from app import load as l\n\nasync def f(load):\n    return (await load(1)).a, l(1).a\n",
    ),
    (
        "turn app.io.load(x, ...) into x.load(...)",
        "from app import io as i\n\ndef f(load):\n    return load(1), i.load(a or b, *load), i.load(*load)\n",
        "from app import io as i\n\ndef f(load):\n    return load(1), (a or b).load(*load), i.load(*load)\n",
    ),
    (
        "unwrap app.io.load",
        (
            "from app.io import load as l\n\ndef f(load):\n    return load(1), l(a +\n        b), l(each for each"
            " in b), l(code=3), l()\n"
        ),
        (
            "from app.io import load as l\n\ndef f(load):\n    return load(1), (a +\n        b), (each for each in"
            " b), 3, l()\n"
        ),
    ),
    (
        "replace os.getcwd() by app.config.TIMEOUT",
        (
            "import os as system\nfrom app import config as c\n\ndef f(os, TIMEOUT):\n    return system.getcwd(),"
            " os.getcwd()\n"
        ),
        (
            "from app import config as c\nfrom app.config import TIMEOUT as config_TIMEOUT\n\n"
            "def f(os, TIMEOUT):\n    return config_TIMEOUT, os.getcwd()\n"
        ),
    ),
    (
        "use 30 instead of app.config.TIMEOUT",
        "from app.config import TIMEOUT as T\n\ndef f(TIMEOUT, x: T = T):\n    return TIMEOUT.real, T.real\n",
        "from app.config import TIMEOUT as T\n\ndef f(TIMEOUT, x: T = 30):\n    return TIMEOUT.real, (30).real\n",
    ),
    (
        "change strict of app.io.load from True to app.config.TIMEOUT",
        (
            "import app.io as i\n\ndef f(load):\n    return load(1, True), i.load(1, True), i.load(1, 1), i.load(1,"
            " strict=True)\n"
        ),
        (
            "import app.io as i\nfrom app.config import TIMEOUT\n\ndef f(load):\n"
            "    return load(1, True), i.load(1, TIMEOUT), i.load(1, 1), i.load(1, strict=TIMEOUT)\n"
        ),
    ),
    (
        "pass all arguments of app.io.load by keyword",
        "from app import load as l\n\ndef f(load):\n    return load(1, 2), l(1, 2, name=3), l(*load)\n",
        "from app import load as l\n\ndef f(load):\n    return load(1, 2), l(code=1, strict=2, name=3), l(*load)\n",
    ),
    (
        "add decorator @app.io.decorate to functions decorated with @functools.cache",
        "from functools import cache as c\n\ndef make(cache, decorate):\n    @cache\n    @c\n    def f(): ...\n",
        (
            "from functools import cache as c\n\nfrom app.io import decorate as io_decorate\n\n"
            "def make(cache, decorate):\n    @io_decorate\n    @cache\n    @c\n    def f(): ...\n"
        ),
    ),
    (
        "add base class app.testing.TestCase to subclasses of app.io.Client",
        (
            "from app.io import Client as C\nfrom x import Client\n\nclass A(C): ...\nclass B(Client): ...\nclass"
            " D(A): ...\n"
        ),
        (
            "from app.io import Client as C\nfrom app.testing import TestCase\nfrom x import Client\n\n"
            "class A(TestCase, C): ...\nclass B(Client): ...\nclass D(A): ...\n"
        ),
    ),
    (
        "remove base class object",
        "import builtins\n\nclass A(object, metaclass=M): ...\nclass B(builtins.object): ...\nclass D(x.object): ...\n",
        "class A(metaclass=M): ...\nclass B: ...\nclass D(x.object): ...\n",
    ),
    ("use is None instead of == None", "f(a==None, None != b.c)\n", "f(a is None, b.c is not None)\n"),
    (
        "use isinstance instead of type(x) == T",
        "def f(kind):\n    return kind and type(x) != kind.A\n",
        "def f(kind):\n    return kind and (not isinstance(x, kind.A))\n",
    ),
    (
        "replace bare except by except app.io.AppError",
        "from app import io\n\ntry: f()\nexcept: pass\n",
        "from app import io\nfrom app.io import AppError\n\ntry: f()\nexcept AppError: pass\n",
    ),
]


@pytest.mark.parametrize("request_", REQUESTS)
def test_script_passes_the_check_its_cases_and_a_second_pass(draft: MakeDraft, request_: str) -> None:
    written = draft(request_, FILES)
    script = parse(written.source, name=written.name)
    results = [judge(case, transform(script, job_of(case))) for case in script.cases]
    again = [
        transform(script, replace(job_of(case), content=case.after.encode())) for case in script.cases if case.after
    ]
    kept = [case for case in script.cases if case.after is None or case.after == case.before]

    assert find_problems(script) == ()
    assert [(each.case.name, each.failure, each.actual) for each in results if not each.passed] == []
    assert [each for each in again if isinstance(each, Changed | Failed)] == []
    assert len(script.cases) >= 6
    assert len(kept) * 2 >= len(script.cases)
    assert script.provenance is not None
    assert script.provenance.model == "built-in"
    assert written.notes[0].startswith("Written by the built-in recipe")


@pytest.mark.parametrize(("request_", "message"), REFUSED)
def test_request_that_cannot_be_carried_out_says_why_and_what_to_type(
    draft: MakeDraft, request_: str, message: str
) -> None:
    with pytest.raises(ModelError) as caught:
        draft(request_, FILES)

    assert message in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize(("request_", "before", "after"), ON_FILES)
def test_file_with_aliases_and_lookalikes(draft: MakeDraft, request_: str, before: str, after: str | None) -> None:
    written = draft(request_, FILES)
    script = parse(written.source, name=written.name)
    contents = {path: textwrap.dedent(text).encode() for path, text in FILES.items()}
    outcome = run(script, {**contents, "use.py": before.encode()})["use.py"]

    assert isinstance(outcome, Changed | Unchanged)
    assert (outcome.after.decode() if isinstance(outcome, Changed) else None) == after
    assert not isinstance(outcome, Changed) or outcome.breaches == ()
