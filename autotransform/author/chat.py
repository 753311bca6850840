"""Ask a model, through any endpoint that speaks OpenAI's protocol. The only module that imports ``openai``."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

import openai

from autotransform.author import failures
from autotransform.author.failures import Refusal
from autotransform.author.messages import Completion

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType

    from autotransform.author.endpoint import Endpoint
    from autotransform.author.messages import Message
    from autotransform.author.values import OnProgress
    from autotransform.config import ModelConfig
    from autotransform.errors import ModelError

#: Seconds to wait for a connection; the answer has `ModelConfig.timeout`.
_CONNECT = 10.0

#: How often the client tries again by itself: after 408, 409, 429, 5xx, and when nobody answers.
RETRIES = 2

#: No script is this long: an endpoint that goes on after it will not stop by itself.
_LONGEST_ANSWER = 1_000_000

#: Seconds between two lines of progress.
_PACE = 0.2

#: OpenAI's newer models refuse ``max_tokens``; most other endpoints know nothing else.
_LIMITS = ("max_completion_tokens", "max_tokens")


class Chat:
    """A connection to one model. Use it as a context manager."""

    def __init__(self, endpoint: Endpoint, *, config: ModelConfig, retries: int = RETRIES) -> None:
        self._endpoint = endpoint
        self._config = config
        self._tries = retries + 1
        self._tell: OnProgress = _tell_nobody
        timeout = openai.Timeout(config.timeout, connect=min(_CONNECT, config.timeout))
        hooks: dict[str, list[Callable[..., Any]]] = {"request": [self._on_request], "response": [self._on_response]}
        self._client = openai.OpenAI(
            api_key=endpoint.api_key,
            base_url=endpoint.base_url,
            timeout=timeout,
            max_retries=retries,
            http_client=openai.DefaultHttpxClient(timeout=timeout, event_hooks=hooks),
        )
        limit = _LIMITS[0] if endpoint.host.endswith(("api.openai.com", ".openai.azure.com")) else _LIMITS[1]
        self._parameters: dict[str, Any] = {"stream_options": {"include_usage": True}, limit: config.max_tokens}
        if config.temperature is not None:
            self._parameters["temperature"] = config.temperature
        self._given_way: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def ask(self, messages: Sequence[Message], *, on_progress: OnProgress | None = None) -> Completion:
        """Send a conversation and wait for the whole answer.

        Raises:
            ModelError: There is no answer, or none that is whole; the hint says what to do.
        """
        self._tell = on_progress or _tell_nobody
        answer = _Answer()
        try:
            self._tell(f"waiting for {self._endpoint.model} at {self._endpoint.host}")
            with self._open(messages) as stream:
                content_type = stream.response.headers.get("content-type", "")
                for chunk in stream:
                    answer.take(chunk)
                    self._tell_growth(answer)
        # From None: what the client raises carries the request, and with it whatever was sent.
        except openai.OpenAIError as error:
            raise self._explain(error, started=answer.has_begun) from None
        except ValueError:  # the client lets `JSONDecodeError` and `UnicodeDecodeError` through
            raise failures.of_broken_stream(self._endpoint, what="a part of it is not JSON") from None
        if not answer.chunks:
            raise failures.of_strange_answer(self._endpoint, content_type=content_type)
        return self._finish(answer)

    def _open(self, messages: Sequence[Message]) -> Any:
        """Start an answer; what the endpoint does not know of our parameters is left out, and stays out."""
        turns: Any = [{"role": message.role, "content": message.content} for message in messages]
        while True:
            try:
                return self._client.chat.completions.create(
                    model=self._endpoint.model, messages=turns, stream=True, **self._parameters
                )
            except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
                if not self._give_way(f"{error.param} {error.body}"):
                    raise

    def _give_way(self, complaint: str) -> bool:
        """Change the first parameter that the endpoint names and that was not changed before."""
        for name in ("stream_options", "temperature", *_LIMITS):
            if name in complaint and name in self._parameters and name not in self._given_way:
                self._given_way.add(name)
                value = self._parameters.pop(name)
                if name in _LIMITS:
                    self._given_way.update(_LIMITS)
                    self._parameters[_LIMITS[1 - _LIMITS.index(name)]] = value
                return True
        return False

    def _finish(self, answer: _Answer) -> Completion:
        """Make sure that the answer is whole."""
        text = answer.text
        if answer.refusal or answer.finish_reason == "content_filter":
            raise failures.of_refusal(self._endpoint, words=answer.refusal or "the content filter stopped it")
        if answer.finish_reason is None:
            raise failures.of_broken_stream(self._endpoint, what="it ended without saying that it was whole")
        if answer.finish_reason == "error":
            raise failures.of_report(self._endpoint, message="")
        if answer.finish_reason == "length":
            raise failures.of_truncation(self._endpoint, max_tokens=self._config.max_tokens)
        if not text.strip():
            raise failures.of_emptiness(self._endpoint, has_thought=answer.has_thought)
        return Completion(text=text, prompt_tokens=answer.prompt_tokens, completion_tokens=answer.completion_tokens)

    def _explain(self, error: openai.OpenAIError, *, started: bool) -> ModelError:
        endpoint = self._endpoint
        if isinstance(error, openai.APITimeoutError):
            return failures.of_timeout(endpoint, seconds=self._config.timeout, started=started)
        if isinstance(error, openai.APIStatusError):
            refusal = Refusal(
                status=error.status_code,
                message=_words_of(error.body),
                code=f"{error.code or ''} {error.type or ''}".strip(),
                retry_after=error.response.headers.get("retry-after", ""),
            )
            return failures.of_status(refusal, endpoint=endpoint)
        if isinstance(error, openai.APIConnectionError) and started:
            return failures.of_broken_stream(endpoint, what="the connection was closed")
        if isinstance(error, openai.APIConnectionError):
            return failures.of_connection(endpoint, cause=str(error.__cause__ or ""))
        return failures.of_report(endpoint, message=_words_of(getattr(error, "body", None)) or str(error))

    def _tell_growth(self, answer: _Answer) -> None:
        if answer.length > _LONGEST_ANSWER:
            raise failures.of_broken_stream(self._endpoint, what=f"it is longer than {_LONGEST_ANSWER:,} characters")
        now = time.monotonic()
        if answer.tokens and now - answer.told >= _PACE:
            answer.told = now
            verb = "writes" if answer.parts else "thinks"
            self._tell(f"{self._endpoint.model} {verb}: {answer.tokens:,} tokens so far")

    def _on_request(self, request: Any) -> None:
        retry = int(request.headers.get("x-stainless-retry-count", "0"))
        if retry:
            self._tell(f"asking {self._endpoint.host} again: try {retry + 1} of {self._tries}")

    def _on_response(self, response: Any) -> None:
        retry = int(response.request.headers.get("x-stainless-retry-count", "0"))
        if response.status_code in {408, 409, 429, *range(500, 600)} and retry + 1 < self._tries:
            asked = response.headers.get("retry-after", "")
            wait = f"; it asks to wait {asked} s" if asked.replace(".", "", 1).isdigit() else ""
            self._tell(f"{self._endpoint.host} answered {response.status_code}{wait}")


@dataclass(slots=True)
class _Answer:
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


def _words_of(body: object) -> str:
    """Find the words in what came with an error; endpoints differ."""
    if isinstance(body, dict):
        for key in ("message", "detail", "error", "error_description"):
            if body.get(key):
                return _words_of(body[key])
        return str(body)
    return "" if body is None else str(body)


def _tell_nobody(_line: str) -> None:
    """Take a line of progress that nobody wants."""
