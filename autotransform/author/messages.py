"""What is said to a model, and what it says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One turn of a conversation."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """A whole answer of a model."""

    text: str
    #: As the endpoint counts them; 0 where it does not.
    prompt_tokens: int = 0
    completion_tokens: int = 0
    #: Whether it was at hand, so that nothing was sent.
    is_cached: bool = False
    seconds: float = 0.0
