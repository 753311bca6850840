"""What to tell a person when the model gave no answer, and what to do next. Knows no client."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from autotransform.errors import ModelError

if TYPE_CHECKING:
    from autotransform.author.endpoint import Endpoint

_LONGEST_QUOTE = 300
_DOCTOR = "`autotransform doctor` tells what is configured."


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """An HTTP status that is not a success, and what came with it."""

    status: int
    #: The endpoint's own words, as they came.
    message: str = ""
    #: The endpoint's own code, ``model_not_found`` say; many send none.
    code: str = ""
    #: How long it asks to wait, as it wrote it.
    retry_after: str = ""


def of_status(refusal: Refusal, *, endpoint: Endpoint) -> ModelError:
    """Explain a status."""
    said = quote(refusal.message, endpoint=endpoint)
    details = (f"{endpoint.host} says: {said}",) if said else ()
    message, hint = _of_status(refusal, endpoint=endpoint)
    if refusal.status == 401 and not endpoint.has_key:  # noqa: PLR2004 - it is the name of the status
        hint = f"Set {endpoint.key_source} to a key for {endpoint.host}."
    if _is_path_missing(refusal, said=said, model=endpoint.model):
        message = f"There is nothing at {endpoint.address} (404): the address is probably wrong."
        hint = f"Check {endpoint.address_source}, or `base-url` in the configuration; it mostly ends in /v1."
    return ModelError(message, details=details, hint=hint)


#: What a status means, and what to do: where nothing else that came with it says more.
_MEANINGS = {
    401: ("{host} refused the key (401).", "Set {source} to a valid key for {host}. " + _DOCTOR),
    402: (
        "The credit of this key at {host} does not cover the request (402).",
        "Add to it at {host}, use another key, or lower `max-tokens`: some count it as if it were used.",
    ),
    403: (
        "{host} does not allow this key to use {model} (403).",
        "Use another key or another model (--model NAME).",
    ),
    404: (
        "{host} knows no model called {model} (404), or does not let this key use it.",
        "Name another with --model NAME, or `model` in the configuration.",
    ),
    # Anthropic's own.
    529: ("{host} has more to do than it can (529).", "Run the command again later, or use another endpoint."),
}
_REDIRECTED = (
    "{host} leads to another address ({status}), and what you send is not taken there.",
    "Set the address that it leads to, if you trust it.",
)
_FAILED = (
    "{host} failed ({status}), and did so each time it was asked.",
    "Run the command again later, or use another endpoint.",
)
_REFUSED = (
    "{host} refused the request ({status}).",
    "Mend what it says, or use another model (--model NAME). " + _DOCTOR,
)
_FILTERED = (
    "The content filter of {host} lets the request not through ({status}).",
    "Put it in other words, or narrow `include` in the configuration: code of the files is sent, too.",
)
_TOO_LONG = (
    "The request is longer than {model} can read ({status}).",
    "Use a model that reads more, lower `max-tokens`, or name fewer things in the request.",
)
_NO_QUOTA = ("The key's quota at {host} is used up (429).", "Add to it at {host}, or use another key.")
_TOO_MANY = ("{host} takes no more requests now (429).", "Run the command again in {wait}.")


def _of_status(refusal: Refusal, *, endpoint: Endpoint) -> tuple[str, str]:
    seconds = seconds_to_wait(refusal.retry_after)
    words = {
        "status": refusal.status,
        "host": endpoint.host,
        "model": endpoint.model,
        "source": endpoint.key_source,
        "wait": "a few minutes" if seconds is None else f"{seconds:.0f} s",
    }
    message, hint = _meaning_of(refusal)
    return message.format_map(words), hint.format_map(words)


def _meaning_of(refusal: Refusal) -> tuple[str, str]:
    said = f"{refusal.code} {refusal.message}"
    match refusal.status:
        case 429:
            return _NO_QUOTA if "quota" in said or "billing" in refusal.message else _TOO_MANY
        case 400 if "content_filter" in said:
            return _FILTERED
        case 400 | 413 if "context" in refusal.code or _is_too_long(refusal.message):
            return _TOO_LONG
        case status if status in _MEANINGS:
            return _MEANINGS[status]
        case status if 300 <= status < 400:  # noqa: PLR2004 - as the standard sorts them
            return _REDIRECTED
        case status:
            return _FAILED if status >= 500 else _REFUSED  # noqa: PLR2004 - as the standard sorts them


def _is_too_long(message: str) -> bool:
    pattern = r"context (length|size|window)|too (long|large|many tokens)|maximum context"
    return bool(re.search(pattern, message, re.IGNORECASE))


def _is_path_missing(refusal: Refusal, *, said: str, model: str) -> bool:
    if refusal.status not in {404, 405}:
        return False
    return not (model.lower() in said.lower() or "model" in f"{refusal.code} {said}".lower())


def seconds_to_wait(retry_after: str) -> float | None:
    """Read how long a `Retry-After` asks to wait, in seconds: it has a number or a date; ``None``: neither."""
    text = retry_after.strip()
    if text.replace(".", "", 1).isascii() and text.replace(".", "", 1).isdigit():
        return float(text[:20])
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def of_connection(endpoint: Endpoint, *, cause: str) -> ModelError:
    """Explain that nobody answered at all."""
    why = quote(cause, endpoint=endpoint)
    return ModelError(
        f"{endpoint.host} cannot be reached" + (f": {why}." if why else "."),
        hint=f"Is the address {endpoint.address} right ({endpoint.address_source}, or `base-url`), and is the server"
        " running?",
    )


def of_timeout(endpoint: Endpoint, *, seconds: float, started: bool) -> ModelError:
    """Explain that the answer, or the rest of it, did not come in time."""
    what = "stopped in the middle of its answer" if started else "did not begin to answer"
    return ModelError(
        f"{endpoint.model} at {endpoint.host} {what}: nothing came for {seconds:g} s.",
        hint="Run the command again, or raise `timeout` under [tool.autotransform.model].",
    )


def of_broken_stream(endpoint: Endpoint, *, what: str) -> ModelError:
    """Explain an answer that began and was not brought to its end."""
    return ModelError(
        f"The answer of {endpoint.model} at {endpoint.host} broke off: {what}.",
        hint="Nothing of it was used. Run the command again.",
    )


def of_report(endpoint: Endpoint, *, message: str) -> ModelError:
    """Explain an error that the endpoint sent in the place of the rest of its answer."""
    said = quote(message, endpoint=endpoint)
    return ModelError(
        f"{endpoint.host} gave up in the middle of its answer.",
        details=(f"{endpoint.host} says: {said}",) if said else (),
        hint="Run the command again; if it stays so, use another model (--model NAME).",
    )


def of_strange_answer(endpoint: Endpoint, *, content_type: str) -> ModelError:
    """Explain an answer that is not one of a model."""
    kind = quote(content_type, endpoint=endpoint) or "no type"
    return ModelError(
        f"What {endpoint.address} sends is not a model's answer ({kind} in the place of an event stream).",
        hint=f"Check {endpoint.address_source}, or `base-url` in the configuration; it mostly ends in /v1.",
    )


def of_truncation(endpoint: Endpoint, *, most: int, received: int, is_capped: bool = False) -> ModelError:
    """Explain an answer that was cut off.

    Args:
        endpoint: Who answered.
        most: The longest answer that was asked for, in tokens.
        received: How long it was; 0: the endpoint does not count.
        is_capped: Whether the budget set ``most``.
    """
    # The endpoint may count what it thought, or not, so that a few are missing.
    if 0 < received < most * 9 // 10:
        return ModelError(
            f"The answer of {endpoint.model} was cut off at {received:,} of the {most:,} tokens that it was allowed:"
            " with the request, it fills all that the model can hold.",
            hint="Use a model that reads more (--model NAME), or name fewer things in the request; to raise"
            " `max-tokens` would not help.",
        )
    if is_capped:
        return ModelError(
            f"The answer of {endpoint.model} was cut off: it is longer than {most:,} tokens that the budget left it.",
            hint="Raise `budget-tokens` or `budget-money` under [tool.autotransform.model],"
            " or ask for a smaller change.",
        )
    return ModelError(
        f"The answer of {endpoint.model} was cut off: it is longer than {most:,} tokens, or than it may be.",
        hint="Raise `max-tokens` under [tool.autotransform.model], or ask for a smaller change.",
    )


def of_spent_time(endpoint: Endpoint) -> ModelError:
    """Explain that the time for one authoring is used up."""
    return ModelError(
        f"The answer of {endpoint.model} was not waited for any longer: the time for one authoring is used up.",
        hint="Raise `budget-seconds` under [tool.autotransform.model], or run the command again.",
    )


def of_refusal(endpoint: Endpoint, *, words: str) -> ModelError:
    """Explain that the model, or a filter in front of it, would not answer."""
    said = quote(words, endpoint=endpoint)
    return ModelError(
        f"{endpoint.model} refused to answer.",
        details=(f"It says: {said}",) if said else (),
        hint="Put the request in other words, or use another model (--model NAME).",
    )


def of_tool_call(endpoint: Endpoint) -> ModelError:
    """Explain an answer that asks for a tool, of which there is none."""
    return ModelError(
        f"{endpoint.model} asked for a tool in the place of an answer, and was offered none.",
        hint="Run the command again, or use another model (--model NAME): one that writes code, not an agent.",
    )


def of_emptiness(endpoint: Endpoint, *, has_thought: bool) -> ModelError:
    """Explain an answer without a word."""
    why = " It used all of it to think: `max-tokens` is probably too low." if has_thought else ""
    return ModelError(
        f"The answer of {endpoint.model} is empty.{why}",
        hint="Run the command again, raise `max-tokens`, or use another model (--model NAME).",
    )


def of_prose(endpoint: Endpoint, *, text: str) -> ModelError:
    """Explain an answer that speaks and holds no script."""
    return ModelError(
        f"{endpoint.model} answered in words and wrote no script.",
        details=(f"It says: {quote(text, endpoint=endpoint)}",),
        hint="Say in the request what is to be replaced by what, or use another model (--model NAME).",
    )


def quote(text: str, *, endpoint: Endpoint) -> str:
    """Make the words of somebody else fit to be shown: one line, nothing a terminal obeys, no key, not too long."""
    words = re.sub(r"<[^<>]{1,200}>", " ", endpoint.redact(text)) if "<html" in text.lower() else endpoint.redact(text)
    shown = " ".join("".join(each if each.isprintable() else " " for each in words).split())
    return shown if len(shown) <= _LONGEST_QUOTE else f"{shown[:_LONGEST_QUOTE]}…"
