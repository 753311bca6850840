"""Where the model is: address, key and name, from the environment and the configuration. Nothing is sent here."""

from __future__ import annotations

import ipaddress
import shlex
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from autotransform.author.keys import find_key_command, run_key_command
from autotransform.author.profiles import OwnModelConfig
from autotransform.author.providers import find_provider
from autotransform.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autotransform.author.providers import Provider
    from autotransform.config import ModelConfig

#: Servers on one's own machine ask for no key, but the protocol has a place for it.
_NO_KEY = "none"

#: A shorter one is no secret, but what people write where any key will do; and it stands in many a word.
_SHORTEST_KEY = 8

#: Says where any provider is, and is the person's.
ADDRESS_VARIABLE = "AUTOTRANSFORM_BASE_URL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A model that can be asked."""

    base_url: str
    model: str
    api_key: str = field(repr=False)
    #: Where the key is from, and where the address could be set: what to name in messages.
    key_source: str = "OPENAI_API_KEY"
    address_source: str = "OPENAI_BASE_URL"
    #: Whether what the person set for OpenAI's own client, headers and the organisation, is meant for it.
    is_openai: bool = False

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

    @property
    def is_local(self) -> bool:
        """Whether it is this machine."""
        return _is_loopback(self.base_url)

    def redact(self, text: str) -> str:
        """Take the key out of a text, should somebody have repeated it there."""
        return text.replace(self.api_key, "[the key]") if len(self.api_key) >= _SHORTEST_KEY else text


def find_endpoint(config: ModelConfig, *, environment: Mapping[str, str]) -> Endpoint:
    """Find out where the model is.

    A provider's key goes to that provider's own address, or to where the person says: by the environment, or by the
    file of their own (`resolve_profile`). The repository is whoever's wrote it: what it alone names, this machine
    aside, is sent neither a key nor code.

    Raises:
        ModelError: No model is named, there is no key where one is needed, the address is none, or only the repository
            names it.
    """
    provider = find_provider(config.provider)
    own_url = _address_in(environment, provider=provider)
    base_url = own_url or config.base_url.strip() or provider.base_url
    is_own = bool(own_url) or (isinstance(config, OwnModelConfig) and config.is_own_place)
    key_command = find_key_command(config, environment=environment)
    key_variable = next((each for each in provider.key_variables if environment.get(each, "").strip()), "")
    is_default = not own_url and not config.base_url.strip()
    if is_default and provider.needs_key and not key_variable and not key_command:
        raise _refuse_without_key(provider)
    if not base_url:
        raise _refuse_without_address(provider)
    if not config.name:
        raise ModelError(
            "No model is named.",
            hint='Name one with --model NAME, or with `model = "NAME"` under [tool.autotransform] in pyproject.toml.',
        )
    _require_address(base_url, variable=provider.address_variable or ADDRESS_VARIABLE)
    endpoint = Endpoint(
        base_url=base_url,
        model=config.name,
        api_key=_NO_KEY,
        key_source="the key command" if key_command else key_variable or provider.key_variables[0],
        address_source=provider.address_variable or ADDRESS_VARIABLE,
        is_openai=provider.name == "openai" and (is_own or _origin(base_url) == _origin(provider.base_url)),
    )
    if not is_own:
        _require_trust(endpoint, provider=provider, has_key=bool(key_variable or key_command))
        if key_command and (config.provider or config.base_url):
            raise _refuse_command(endpoint)
    api_key = run_key_command(key_command) if key_command else environment.get(key_variable, "").strip()
    _require_key(api_key, source=endpoint.key_source)
    return replace(endpoint, api_key=api_key or _NO_KEY)


def _address_in(environment: Mapping[str, str], *, provider: Provider) -> str:
    """Give the address that the person's environment says; empty where it says none."""
    if address := environment.get(ADDRESS_VARIABLE, "").strip():
        return address
    address = environment.get(provider.address_variable, "").strip() if provider.address_variable else ""
    if address and provider.path and provider.path.strip("/") not in address:
        return f"{address.rstrip('/')}/{provider.path}"
    return address


def _require_trust(endpoint: Endpoint, *, provider: Provider, has_key: bool) -> None:
    """Refuse an address that nobody but a repository names, on another machine or for the key of a cloud."""
    if provider.base_url and _origin(endpoint.base_url) == _origin(provider.base_url):
        return
    # OpenAI's variable is what people set for servers of their own, too; the others' hold the key of a cloud.
    if endpoint.is_local and (not has_key or provider.name == "openai" or not provider.needs_key):
        return
    variable = endpoint.address_source
    what = f"your {endpoint.key_source} is" if has_key else "code is"
    raise ModelError(
        f"The repository's configuration names another endpoint, {endpoint.host}; {what} not sent"
        " to where only a repository says.",
        details=(f"base-url = {endpoint.address}",),
        hint=f"If that is where you want it sent: export {variable}={shlex.quote(endpoint.address)}",
    )


def _refuse_command(endpoint: Endpoint) -> ModelError:
    return ModelError(
        f"The repository's configuration chooses {endpoint.host}, and your key command may print the key of another.",
        hint="Say in your own config.toml which `provider` or `base-url` the command is for,"
        f" or: export {ADDRESS_VARIABLE}={shlex.quote(endpoint.address)}",
    )


def _refuse_without_key(provider: Provider) -> ModelError:
    if provider.name != "openai":
        variables = " or ".join(provider.key_variables)
        return ModelError(
            f"{provider.label} answers nobody without a key, and {variables} is not set.",
            hint=f"export {provider.key_variables[0]}=…, or set `key-command` in your own config.toml.",
        )
    return ModelError(
        "No language model is set up: neither OPENAI_API_KEY nor OPENAI_BASE_URL is set.",
        details=(
            "export OPENAI_API_KEY=…                              for OpenAI, or for the endpoint below",
            "export OPENAI_BASE_URL=http://localhost:11434/v1     for another endpoint that speaks its protocol",
        ),
        hint="Set one of them, or `provider` in the configuration, and name the model with --model NAME;"
        " `autotransform doctor` tells what is set.",
    )


def _refuse_without_address(provider: Provider) -> ModelError:
    return ModelError(
        f"{provider.label} has another address for everybody, and none is set.",
        hint=f"export {provider.address_variable}=https://RESOURCE.openai.azure.com",
    )


def _origin(address: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(address)
    return parts.scheme, parts.hostname, parts.port


def _is_loopback(address: str) -> bool:
    host = urlsplit(address).hostname
    try:
        return host == "localhost" or ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False


def _require_address(base_url: str, *, variable: str) -> None:
    try:
        parts = urlsplit(base_url)
        is_valid = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        # Clients and servers disagree about where the host starts in what holds one of these.
        is_valid = is_valid and base_url.isprintable() and not set(base_url) & {"\\", " "}
    except ValueError:
        is_valid = False
    if not is_valid:
        # It is not shown: what somebody put there by mistake may be a key.
        raise ModelError(
            "The address of the model is not one: it must start with http:// or https:// and name a host.",
            hint=f"Set {variable}, or `base-url` under [tool.autotransform.model], as in http://localhost:11434/v1.",
        )


def _require_key(api_key: str, *, source: str) -> None:
    if not all("!" <= character <= "~" for character in api_key):
        raise ModelError(
            f"{source[0].upper()}{source[1:]} holds characters that no key has: a space, a line break or a letter that"
            " is not ASCII.",
            hint=f"Copy the key once more and set {source} to it." if source.isupper() else "See what it prints.",
        )
