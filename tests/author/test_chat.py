"""The real client against a real server on loopback: every way in which an answer can fail to be one."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from autotransform.author.chat import Chat
from autotransform.author.endpoint import Endpoint, find_endpoint
from autotransform.author.messages import Completion, Message
from autotransform.config import ModelConfig
from autotransform.errors import ModelError
from tests.servers.model_server import KEY, ModelServer, Reply

CONFIG = ModelConfig(name="test-model", timeout=5.0)
MESSAGES = (Message(role="system", content="Be brief."), Message(role="user", content="Say hello."))

Ask = Callable[..., Completion]


@pytest.fixture
def lines() -> list[str]:
    """Collect the lines of progress."""
    return []


@pytest.fixture
def ask(environment: dict[str, str], lines: list[str]) -> Ask:
    def run(*, config: ModelConfig = CONFIG, retries: int = 2, **changes: Any) -> Completion:
        endpoint = replace(find_endpoint(config, environment=environment), **changes)
        with Chat(endpoint, config=config, retries=retries) as chat:
            return chat.ask(MESSAGES, on_progress=lines.append)

    return run


def test_a_good_answer(server: ModelServer, ask: Ask, lines: list[str]) -> None:
    server.replies(Reply(text="Hello, and good morning to you."))

    completion = ask()

    assert completion == Completion(text="Hello, and good morning to you.", prompt_tokens=100, completion_tokens=2)
    assert server.requests == [
        {
            "model": "test-model",
            "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Say hello."}],
            "stream": True,
            "stream_options": {"include_usage": True},
            "max_tokens": 8192,
        }
    ]
    assert lines[0].startswith("waiting for test-model at 127.0.0.1:")
    assert "tokens so far" in lines[-1]


def test_temperature_is_sent_only_when_it_is_configured(server: ModelServer, ask: Ask) -> None:
    server.replies(Reply(text="Hello"))

    ask(config=replace(CONFIG, temperature=0.5))

    assert server.requests[0]["temperature"] == 0.5


@pytest.mark.parametrize(
    ("refused", "left"),
    [
        (("stream_options",), {"max_tokens": 8192, "temperature": 0.5}),
        (
            ("max_tokens",),
            {"max_completion_tokens": 8192, "temperature": 0.5, "stream_options": {"include_usage": True}},
        ),
        (("temperature",), {"max_tokens": 8192, "stream_options": {"include_usage": True}}),
        (("stream_options", "temperature", "max_tokens"), {"max_completion_tokens": 8192}),
    ],
)
def test_what_the_endpoint_does_not_know_is_left_out(
    server: ModelServer, ask: Ask, refused: tuple[str, ...], left: dict[str, object]
) -> None:
    server.replies(Reply(text="Hello", refuses=refused))

    completion = ask(config=replace(CONFIG, temperature=0.5))

    kept = {key: value for key, value in server.requests[-1].items() if key not in {"model", "messages", "stream"}}
    assert kept == left
    assert completion.text == "Hello"
    assert len(server.requests) == len(refused) + 1


def test_an_endpoint_that_refuses_both_limits_ends_it(server: ModelServer, ask: Ask) -> None:
    server.replies(Reply(text="Hello", refuses=("max_tokens", "max_completion_tokens")))

    with pytest.raises(ModelError, match=r"refused the request \(400\)"):
        ask()

    assert len(server.requests) == 2


def test_no_usage_is_no_fault(server: ModelServer, ask: Ask) -> None:
    server.replies(Reply(text="Hello", counts=False))

    assert ask() == Completion(text="Hello")


def test_thoughts_are_not_part_of_the_answer(server: ModelServer, ask: Ask, lines: list[str]) -> None:
    server.replies(Reply(thought="Let me see", text="Hello"))

    assert ask().text == "Hello"
    assert lines[1] == "test-model thinks: 1 tokens so far"


def test_too_many_requests_then_success(server: ModelServer, ask: Ask, lines: list[str]) -> None:
    server.replies(Reply(status=429, text="slow down", headers={"Retry-After": "0.05"}), Reply(text="Hello"))

    assert ask().text == "Hello"
    assert [line for line in lines if "answered" in line] == [
        f"{server.base_url[7:-3]} answered 429; it asks to wait 0.05 s"
    ]
    assert f"asking {server.base_url[7:-3]} again: try 2 of 3" in lines


def test_a_server_error_then_success(server: ModelServer, ask: Ask, lines: list[str]) -> None:
    server.replies(Reply(status=500, text="oops"), Reply(text="Hello"))

    assert ask().text == "Hello"
    assert len(server.requests) == 2
    assert any("answered 500" in line for line in lines)


def test_a_date_to_wait_for_is_told_and_obeyed(server: ModelServer, ask: Ask, lines: list[str]) -> None:
    passed = {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT", "Retry-After-Ms": "10"}
    server.replies(Reply(status=429, text="slow down", headers=passed), Reply(text="Hello"))

    assert ask().text == "Hello"
    assert any(line.endswith("answered 429; it asks to wait 0 s") for line in lines)


def test_longer_than_two_minutes_nobody_waits(server: ModelServer, ask: Ask) -> None:
    server.replies(Reply(status=429, text="slow down", headers={"Retry-After": "121"}), Reply(text="Hello"))

    with pytest.raises(ModelError) as caught:
        ask()

    assert caught.value.hint == "Run the command again in 121 s."
    assert len(server.requests) == 1


def test_text_beside_a_tool_call_is_an_answer(server: ModelServer, ask: Ask) -> None:
    server.replies(Reply(text="Hello", finish_reason="tool_calls"))

    assert ask().text == "Hello"


def test_a_slow_first_byte_within_the_time(server: ModelServer, ask: Ask) -> None:
    server.replies(Reply(text="Hello", delay=0.2))

    assert ask().text == "Hello"


_FAILURES: dict[str, tuple[Reply, str, str]] = {
    "too many requests": (Reply(status=429, text="slow down"), "takes no more requests now", "few minutes"),
    "too many requests for long": (
        Reply(status=429, text="slow down", headers={"Retry-After": "3600"}),
        "takes no more requests now",
        "in 3600 s",
    ),
    "no quota": (Reply(status=429, text="pay", code="insufficient_quota"), "quota", "another key"),
    "too many requests until a moment": (
        Reply(status=429, text="slow down", headers={"Retry-After": "Fri, 31 Dec 2100 23:59:59 GMT"}),
        "takes no more requests now",
        "again in 2",
    ),
    "too many requests until nobody knows when": (
        Reply(status=429, text="slow down", headers={"Retry-After": "soon"}),
        "takes no more requests now",
        "few minutes",
    ),
    "no credit": (Reply(status=402, text="Insufficient credits", code=402), "does not cover", "`max-tokens`"),
    "overloaded": (Reply(status=529, text="Overloaded", code="overloaded_error"), "more to do than it can", "later"),
    "Azure's filter": (
        Reply(status=400, text="The response was filtered", code="content_filter"),
        "The content filter of 127.0.0.1",
        "other words",
    ),
    "Google's list": (
        Reply(status=400, body=b'[{"error": {"code": 400, "message": "no context_length"}}]'),
        "refused the request (400)",
        "--model NAME",
    ),
    "leads elsewhere": (
        Reply(status=307, body=b"", headers={"Location": "http://127.0.0.1:1/v1"}),
        "leads to another address (307)",
        "if you trust it",
    ),
    "a tool call": (Reply(text="", finish_reason="tool_calls"), "asked for a tool", "another model"),
    "a page in the place of an error": (
        Reply(status=502, body=b"<html><h1>Bad Gateway</h1></html>", headers={"Content-Type": "text/html"}),
        "failed (502)",
        "later",
    ),
    "server error": (Reply(status=503, text="overloaded"), "failed (503)", "later"),
    "no access": (Reply(status=403, text="not yours"), "does not allow", "another model"),
    "unknown model": (
        Reply(status=404, text="The model `test-model` does not exist", code="model_not_found"),
        "knows no model called test-model",
        "--model NAME",
    ),
    "code as a number": (Reply(status=404, text="no such model", code=404), "knows no model", "--model NAME"),
    "wrong path": (Reply(status=404, text="Not Found"), "nothing at http://127.0.0.1", "/v1"),
    "wrong path, a page": (Reply(status=404, body=b"<html><p>Lost?</p></html>"), "nothing at http://", "/v1"),
    "context": (
        Reply(status=400, text="too long", code="context_length_exceeded"),
        "longer than test-model",
        "reads more",
    ),
    "context, in words": (Reply(status=400, text="exceeds the available context size"), "longer than", "reads more"),
    "bad request": (Reply(status=400, text="no idea"), "refused the request (400)", "--model NAME"),
    "teapot": (Reply(status=418, text="short and stout"), "refused the request (418)", "doctor"),
    "cut off": (Reply(text="Hel", finish_reason="length", counts=False), "was cut off", "max-tokens"),
    "cut off where the model ends": (
        Reply(text="Hel", finish_reason="length"),
        "was cut off at 1 of the 8,192 tokens",
        "reads more",
    ),
    "refusal": (Reply(refusal="I would rather not."), "refused to answer", "other words"),
    "filtered": (Reply(text="Hel", finish_reason="content_filter"), "refused to answer", "other words"),
    "empty": (Reply(text=""), "is empty", "max-tokens"),
    "blank": (Reply(text="\n \n"), "is empty", "max-tokens"),
    "only thoughts": (Reply(thought="Hmm"), "used all of it to think", "max-tokens"),
    "no finish reason": (Reply(text="Hello", finish_reason=None), "without saying that it was whole", "again"),
    "finished by an error": (Reply(text="Hello", finish_reason="error"), "gave up", "again"),
    "connection closed": (Reply(text="Hello" * 20, halfway="drop"), "the connection was closed", "again"),
    "malformed chunk": (Reply(text="Hello" * 20, halfway="malformed"), "not JSON", "again"),
    "not UTF-8": (Reply(text="Hello" * 20, halfway="not-utf-8"), "not JSON", "again"),
    "error event": (Reply(text="Hello" * 20, halfway="error"), "gave up in the middle", "again"),
    "a page": (
        Reply(body=b"<html>Welcome</html>", headers={"Content-Type": "text/html"}),
        "is not a model's answer (text/html",
        "/v1",
    ),
    "an empty body": (Reply(body=b""), "is not a model's answer", "/v1"),
    "events of another kind": (
        Reply(body=b'data: "hello"\n\ndata: [1]\n\ndata: {"choices": 3}\n\n'),
        "broke off",
        "again",
    ),
}


@pytest.mark.parametrize("name", _FAILURES)
def test_failures(server: ModelServer, ask: Ask, name: str) -> None:
    reply, message, hint = _FAILURES[name]
    server.replies(reply)

    with pytest.raises(ModelError) as caught:
        ask(retries=0)

    assert message in caught.value.message
    assert hint in caught.value.hint
    assert KEY not in repr(caught.value.args) + caught.value.hint + "".join(caught.value.details)
    assert len(server.requests) == 1


def test_the_words_of_the_endpoint_are_shown_as_one_harmless_line(server: ModelServer, ask: Ask) -> None:
    server.replies(Reply(status=400, text="no\x1b[31m idea\r\n::error::\u202e" + "x" * 1000))

    with pytest.raises(ModelError) as caught:
        ask()

    (detail,) = caught.value.details
    assert detail.isprintable()
    assert " says: no [31m idea ::error:: xxx" in detail
    assert len(detail) < 400


def test_a_wrong_key_is_not_repeated(server: ModelServer, ask: Ask) -> None:
    with pytest.raises(ModelError) as caught:
        ask(api_key="sk-wrong-and-secret")

    error = caught.value
    assert "refused the key (401)" in error.message
    assert "OPENAI_API_KEY" in error.hint
    assert error.details == (f"{server.base_url[7:-3]} says: Incorrect API key provided: Bearer [the key]",)
    assert error.__cause__ is None
    assert error.__suppress_context__


def test_a_key_is_missing(ask: Ask) -> None:
    with pytest.raises(ModelError) as caught:
        ask(api_key="none")

    assert caught.value.hint.startswith("Set OPENAI_API_KEY to a key for 127.0.0.1")


def test_retries_come_to_an_end(server: ModelServer, ask: Ask, lines: list[str]) -> None:
    server.replies(Reply(status=502), Reply(status=502), Reply(status=502))

    with pytest.raises(ModelError, match="502"):
        ask()

    assert len(server.requests) == 3
    assert sum("answered 502" in line for line in lines) == 2  # of the last one the error tells


def test_nobody_listens(ask: Ask) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]

        with pytest.raises(ModelError) as caught:
            ask(base_url=f"http://user:secret@127.0.0.1:{port}/v1", retries=0)

    assert f"127.0.0.1:{port} cannot be reached" in caught.value.message
    assert f"http://127.0.0.1:{port}/v1" in caught.value.hint
    assert "secret" not in caught.value.message + caught.value.hint


def test_no_answer_in_time(server: ModelServer, ask: Ask) -> None:
    server.replies(Reply(text="Hello", delay=2))

    with pytest.raises(ModelError) as caught:
        ask(config=replace(CONFIG, timeout=0.2), retries=0)

    assert "did not begin to answer: nothing came for 0.2 s" in caught.value.message
    assert "`timeout`" in caught.value.hint


def test_an_answer_that_stalls(server: ModelServer, ask: Ask) -> None:
    server.replies(Reply(text="Hello" * 20, halfway="stall"))

    with pytest.raises(ModelError, match="stopped in the middle of its answer"):
        ask(config=replace(CONFIG, timeout=0.2))

    assert len(server.requests) == 1


def test_an_endless_answer(server: ModelServer, ask: Ask) -> None:
    server.replies(Reply(text="x" * 1_100_000, piece=50_000))

    with pytest.raises(ModelError, match="longer than 1,000,000 characters"):
        ask()


@pytest.mark.parametrize(
    ("environment", "config", "message"),
    [
        ({}, CONFIG, "No language model is set up"),
        ({}, ModelConfig(), "No language model is set up"),
        ({"OPENAI_API_KEY": " "}, CONFIG, "No language model is set up"),
        ({"OPENAI_API_KEY": KEY}, ModelConfig(), "No model is named"),
        ({"OPENAI_API_KEY": KEY + "\nexport"}, CONFIG, "OPENAI_API_KEY holds characters"),
        ({"OPENAI_API_KEY": "“sk”"}, CONFIG, "OPENAI_API_KEY holds characters"),
        ({"OPENAI_BASE_URL": "localhost:8000"}, CONFIG, "must start with http"),
        ({"OPENAI_BASE_URL": "http://"}, CONFIG, "must start with http"),
        ({"OPENAI_BASE_URL": "http://h:port/v1"}, CONFIG, "must start with http"),
        ({"OPENAI_BASE_URL": KEY, "OPENAI_API_KEY": KEY}, CONFIG, "must start with http"),
    ],
)
def test_endpoints_that_cannot_be_asked(environment: dict[str, str], config: ModelConfig, message: str) -> None:
    with pytest.raises(ModelError, match=message) as caught:
        find_endpoint(config, environment=environment)

    assert caught.value.hint
    assert KEY not in str(caught.value) + caught.value.hint + "".join(caught.value.details)


@pytest.mark.parametrize(
    ("environment", "config", "expected"),
    [
        ({"OPENAI_API_KEY": KEY}, CONFIG, "https://api.openai.com/v1"),
        ({"OPENAI_API_KEY": f" {KEY}\n"}, CONFIG, "https://api.openai.com/v1"),
        ({}, replace(CONFIG, base_url="http://localhost:1/v1"), "http://localhost:1/v1"),
        ({"OPENAI_BASE_URL": "http://[::1]:2/v1"}, replace(CONFIG, base_url="http://x/v1"), "http://[::1]:2/v1"),
    ],
)
def test_endpoints(environment: dict[str, str], config: ModelConfig, expected: str) -> None:
    endpoint = find_endpoint(config, environment=environment)

    assert endpoint.base_url == expected
    assert endpoint.has_key == ("OPENAI_API_KEY" in environment)
    assert endpoint.api_key in {KEY, "none"}


@pytest.mark.parametrize(
    ("key", "expected"),
    [(KEY, "the [the key] is wrong"), ("k", f"the {KEY} is wrong"), ("none", f"the {KEY} is wrong")],
)
def test_keys_are_taken_out_of_texts_and_letters_are_not(key: str, expected: str) -> None:
    assert Endpoint(base_url="https://host", model="m", api_key=key).redact(f"the {KEY} is wrong") == expected


@pytest.mark.parametrize("is_openai", [True, False])
def test_what_is_set_for_openai_goes_nowhere_else(
    server: ModelServer, ask: Ask, monkeypatch: pytest.MonkeyPatch, *, is_openai: bool
) -> None:
    custom = f"X-Gateway: gateway-secret\nAuthorization: Bearer {KEY}"
    for name, value in {
        "OPENAI_CUSTOM_HEADERS": custom,
        "OPENAI_ORG_ID": "org-mine",
        "OPENAI_PROJECT_ID": "project-mine",
        "OPENAI_ADMIN_KEY": "sk-admin-secret",
    }.items():
        monkeypatch.setenv(name, value)
    server.replies(Reply(text="Hello"))
    server.key = None

    ask(api_key="another-key-0123", is_openai=is_openai)

    (sent,) = server.headers
    mine = {"x-gateway", "openai-organization", "openai-project"}
    assert mine & sent.keys() == (mine if is_openai else set())
    assert sent["authorization"] == f"Bearer {KEY if is_openai else 'another-key-0123'}"
    assert "sk-admin-secret" not in str(sent)
    assert sent["content-type"] == "application/json"


def test_an_endpoint_does_not_show_its_key() -> None:
    endpoint = Endpoint(base_url="https://me:pw@host/v1?token=t", model="m", api_key=KEY)

    assert KEY not in repr(endpoint)
    assert endpoint.address == "https://host/v1"
