"""What was found for a request, and how it is written down for a model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from autotransform.author.redaction import redact

Kind: TypeAlias = Literal["use", "import", "definition", "near-miss"]
KINDS: tuple[Kind, ...] = get_args(Kind)

#: Characters that make a token; a rule of thumb for English and code, and every tokenizer differs.
CHARACTERS_A_TOKEN = 4

_HEADINGS = {
    "definition": "Definitions",
    "import": "Imports",
    "use": "Uses",
    "near-miss": "Near-misses: the same words for other things; they must not change for the likeness alone",
}
_LONGEST_LINE = 200
_MOST_NAMES = 40
#: Letters that Python calls printable and nobody can see: fillers, joiners, selectors of variants.
_UNSEEN = frozenset(
    [
        *(0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0),
        *(*range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)),
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One shape in which a named thing occurs, and one real place of that shape."""

    kind: Kind
    path: str
    #: 1-based.
    line: int
    #: The statement, or its head; dedented, without secrets.
    text: str
    #: How often this shape occurs in the files that were read.
    count: int
    #: The shape: the syntax around the name, with local names and literals blanked.
    signature: str
    #: How LibCST sees the part that matters; empty where there is none to show.
    tree: str = ""
    #: The files that it occurs in, in path order.
    paths: tuple[str, ...] = ()

    def written(self) -> str:
        """Write it down; each line of the repository has its number in front and can pass for nothing else."""
        where = f"[{self.count}x] {visible(self.path)}"
        if len(self.paths) > 1:
            where += f" and {len(self.paths) - 1} more"
        lines = [
            f"{self.line + number:>5} | {visible(line)[:_LONGEST_LINE]}"
            for number, line in enumerate(self.text.split("\n"))
        ]
        tree = [f"      tree: {visible(self.tree)}"] if self.tree else []
        return "\n".join([where, *lines, *tree])


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpts:
    """What was found for a request."""

    #: Definitions, imports, uses, near-misses; in each kind the most frequent first.
    samples: tuple[Sample, ...] = ()
    #: Paths of all files that hold one of the names that the request certainly means, in path order.
    named_in: tuple[str, ...] = ()
    #: What was looked for, in order: names as the request has them, and their parts.
    names: tuple[str, ...] = ()
    #: How the project writes its code, one short phrase each.
    conventions: tuple[str, ...] = ()
    #: How many shapes were found and are not shown.
    left_out: int = 0
    #: How many secrets were taken out of what is shown.
    redacted: int = 0

    @property
    def text(self) -> str:
        """Everything, as the data of a prompt; empty when nothing was found.

        One line is one line of ours or of the repository, never part of another, and nothing in it is invisible.
        """
        if not self.samples:
            return ""
        parts = [head(self)]
        for kind in ("definition", "import", "use", "near-miss"):
            written = [sample.written() for sample in self.samples if sample.kind == kind]
            if written:
                parts.append("\n".join([f"## {_HEADINGS[kind]}", *written]))
        if self.left_out:
            parts.append(f"{self.left_out} more shapes are not shown.")
        return redact("\n\n".join(parts)).text

    @property
    def tokens(self) -> int:
        """About how many tokens the text has, at four characters each."""
        return estimate(self.text)


def head(excerpts: Excerpts) -> str:
    """Write what stands above the samples."""
    names = [visible(name) for name in excerpts.names[:_MOST_NAMES]]
    lines = [f"Looked for: {', '.join(names)}"]
    if excerpts.conventions:
        lines.append(f"The project: {'; '.join(visible(each) for each in excerpts.conventions)}")
    lines.append("Each [Nx] is one shape of syntax, how often it occurs, and one place; then LibCST's tree of it.")
    return "\n".join(lines)


def estimate(text: str) -> int:
    """Tell about how many tokens a text has."""
    return -(-len(text) // CHARACTERS_A_TOKEN)


def visible(text: str) -> str:
    """Write what cannot be seen as ``<U+200B>``: controls, line ends, overrides of direction, fillers, tags."""
    if text.isprintable() and (text.isascii() or not any(ord(char) in _UNSEEN for char in text)):
        return text
    return "".join(char if _is_seen(char) else f"<U+{ord(char):04X}>" for char in text)


def _is_seen(char: str) -> bool:
    return char == "\t" or (char.isprintable() and ord(char) not in _UNSEEN)
