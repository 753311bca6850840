"""Every attack reaches its goal where nothing is in its way, and none behind the layers of isolation."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from autotransform.run.sharing import find_state
from tests.attacks import table
from tests.attacks.attack import BENIGN, GOALS, Attack, find_attacks
from tests.attacks.goals import how_reached, is_noticed
from tests.attacks.harness import COLUMNS, REPEATED, Column, Harness, attempt

if TYPE_CHECKING:
    from pathlib import Path

ATTACKS = find_attacks()
BY_NAME = {column.name: column for column in COLUMNS}

_FEWEST = 110
_FEWEST_OF_A_GOAL = 8
_GIVE_OR_TAKE = 3
_CHANCES = 4

#: Boasts of a token that is nobody's.
_BOASTER = '''"""Say that every goal was reached."""
import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


class Boaster(VisitorBasedCodemodCommand):
    DESCRIPTION = "Boast."

    def transform_module_impl(self, tree):
        boast = cst.Comment("# the secret is token-0123456789abcdef0123456789abcdef; killed, sent, written")
        return tree.with_changes(footer=[cst.EmptyLine(comment=boast)])
'''


@pytest.mark.parametrize("attack", ATTACKS, ids=str)
def test_it_reaches_its_goal_with_nothing_in_its_way(attack: Attack, harness: Harness) -> None:
    assert attempt(attack, BY_NAME["none"], harness=harness) != ""


@pytest.mark.parametrize("attack", ATTACKS, ids=str)
def test_the_kernel_alone_keeps_it_from_its_goal(attack: Attack, harness: Harness) -> None:
    if attack.goal not in REPEATED:
        assert how_reached(harness.run(attack, BY_NAME["kernel"])) == ""
        return

    # No fence sees the time or an address; whoever runs it twice does, but where two runs happen to agree.
    evidences = (harness.run(attack, BY_NAME["kernel"]) for _ in range(_CHANCES))

    assert any(is_noticed(evidence) or how_reached(evidence) == "" for evidence in evidences)


@pytest.mark.parametrize("attack", ATTACKS, ids=str)
def test_all_layers_keep_it_from_its_goal(attack: Attack, harness: Harness) -> None:
    assert attempt(attack, BY_NAME["all"], harness=harness) == ""


@pytest.mark.parametrize("goal", GOALS)
def test_an_honest_script_reaches_no_goal(goal: str, tmp_path: Path, harness: Harness) -> None:
    path = tmp_path / "honest.py"
    path.write_text(BENIGN)
    for column in (BY_NAME["none"], BY_NAME["kernel"]):
        evidence = harness.run(Attack(goal=goal, name="honest", path=path), column)

        assert how_reached(evidence) == ""
        assert all(run["attacked.py"]["after"].encode() == evidence.honest["attacked.py"] for run in evidence.runs)


def test_the_word_of_a_script_counts_for_nothing(tmp_path: Path, harness: Harness) -> None:
    path = tmp_path / "boaster.py"
    path.write_text(_BOASTER)

    reached = [
        goal
        for goal in GOALS
        if attempt(Attack(goal=goal, name="boaster", path=path), BY_NAME["none"], harness=harness)
    ]
    assert reached == []


@pytest.mark.parametrize(
    "name", ["secret/heap_without_maps", "secret/own_memory", "secret/memory_by_call", "secret/memory_of_parents"]
)
def test_the_remains_of_another_token_hide_none(name: str, tmp_path: Path, harness: Harness) -> None:
    (attack,) = (each for each in ATTACKS if str(each) == name)
    path = tmp_path / "boaster.py"
    path.write_text(_BOASTER)
    attempt(Attack(goal="secret", name="boaster", path=path), BY_NAME["none"], harness=harness)

    assert attempt(attack, BY_NAME["none"], harness=harness) != ""


@pytest.mark.parametrize(
    ("name", "without"),
    [
        ("read/os_descriptor", {"landlock", "seccomp", "limits"}),
        ("secret/environment_of_parents", {"landlock", "seccomp", "limits"}),
        ("secret/memory_by_call", {"landlock", "seccomp", "limits"}),
        ("write/truncate", {"landlock", "seccomp"}),
        ("network/udp", {"landlock", "seccomp", "limits"}),
        ("processes/kill", {"landlock", "seccomp"}),
        ("processes/nice", {"landlock", "seccomp"}),
        ("exhaust/long_sleep", None),
    ],
)
def test_a_layer_that_is_missing_is_missed(name: str, without: set[str] | None, harness: Harness) -> None:
    (attack,) = (each for each in ATTACKS if str(each) == name)
    kernel = BY_NAME["kernel"]
    fewer = Column(name="fewer", layers=kernel.layers - without, is_pool=True) if without else BY_NAME["none"]

    assert attempt(attack, fewer, harness=harness) != ""


def test_nothing_that_poisons_shares_a_process_with_a_file_after_it() -> None:
    """Also not what the static check lets pass."""
    attacks = [attack for attack in ATTACKS if attack.goal in {"poison", "other"}]

    assert [str(attack) for attack in attacks if not find_state(attack.script)] == []
    assert any("the static check" not in find_state(attack.script) for attack in attacks)


def test_there_are_enough_and_each_says_what_it_tries() -> None:
    counts = Counter(attack.goal for attack in ATTACKS)

    assert [goal for goal in GOALS if counts[goal] < _FEWEST_OF_A_GOAL] == []
    assert len(ATTACKS) >= _FEWEST
    assert [str(attack) for attack in ATTACKS if not attack.says.endswith(".")] == []
    assert [says for says, count in Counter(attack.says for attack in ATTACKS).items() if count > 1] == []


def test_the_page_counts_every_attack_and_lets_none_through() -> None:
    rows = table.read_rows()
    counts = Counter(attack.goal for attack in ATTACKS)

    assert {goal: row["none"] for goal, row in rows.items()} == {**counts, "all": len(ATTACKS)}
    assert [goal for goal, row in rows.items() if row["all"]] == []
    assert [goal for goal, row in rows.items() if row["kernel"] and goal not in {*REPEATED, "all"}] == []


@pytest.mark.long
@pytest.mark.timeout(1200)
@pytest.mark.usefixtures("harness")  # it skips where the kernel has too little
def test_the_page_says_how_many_each_layer_lets_through(request: pytest.FixtureRequest) -> None:
    results = table.measure()
    if request.config.getoption("--update-scenarios"):
        table.write(results)

    counted, rows = table.count(results), table.read_rows()
    # Kernels differ by a few, and what depends on addresses does so by chance.
    far = [
        f"{goal}, {name}: {number}, and the page says {rows[goal][name]}"
        for goal, row in counted.items()
        for name, number in row.items()
        if abs(number - rows[goal][name]) > (_GIVE_OR_TAKE if goal != "all" else len(GOALS))
    ]
    assert far == []
