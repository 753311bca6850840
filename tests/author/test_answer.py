"""What models wrap scripts in, and what must come out."""

from __future__ import annotations

import pytest

from autotransform.author.answer import as_name, read_answer

SCRIPT = '''"""Replace old by new."""

from autotransform.codemod import Transform

MENTIONS = ["old"]
CASES = [{"name": "a call", "before": "old()\\n", "after": "new()\\n"}]


class ReplaceOld(Transform):
    """Do it."""
'''
NO_CASES = SCRIPT.replace(SCRIPT[SCRIPT.index("CASES") : SCRIPT.index("\n\n\nclass")], "")
FENCED_INSIDE = SCRIPT.replace('"""Do it."""', '"""Do it.\n\n```\nold()\n```\n    """')
BROKEN = SCRIPT.replace("(Transform)", "(Transform")


def _fenced(text: str, *, info: str = "python", marks: str = "```", indent: str = "") -> str:
    lines = f"{marks}{info}\n{text}{marks}".split("\n")
    return "\n".join(indent + line if line else line for line in lines) + "\n"


@pytest.mark.parametrize(
    "text",
    [
        _fenced(SCRIPT),
        _fenced(SCRIPT, info="py"),
        _fenced(SCRIPT, info="Python"),
        _fenced(SCRIPT, info=""),
        _fenced(SCRIPT, info='python title="x.py"'),
        _fenced(SCRIPT, info=" python "),
        _fenced(SCRIPT, info="{.python}"),
        _fenced(SCRIPT, marks="~~~"),
        _fenced(SCRIPT, marks="`````"),
        _fenced(SCRIPT, indent="   "),
        _fenced(SCRIPT, indent="\t"),
        f"Sure! Here it is:\n\n{_fenced(SCRIPT)}\nIt replaces `old` by `new`. Let me know!",
        f"1. The script:\n\n{_fenced(SCRIPT, indent='    ')}\n2. That is it.",
        f"<think>\nPerhaps\n{_fenced('class Wrong(Transform): pass' + chr(10))}no.\n</think>\n{_fenced(SCRIPT)}",
        _fenced(SCRIPT).replace("\n", "\r\n"),
        "\ufeff" + _fenced(SCRIPT),
        _fenced(SCRIPT).removesuffix("```\n"),
        SCRIPT,
        f"\n\n{SCRIPT}\n\n",
        f"Run it:\n{_fenced('pip install libcst' + chr(10), info='bash')}\n{_fenced(SCRIPT)}",
        f"{_fenced(SCRIPT)}\nIt makes this change:\n{_fenced('-old()' + chr(10) + '+new()' + chr(10), info='diff')}",
    ],
)
def test_one_script_is_found_whatever_is_around_it(text: str) -> None:
    answer = read_answer(text)

    assert answer.body == SCRIPT
    assert answer.name == "replace_old"
    assert answer.notes == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (_fenced(NO_CASES) + _fenced(SCRIPT), SCRIPT),
        (_fenced(SCRIPT) + _fenced(NO_CASES), SCRIPT),
        (_fenced(SCRIPT.replace("Do it", "First")) + "Better:\n" + _fenced(SCRIPT), SCRIPT),
        (_fenced("old()\n") + _fenced(SCRIPT) + _fenced("new()\n"), SCRIPT),
        (_fenced(BROKEN) + _fenced(SCRIPT), SCRIPT),
        (_fenced(SCRIPT) + _fenced(BROKEN), SCRIPT),
        (_fenced("x = 1\n") + _fenced("class A: pass\n"), "class A: pass\n"),
    ],
)
def test_of_several_blocks_the_last_whole_script_is_taken(text: str, expected: str) -> None:
    answer = read_answer(text)

    assert answer.body == expected
    assert len(answer.notes) == 1
    assert "blocks of code" in answer.notes[0]


def test_a_fence_inside_of_the_script_does_not_end_it() -> None:
    assert read_answer(f"Here:\n{_fenced(FENCED_INSIDE)}\nDone.").body == FENCED_INSIDE
    assert read_answer(f"Here:\n{_fenced(FENCED_INSIDE, marks='````')}\nDone.").body == FENCED_INSIDE


def test_broken_code_is_handed_on_to_be_complained_of() -> None:
    assert read_answer(_fenced(BROKEN)).body == BROKEN


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n ",
        "I am sorry, but I cannot help with that.",
        "old",
        "Use `new` instead of `old`.",
        _fenced("pip install libcst\n", info="bash"),
        _fenced("-old()\n+new()\n", info="diff"),
        "<think>\n" + _fenced(SCRIPT) + "</think>\nI give up.",
        "<think>\n" + _fenced(SCRIPT),
        "x = 1\n",
        "\x00",
        "``` ```\n" * 3,
    ],
)
def test_no_code(text: str) -> None:
    assert read_answer(text).body == ""


@pytest.mark.parametrize("text", ["```\n" * 5000, "```python\n" * 3000, "(" * 5000, "```\n" + "[" * 100_000])
def test_nonsense_takes_no_time_and_raises_nothing(text: str) -> None:
    read_answer(text)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("name: utc_now", "utc_now"),
        ("NAME: `utc_now`", "utc_now"),
        ("**Name:** utc-now", "utc_now"),
        ("# name: UtcNow", "utc_now"),
        ("name: 2fast", "replace_old"),
        ("name: two words here", "replace_old"),
        ("The name: x is y", "replace_old"),
    ],
)
def test_the_name_is_what_the_model_says_or_the_class(line: str, expected: str) -> None:
    assert read_answer(f"{line}\n\n{_fenced(SCRIPT)}").name == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("ReplaceOld", "replace_old"),
        ("HTTPServerToASGI2", "http_server_to_asgi2"),
        ("use timezone.utc instead of pytz.UTC", "use_timezone_utc_instead_of_pytz_utc"),
        ("../../etc/passwd", "etc_passwd"),
        ("2 to 3", "to_3"),
        ("class", "class_"),
        ("Ünïcode näme", "n_code_n_me"),
        ("", ""),
        ("…", ""),
        ("x" * 80, "x" * 50),
        ("word " * 30, "word_word_word_word_word_word_word_word_word_word"),
    ],
)
def test_names(words: str, expected: str) -> None:
    assert as_name(words) == expected
