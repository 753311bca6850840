"""What a model understood, before it writes code: rules, what stays, assumptions, questions, cases."""

from __future__ import annotations

import ast
import json
import re
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from autotransform.author.answer import as_name, find_blocks, without_thoughts
from autotransform.author.cutting import write_case
from autotransform.errors import ScriptError
from autotransform.script import Case, parse
from autotransform.script.cases import read_cases

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: Bounds on what is taken from one answer.
_MOST_ITEMS = 40
_MOST_CASES = 40
_LONGEST_ITEM = 600

#: How the name of a case begins that a person gave on the command line.
GIVEN = "given, number "

#: A heading in Markdown, in bold, or a line that ends in a colon. Possessive: a model may repeat one letter for ever.
_HEADING = re.compile(r"^[ \t]*+(?:#{1,6}[ \t]*+|\*\*)?(?P<words>[A-Za-z][A-Za-z' -]{2,40}?)(?::?\*\*:?|:)?[ \t]*+$")
_ITEM = re.compile(r"^[ \t]*+(?:[-*+•]|\d{1,3}[.)])[ \t]++(?P<text>\S.*)$")
_ASSUMED = re.compile(
    r"\((?P<how>assumed|assuming|default|assumption|answer)[:,]?\s*(?P<text>[^\n]{1,600})\)\s*$", re.IGNORECASE
)
_NAME = re.compile(r"(?im)^[#*_`\t ]*+name[*_`\t ]*+:[*_`\t ]*+(?P<name>[A-Za-z][A-Za-z0-9_-]*+)[*_`\t ]*+$")

#: What the headings are called, and what models make of that.
_SECTIONS = {
    "summary": "summary",
    "rules": "rules",
    "rule": "rules",
    "changes": "rules",
    "what changes": "rules",
    "leaves alone": "leaves",
    "leave alone": "leaves",
    "non-rules": "leaves",
    "non rules": "leaves",
    "what stays": "leaves",
    "what must not change": "leaves",
    "must not change": "leaves",
    "assumptions": "assumptions",
    "assumption": "assumptions",
    "assumes": "assumptions",
    "questions": "questions",
    "open questions": "questions",
    "question": "questions",
    "cases": "cases",
    "test cases": "cases",
    "examples": "cases",
}
_NOTHING = frozenset({"none", "none.", "-", "n/a", "nothing", "nothing.", "no questions", "no questions."})


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What the request leaves open, and what is taken for granted until somebody says otherwise."""

    text: str
    #: What the model takes the answer to be; empty where it does not say.
    assumed: str = ""
    #: What a person answered; empty: nobody did.
    answer: str = ""

    def __str__(self) -> str:
        """Write it as it stands in a contract."""
        said = f"(answer: {self.answer})" if self.answer else f"(assumed: {self.assumed})" if self.assumed else ""
        return f"{self.text} {said}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """What is to be done: stated by a model, accepted by a person or for want of one."""

    name: str = ""
    summary: str = ""
    #: What changes, one sentence each.
    rules: tuple[str, ...] = ()
    #: What is deliberately left alone, and why.
    leaves: tuple[str, ...] = ()
    #: What was taken for granted because the request does not say it.
    assumptions: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    cases: tuple[Case, ...] = ()
    #: Names of the cases that a person gave or confirmed: no model may change them.
    fixed: frozenset[str] = frozenset()
    #: For the person: what of the answer was left out.
    notes: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing was stated."""
        return not (self.rules or self.leaves or self.cases)

    @property
    def agreement(self) -> str:
        """Everything but the cases, as it is told to whoever writes the script."""
        return write_contract(replace(self, cases=(), name=""))

    @property
    def presumptions(self) -> tuple[str, ...]:
        """Everything that nobody confirmed: the assumptions, and the open questions with their assumed answers."""
        return (*self.assumptions, *(str(question) for question in self.questions if not question.answer))

    @property
    def decisions(self) -> tuple[str, ...]:
        """What a person answered to the questions."""
        return tuple(f"{question.text} {question.answer}" for question in self.questions if question.answer)

    def with_cases(self, cases: Iterable[Case]) -> Contract:
        """Add cases that a person gave; they come first, and one of the same text is theirs."""
        given = tuple(cases)
        texts = {case.before for case in given}
        kept = tuple(case for case in self.cases if case.before not in texts)
        named = distinct_cases((*given, *kept))
        fixed = self.fixed | {case.name for case in named[: len(given)]}
        return replace(self, cases=named, fixed=fixed)


def read_contract(text: str) -> Contract:
    """Read the contract in an answer, tolerant of how it is laid out. Never raises; what is not there is empty."""
    spoken = without_thoughts(text)
    sections: dict[str, list[str]] = {}
    for section, line in _lines(spoken):
        sections.setdefault(section, []).append(line)
    cases, notes = _read_cases(spoken)
    name = _NAME.search(spoken.partition("```")[0])
    return Contract(
        name=as_name(name["name"]) if name else "",
        summary=_summary(sections.get("summary", [])),
        rules=_items(sections.get("rules", [])),
        leaves=_items(sections.get("leaves", [])),
        assumptions=_items(sections.get("assumptions", [])),
        questions=tuple(_question(item) for item in _items(sections.get("questions", []))),
        cases=cases,
        notes=notes,
    )


def contract_of(body: str) -> Contract:
    """Read a contract out of a script whose model wrote it at once: its docstring and its cases."""
    try:
        script = parse(body, name="draft")
    except (ScriptError, RecursionError):
        return Contract()
    rules = _items([line for line in script.rules.split("\n") if line.strip()])
    cases = tuple(replace(case, line=0) for case in script.cases)
    return Contract(summary=script.summary, rules=rules, cases=cases)


