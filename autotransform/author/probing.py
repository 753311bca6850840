"""Ask an endpoint who it is: which models it has, and whether it answers with ours. Sends no code."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from autotransform.author.messages import Message
from autotransform.errors import ModelError

if TYPE_CHECKING:
    from autotransform.author.endpoint import Endpoint
    from autotransform.config import ModelConfig

#: Seconds to wait: somebody is waiting.
_PATIENCE = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """What came back."""

    #: In words: what the endpoint did.
    what: str
    seconds: float
    #: Why that will not do; ``None``: it will.
    error: ModelError | None = None


def probe(endpoint: Endpoint, *, config: ModelConfig) -> Probe:
    """Ask for the list of models, and for one token where that does not tell that ours is there."""
    from autotransform.author.chat import Chat  # noqa: PLC0415 - the client takes half a second to load

    started = time.monotonic()
    patience = replace(config, timeout=min(config.timeout, _PATIENCE))
    with Chat(endpoint, config=patience, retries=0) as chat:
        listed: tuple[str, ...] = ()
        try:
            listed = chat.models()
            told = f"lists {len(listed)} model{'' if len(listed) == 1 else 's'}"
        except ModelError as error:
            # A wrong key, or nobody there: asking for more will not help.
            if not chat.has_answered or "(401)" in error.message:
                return Probe(what="does not answer", seconds=time.monotonic() - started, error=error)
            told = "lists no models"
        if _is_listed(endpoint.model, listed):
            return Probe(what=f"{told}, {endpoint.model} among them", seconds=time.monotonic() - started)
        what, error_ = f"{told}, {endpoint.model} not among them; it answers all the same", None
        try:
            chat.ask((Message(role="user", content="Say ok."),), most=1)
        except ModelError as failure:
            # What is cut off after one token is an answer.
            if chat.finish != "length":
                what, error_ = told, failure
        return Probe(
            what=what if listed or error_ else f"{told}, and answers", seconds=time.monotonic() - started, error=error_
        )


def _is_listed(model: str, listed: tuple[str, ...]) -> bool:
    """Tell whether a model is on the list; Google says `models/NAME` there, Ollama `NAME:latest`."""
    return any(model in {each, each.removeprefix("models/"), each.removesuffix(":latest")} for each in listed)
