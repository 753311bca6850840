"""What comes of an answer, event by event. Knows no client."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class StreamedAnswer:
    """What has come of an answer so far. Endpoints leave out, and put in, nearly everything."""

    parts: list[str] = field(default_factory=list)
    #: How many events came, whatever was in them.
    chunks: int = 0
    #: How many pieces of text or thought came: about one for each token.
    tokens: int = 0
    length: int = 0
    has_thought: bool = False
    refusal: str = ""
    finish_reason: str | None = None
    prompt_tokens: int = 0
    completion_tokens: int = 0
    #: When progress was last told.
    told: float = 0.0

    @property
    def text(self) -> str:
        """All text so far."""
        return "".join(self.parts)

    @property
    def has_begun(self) -> bool:
        """Whether anything came at all."""
        return self.chunks > 0

    def take(self, chunk: Any) -> None:
        """Take in one event of the stream."""
        self.chunks += 1
        usage = getattr(chunk, "usage", None)
        if usage is not None:
            self.prompt_tokens = _number(getattr(usage, "prompt_tokens", 0))
            self.completion_tokens = _number(getattr(usage, "completion_tokens", 0))
        choices = getattr(chunk, "choices", None)
        for choice in choices if isinstance(choices, list) else ():
            if not getattr(choice, "index", 0):
                self._take_delta(getattr(choice, "delta", None))
                self.finish_reason = getattr(choice, "finish_reason", None) or self.finish_reason

    def _take_delta(self, delta: Any) -> None:
        text = _string(getattr(delta, "content", None))
        # DeepSeek, vLLM and llama.cpp call it the one, OpenRouter and Ollama the other.
        thought = _string(getattr(delta, "reasoning_content", None)) or _string(getattr(delta, "reasoning", None))
        self.refusal += _string(getattr(delta, "refusal", None))
        self.has_thought = self.has_thought or bool(thought)
        self.tokens += bool(text or thought)
        self.length += len(text) + len(thought)
        if text:
            self.parts.append(text)


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


def words_of(body: object) -> str:
    """Find the words in what came with an error; endpoints differ."""
    if isinstance(body, list) and body:  # Google's
        return words_of(body[0])
    if isinstance(body, dict):
        for key in ("message", "detail", "error", "error_description"):
            if body.get(key):
                return words_of(body[key])
        return str(body)
    return "" if body is None else str(body)
