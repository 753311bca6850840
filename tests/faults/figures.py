"""How many damaged outputs the guarantees catch, and how often they cry wolf, over real code.

``python -m tests.faults`` prints both tables; ``python -m pytest -m long tests/faults`` holds them to their goals.
"""

from __future__ import annotations

import random
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import libcst as cst

from autotransform.engine import Changed, Failed, FileContext, Job
from autotransform.engine.guarantees.breaches import find_breaches
from autotransform.engine.guarantees.readable import require_readable
from autotransform.engine.invariants import InvariantBroken, require_meaning
from autotransform.engine.shapes import find_wrong_types
from autotransform.run import Limits
from autotransform.run.crew import Batch
from autotransform.run.gate import is_candidate
from autotransform.run.pool import map_batches
from autotransform.script import parse
from tests.faults.mutations import IN_TEXT, IN_TREE, Output, damage
from tests.faults.wide import wide_scripts
from tests.installed import installed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from autotransform.engine import Outcome
    from autotransform.script import Script

_CATALOGUE = Path(__file__).parents[2] / "transforms"
_LIMITS = Limits(timeout=300)

#: Every how many files a transform looks at; one that is not named here, at every eighth.
_STRIDES = {"future": 1, "imports": 2, "quotes": 2, "constants": 2, "ternary": 4, "returns": 4}
_STRIDE = 8


def scripts() -> dict[str, Script]:
    """Read the wide transforms and those of the catalogue, by name."""
    shipped = {path.stem: parse(path.read_bytes(), name=path.stem) for path in sorted(_CATALOGUE.glob("*.py"))}
    return wide_scripts() | shipped


@dataclass(slots=True)
class Alarms:
    """What the guarantees say of outputs that nobody damaged."""

    #: Script -> number of changed files, those of which something is said among them.
    changed: Counter[str] = field(default_factory=Counter)
    #: (script, path, what was said)
    said: list[tuple[str, str, str]] = field(default_factory=list)

    def note(self, script: str, outcome: Outcome) -> None:
        """Count one outcome."""
        if isinstance(outcome, Failed):
            self.changed[script] += 1
            self.said.append((script, outcome.path, f"{outcome.reason}: {outcome.detail}"))
        elif isinstance(outcome, Changed):
            self.changed[script] += 1
            if outcome.breaches:
                words = "; ".join(f"line {each.line}: {each.message}" for each in outcome.breaches)
                self.said.append((script, outcome.path, words))

    @property
    def files(self) -> int:
        """How many files the rates are of."""
        return self.changed.total()


def count_alarms(*, stride: int = 1, largest: int = 15_000) -> Alarms:
    """Run every transform over installed files up to a size, and see what the guarantees say."""
    alarms = Alarms()
    for script, _, outcome in _outcomes(stride=stride, largest=largest):
        alarms.note(script.name, outcome)
    return alarms


def _outcomes(*, stride: int, largest: int) -> Iterator[tuple[Script, Job, Outcome]]:
    """Run every transform over every so many files."""
    paths = [path for path in installed() if path.stat().st_size <= largest]
    batches = [
        Batch(script=script, jobs=(Job(context=FileContext(path=str(path)), content=content),))
        for name, script in scripts().items()
        for path in paths[:: stride * _STRIDES.get(name, _STRIDE)]
        if is_candidate(script.mentions, content := path.read_bytes())
    ]
    for batch, (outcome,) in zip(batches, map_batches(batches, limits=_LIMITS), strict=True):
        yield batch.script, batch.jobs[0], outcome


@dataclass(slots=True)
class Caught:
    """How many mutants of each class there were, and which guarantee caught them."""

    made: Counter[str] = field(default_factory=Counter)
    #: (class, guarantee); a mutant counts for the first that catches it.
    caught: Counter[tuple[str, str]] = field(default_factory=Counter)
    #: (class, path, seed): enough to make it again.
    missed: list[tuple[str, str, int]] = field(default_factory=list)

    def of(self, how: str) -> int:
        """Count the mutants of one class that were caught."""
        return sum(count for (each, _), count in self.caught.items() if each == how)


def count_caught(*, each: int, stride: int = 8, largest: int = 8_000) -> Caught:
    """Damage outputs of real transforms, up to ``each`` in every class, and see what catches them."""
    outputs = [
        (outcome.path, job.content, outcome.after)
        for _, job, outcome in _outcomes(stride=stride, largest=largest)
        # Of a file that did not compile before, nothing says that it must now: the warning.
        if isinstance(outcome, Changed) and not outcome.breaches and not outcome.warnings
    ]
    random.Random(0).shuffle(outputs)
    kinds = [*IN_TREE, *IN_TEXT]
    found = Caught()
    with ProcessPoolExecutor() as pool:
        for part in pool.map(_damage_all, kinds, [outputs] * len(kinds), [each] * len(kinds)):
            found.made.update(part.made)
            found.caught.update(part.caught)
            found.missed += part.missed
    return found


def _damage_all(how: str, outputs: Sequence[tuple[str, bytes, bytes]], each: int) -> Caught:
    """Make mutants of one class until there are enough of them or there is no more output."""
    found = Caught()
    for seed in range(4):
        for path, before, after in outputs:
            if found.made[how] >= each:
                return found
            output = Output(before=before, tree=cst.parse_module(after), after=after)
            mutant = damage(output, how=how, chance=random.Random(f"{how} {path} {seed}"))
            if mutant is None:
                continue
            found.made[how] += 1
            if guarantee := what_catches(mutant, undamaged=output):
                found.caught[how, guarantee] += 1
            else:
                found.missed.append((how, path, seed))
    return found


def what_catches(mutant: Output, *, undamaged: Output) -> str:
    """Name the guarantee that catches a mutant; empty when none does."""
    if mutant.tree is not undamaged.tree and find_wrong_types(mutant.tree, before=undamaged.tree):
        return "structure"
    try:
        read = require_readable(mutant.before, mutant.after).tree
        require_meaning(mutant.after, tree=mutant.tree)
    except InvariantBroken as broken:
        return broken.reason
    except RecursionError:
        return "skipped"
    breaches = find_breaches(mutant.before, mutant.after, tree=read)
    return breaches[0].kind if breaches else ""
