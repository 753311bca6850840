"""One victim and its hosts for all the attacks, and which layers this machine has."""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING

import pytest

from autotransform.run.isolation import LAYERS
from autotransform.run.launcher import launch
from tests.attacks.harness import Harness

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def standing() -> frozenset[str]:
    """Give the layers that can be put up here."""
    if platform.system() != "Linux":
        return frozenset()
    launcher = launch(layers=LAYERS, memory=512)
    try:
        return frozenset(layer for layer, reason in launcher.report.items() if not reason)
    finally:
        launcher.bury()


@pytest.fixture(scope="session")
def harness(standing: frozenset[str]) -> Iterator[Harness]:
    """Give what runs attacks; where the kernel has fewer layers there is nothing to show."""
    if standing != {*LAYERS}:
        pytest.skip(f"needs every layer, and here are {sorted(standing)}")
    with Harness() as made:
        yield made
