"""Ask a model, through any endpoint that speaks OpenAI's protocol. The only module that imports ``openai``."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Self

import openai

from autotransform.author import failures
from autotransform.author.failures import Refusal
from autotransform.author.messages import Completion
from autotransform.author.stream import StreamedAnswer, words_of

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

#: How the names of those headers begin that every endpoint is sent.
_HEADERS = ("accept", "connection", "content-", "host", "user-agent", "x-stainless-")

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
            http_client=openai.DefaultHttpxClient(timeout=timeout, event_hooks=hooks, follow_redirects=False),
        )
        limit = _LIMITS[0] if endpoint.host.endswith(("api.openai.com", ".openai.azure.com")) else _LIMITS[1]
        self._parameters: dict[str, Any] = {"stream_options": {"include_usage": True}, limit: config.max_tokens}
        if config.temperature is not None:
            self._parameters["temperature"] = config.temperature
        self._limit = limit
        self._given_way: set[str] = set()
        self._answer = StreamedAnswer()
        #: The longest answer asked for now, in tokens, and until when it may take.
        self._most = config.max_tokens
        self._deadline: float | None = None
        #: Whether the endpoint said anything yet, if only that it will not.
        self.has_answered = False

    @property
    def heard(self) -> Completion:
        """What came last, whole or not."""
        answer = self._answer
        return Completion(
            text=answer.text, prompt_tokens=answer.prompt_tokens, completion_tokens=answer.completion_tokens
        )

    @property
    def finish(self) -> str:
        """Why the last answer ended, as the endpoint says it."""
        return self._answer.finish_reason or ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def ask(
        self,
        messages: Sequence[Message],
        *,
        on_progress: OnProgress | None = None,
        most: int | None = None,
        seconds: float | None = None,
    ) -> Completion:
        """Send a conversation and wait for the whole answer.

        Args:
            messages: The conversation.
            on_progress: Told what comes.
            most: The longest answer that a budget allows, in tokens, where that is less than the configured one.
            seconds: How long the answer may take as a whole.

        Raises:
            ModelError: There is no answer, or none that is whole; the hint says what to do.
        """
        self._tell = on_progress or _tell_nobody
        answer = self._answer = StreamedAnswer()
        self._most = min(most or self._config.max_tokens, self._config.max_tokens)
        self._parameters[self._limit] = self._most
        self._deadline = None if seconds is None else time.monotonic() + seconds
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

    def models(self) -> tuple[str, ...]:
        """List the models of the endpoint.

        Raises:
            ModelError: It lists none.
        """
        try:
            listed = self._client.models.list().data
        except openai.OpenAIError as error:
            raise self._explain(error, started=False) from None
        except ValueError:
            raise failures.of_strange_answer(self._endpoint, content_type="") from None
        # Whatever the client's types say: nobody checks what an endpoint lists.
        each_of: Any = listed
        names = [getattr(each, "id", None) for each in each_of] if isinstance(each_of, list) else []
        return tuple(name for name in names if isinstance(name, str))

    def _open(self, messages: Sequence[Message]) -> Any:
        """Start an answer; what the endpoint does not know of our parameters is left out, and stays out."""
        turns: Any = [{"role": message.role, "content": message.content} for message in messages]
        while True:
            try:
                return self._client.chat.completions.create(
                    model=self._endpoint.model,
                    messages=turns,
                    stream=True,
                    timeout=self._timeout(),
                    **self._parameters,
                )
            except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
                if not self._give_way(f"{error.param} {error.body}"):
                    raise

    def _timeout(self) -> Any:
        """Give how long to wait for the next part of the answer: no longer than the budget allows."""
        waiting = self._config.timeout
        if self._deadline is not None:
            waiting = min(waiting, max(0.1, self._deadline - time.monotonic()))
        return openai.Timeout(waiting, connect=min(_CONNECT, waiting))

    def _is_out_of_time(self) -> bool:
        return self._deadline is not None and time.monotonic() >= self._deadline

    def _give_way(self, complaint: str) -> bool:
        """Change the first parameter that the endpoint names and that was not changed before."""
        for name in ("stream_options", "temperature", *_LIMITS):
            if name in complaint and name in self._parameters and name not in self._given_way:
                self._given_way.add(name)
                value = self._parameters.pop(name)
                if name in _LIMITS:
                    self._given_way.update(_LIMITS)
                    self._limit = _LIMITS[1 - _LIMITS.index(name)]
                    self._parameters[self._limit] = value
                return True
        return False

    def _finish(self, answer: StreamedAnswer) -> Completion:
        """Make sure that the answer is whole."""
        text = answer.text
        if answer.refusal or answer.finish_reason == "content_filter":
            raise failures.of_refusal(self._endpoint, words=answer.refusal or "the content filter stopped it")
        if answer.finish_reason is None:
            raise failures.of_broken_stream(self._endpoint, what="it ended without saying that it was whole")
        if answer.finish_reason == "error":
            raise failures.of_report(self._endpoint, message="")
        if answer.finish_reason == "length":
            raise failures.of_truncation(
                self._endpoint,
                most=self._most,
                received=answer.completion_tokens,
                is_capped=self._most < self._config.max_tokens,
            )
        if not text.strip() and answer.finish_reason in {"tool_calls", "function_call"}:
            raise failures.of_tool_call(self._endpoint)
        if not text.strip():
            raise failures.of_emptiness(self._endpoint, has_thought=answer.has_thought)
        return Completion(text=text, prompt_tokens=answer.prompt_tokens, completion_tokens=answer.completion_tokens)

    def _explain(self, error: openai.OpenAIError, *, started: bool) -> ModelError:
        endpoint = self._endpoint
        if isinstance(error, openai.APITimeoutError) and self._is_out_of_time():
            return failures.of_spent_time(endpoint)
        if isinstance(error, openai.APITimeoutError):
            return failures.of_timeout(endpoint, seconds=self._config.timeout, started=started)
        if isinstance(error, openai.APIStatusError):
            refusal = Refusal(
                status=error.status_code,
                message=words_of(error.body),
                code=f"{error.code or ''} {error.type or ''}".strip(),
                retry_after=error.response.headers.get("retry-after", ""),
            )
            return failures.of_status(refusal, endpoint=endpoint)
        if isinstance(error, openai.APIConnectionError) and started:
            return failures.of_broken_stream(endpoint, what="the connection was closed")
        if isinstance(error, openai.APIConnectionError):
            return failures.of_connection(endpoint, cause=str(error.__cause__ or ""))
        return failures.of_report(endpoint, message=words_of(getattr(error, "body", None)) or str(error))

    def _tell_growth(self, answer: StreamedAnswer) -> None:
        if answer.length > _LONGEST_ANSWER:
            raise failures.of_broken_stream(self._endpoint, what=f"it is longer than {_LONGEST_ANSWER:,} characters")
        if self._is_out_of_time():
            raise failures.of_spent_time(self._endpoint)
        now = time.monotonic()
        if answer.tokens and now - answer.told >= _PACE:
            answer.told = now
            verb = "writes" if answer.parts else "thinks"
            self._tell(f"{self._endpoint.model} {verb}: {answer.tokens:,} tokens so far")

    def _on_request(self, request: Any) -> None:
        if not self._endpoint.is_openai:
            # The client sends whoever answers what OPENAI_CUSTOM_HEADERS, OPENAI_ORG_ID and OPENAI_PROJECT_ID hold.
            for name in [name for name in request.headers if not name.lower().startswith(_HEADERS)]:
                del request.headers[name]
            request.headers["Authorization"] = f"Bearer {self._endpoint.api_key}"
        retry = int(request.headers.get("x-stainless-retry-count", "0"))
        if retry:
            self._tell(f"asking {self._endpoint.host} again: try {retry + 1} of {self._tries}")

    def _on_response(self, response: Any) -> None:
        self.has_answered = True
        retry = int(response.request.headers.get("x-stainless-retry-count", "0"))
        if response.status_code in {408, 409, 429, *range(500, 600)} and retry + 1 < self._tries:
            seconds = failures.seconds_to_wait(response.headers.get("retry-after", ""))
            wait = "" if seconds is None else f"; it asks to wait {seconds:.3g} s"
            if seconds is not None and self._deadline is not None and time.monotonic() + seconds > self._deadline:
                # What the client obeys: it would wait up to two minutes.
                response.headers["x-should-retry"] = "false"
            self._tell(f"{self._endpoint.host} answered {response.status_code}{wait}")


def _tell_nobody(_line: str) -> None:
    """Take a line of progress that nobody wants."""
