"""A model on loopback, and an environment that leads to it and to no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.servers.model_server import KEY, ModelServer

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _no_real_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the keys and proxies of whoever runs the tests out of them."""
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_ADMIN_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv("NO_PROXY", "*")


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer() as running:
        yield running


@pytest.fixture
def environment(server: ModelServer) -> dict[str, str]:
    """Give the environment of somebody who has set everything up."""
    return {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": server.base_url}
