"""Where the model is: address, key and name, from the environment and the configuration. Nothing is sent here."""

from __future__ import annotations

import ipaddress
import shlex
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from autotransform.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autotransform.config import ModelConfig

#: OpenAI's own.
OPENAI = "https://api.openai.com/v1"

#: Servers on one's own machine ask for no key, but the protocol has a place for it.
_NO_KEY = "none"

#: A shorter one is no secret, but what people write where any key will do; and it stands in many a word.
_SHORTEST_KEY = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A model that can be asked."""

    base_url: str
    model: str
    api_key: str = field(repr=False)

    @property
    def host(self) -> str:
        """What to call it in messages: never with a user or a password."""
        parts = urlsplit(self.base_url)
        return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)

    @property
    def address(self) -> str:
        """The base URL without user, password and query."""
        parts = urlsplit(self.base_url)
        return f"{parts.scheme}://{self.host}{parts.path}"

    @property
    def has_key(self) -> bool:
        """Whether a key was given."""
        return self.api_key != _NO_KEY

    def redact(self, text: str) -> str:
        """Take the key out of a text, should somebody have repeated it there."""
        return text.replace(self.api_key, "[the key]") if len(self.api_key) >= _SHORTEST_KEY else text


def find_endpoint(config: ModelConfig, *, environment: Mapping[str, str]) -> Endpoint:
    """Find out where the model is.

    The key goes where the environment says, which is the person's: to OpenAI, or to OPENAI_BASE_URL. The configuration
    is whoever's wrote the repository; it gets no key sent to another machine.

    Raises:
        ModelError: No model is named, there is no key for OpenAI, the address is none, or only the configuration names
            it and there is a key.
    """
    own_url = environment.get("OPENAI_BASE_URL", "").strip()
    base_url = own_url or config.base_url.strip()
    api_key = environment.get("OPENAI_API_KEY", "").strip()
    if not api_key and not base_url:
        raise ModelError(
            "No language model is set up: neither OPENAI_API_KEY nor OPENAI_BASE_URL is set.",
            details=(
                "export OPENAI_API_KEY=…                              for OpenAI, or for the endpoint below",
                "export OPENAI_BASE_URL=http://localhost:11434/v1     for another endpoint that speaks its protocol",
            ),
            hint="Set one of them, and name the model with --model NAME; `autotransform doctor` tells what is set.",
        )
    if not config.name:
        raise ModelError(
            "No model is named.",
            hint='Name one with --model NAME, or with `model = "NAME"` under [tool.autotransform] in pyproject.toml.',
        )
    _require_address(base_url or OPENAI)
    _require_key(api_key)
    endpoint = Endpoint(base_url=base_url or OPENAI, model=config.name, api_key=api_key or _NO_KEY)
    if not own_url and not _is_trusted(endpoint.base_url):
        _refuse_to_send(endpoint)
    return endpoint


def _is_trusted(base_url: str) -> bool:
    """Tell whether a key may go to an address that nobody but a repository names."""
    parts = urlsplit(base_url)
    of_openai = urlsplit(OPENAI)
    if (parts.scheme, parts.hostname, parts.port) == (of_openai.scheme, of_openai.hostname, of_openai.port):
        return True
    try:
        return parts.hostname == "localhost" or ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False


def _refuse_to_send(endpoint: Endpoint) -> None:
    if endpoint.has_key:
        raise ModelError(
            f"The repository's configuration names another endpoint, {endpoint.host}; your OPENAI_API_KEY is not sent"
            " to where only a repository says.",
            details=(f"base-url = {endpoint.address}",),
            hint=f"If that is where you want it sent: export OPENAI_BASE_URL={shlex.quote(endpoint.address)}",
        )


def _require_address(base_url: str) -> None:
    try:
        parts = urlsplit(base_url)
        is_valid = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_valid = False
    if not is_valid:
        # It is not shown: what somebody put there by mistake may be a key.
        raise ModelError(
            "The address of the model is not one: it must start with http:// or https:// and name a host.",
            hint="Set OPENAI_BASE_URL, or `base-url` under [tool.autotransform.model], as in http://localhost:11434/v1.",
        )


def _require_key(api_key: str) -> None:
    if not all("!" <= character <= "~" for character in api_key):
        raise ModelError(
            "OPENAI_API_KEY holds characters that no key has: a space, a line break or a letter that is not ASCII.",
            hint="Copy the key once more and set OPENAI_API_KEY to it.",
        )