def contract_as_json(contract: Contract) -> dict[str, Any]:
    """Write a contract as JSON, of which `contract_of_json` reads the very same."""
    told = asdict(contract)
    return {**told, "fixed": sorted(contract.fixed)}


def contract_of_json(data: object) -> Contract | None:
    """Read a contract from JSON that somebody kept; ``None`` where it is none."""
    try:
        told = dict(data)  # type: ignore[call-overload]
        texts = {key: tuple(map(str, told[key])) for key in ("rules", "leaves", "assumptions", "notes")}
        return Contract(
            name=str(told["name"]),
            summary=str(told["summary"]),
            questions=tuple(Question(**question) for question in told["questions"]),
            cases=tuple(Case(**case) for case in told["cases"]),
            fixed=frozenset(map(str, told["fixed"])),
            **texts,
        )
    except (TypeError, ValueError, LookupError):
        return None


def write_contract(contract: Contract) -> str:
    """Write a contract as a model is to write it; `read_contract` reads the same from it."""
    parts = [f"name: {contract.name}\n"] if contract.name else []
    if contract.summary:
        parts.append(f"## Summary\n\n- {contract.summary}\n")
    listed = {
        "Rules": contract.rules,
        "Leaves alone": contract.leaves,
        "Assumptions": contract.assumptions,
        "Questions": tuple(str(question) for question in contract.questions),
    }
    parts += [f"## {title}\n\n" + "".join(f"- {item}\n" for item in items) for title, items in listed.items() if items]
    if contract.cases:
        written = "".join(f"{write_case(case)},\n" for case in contract.cases)
        parts.append(f"## Cases\n\n```python\nCASES = [\n{written}]\n```\n")
    return "\n".join(parts)


def _lines(text: str) -> Iterator[tuple[str, str]]:
    """Give the lines outside of code, each with the section that it stands in."""
    section, fence = "", ""
    for line in text.split("\n"):
        stripped = line.strip()
        if fence:
            fence = "" if stripped.startswith(fence) and not stripped.strip("`~") else fence
            continue
        if stripped.startswith(("```", "~~~")):
            fence = stripped[:3]
            continue
        heading = _HEADING.match(line) if len(line) < 80 else None  # noqa: PLR2004 - no heading is longer
        known = _SECTIONS.get(heading["words"].strip().lower()) if heading else None
        if known is not None:
            section = known
        elif section and stripped:
            yield section, line


def _items(lines: list[str]) -> tuple[str, ...]:
    """Join the lines of each item; a line without a mark goes on with the item before it."""
    items: list[str] = []
    for line in lines:
        marked = _ITEM.match(line)
        if marked:
            items.append(marked["text"])
        elif items and line[:1] in " \t":
            items[-1] += f" {line.strip()}"
        else:
            items.append(line.strip())
    plain = (" ".join(item.split())[:_LONGEST_ITEM] for item in items)
    return tuple(dict.fromkeys(item for item in plain if item.lower() not in _NOTHING))[:_MOST_ITEMS]


def _summary(lines: list[str]) -> str:
    return " ".join(_items(lines))[:_LONGEST_ITEM]


def _question(item: str) -> Question:
    found = _ASSUMED.search(item)
    if found is None:
        return Question(text=item)
    text, said = item[: found.start()].strip(), found["text"].strip()
    return Question(text=text, answer=said) if found["how"] == "answer" else Question(text=text, assumed=said)


def _read_cases(text: str) -> tuple[tuple[Case, ...], tuple[str, ...]]:
    """Read the cases of the last block of code that holds any."""
    for block in reversed(find_blocks(text)):
        node = _find_list(block)
        if node is None:
            if "CASES" in block:
                return (), (f"The cases cannot be read: {_why_unreadable(block)}.",)
            continue
        cases, notes = [], []
        for element in node.elts[:_MOST_CASES]:
            found, problems = read_cases(ast.List(elts=[element], lineno=element.lineno, col_offset=0))
            notes += [f"A case that the model proposed was left out: {problem.message}." for problem in problems]
            cases += [replace(case, line=0) for case in found]
        if cases or notes:
            return distinct_cases(cases), tuple(dict.fromkeys(notes))
    return (), ()


def _why_unreadable(block: str) -> str:
    try:
        ast.parse(block)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return f"line {getattr(error, 'lineno', 0)} of them is not Python: {error}".replace("\n", " ")
    return "CASES is no literal list"


def _find_list(block: str) -> ast.List | None:
    """Find the list of cases in a block: ``CASES = […]``, a bare list, or JSON."""
    try:
        tree = ast.parse(block)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return _of_json(block)
    for statement in tree.body:
        value = getattr(statement, "value", None)
        is_named = isinstance(statement, ast.Assign | ast.AnnAssign) and "CASES" in ast.unparse(
            statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
        )
        if isinstance(value, ast.List) and (is_named or isinstance(statement, ast.Expr)):
            return value
    return _of_json(block)


def _of_json(block: str) -> ast.List | None:
    try:
        value = json.loads(block)
        listed = value.get("cases") if isinstance(value, dict) else value
        tree = ast.parse(repr(listed), mode="eval").body if isinstance(listed, list) else None
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return None
    return tree if isinstance(tree, ast.List) else None


def distinct_cases(cases: Iterable[Case]) -> tuple[Case, ...]:
    """Give each case a name of its own."""
    taken: set[str] = set()
    named = []
    for case in cases:
        name = _free(case.name, taken=taken)
        taken.add(name)
        named.append(replace(case, name=name))
    return tuple(named)


def _free(name: str, *, taken: set[str]) -> str:
    number, free = 2, name
    while free in taken:
        free, number = f"{name} ({number})", number + 1
    return free
