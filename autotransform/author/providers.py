"""Who answers over OpenAI's protocol: where each is, and which variable holds its key."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from autotransform.errors import ModelError


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """One of those whom people use."""

    #: As the configuration calls it.
    name: str
    label: str
    #: Where it is; empty: everybody has an address of their own.
    base_url: str
    #: Variables of the environment, the first that is set counts.
    key_variables: tuple[str, ...]
    #: Variable of the environment that says where it is instead.
    address_variable: str = ""
    #: What comes behind the address in that variable.
    path: str = ""
    #: Whether it answers nobody without a key.
    needs_key: bool = True


#: Each with the page that says so, as it stood in November 2026.
PROVIDERS = {
    provider.name: provider
    for provider in (
        # https://github.com/openai/openai-python: both variables are those of OpenAI's own client.
        Provider(
            name="openai",
            label="OpenAI",
            base_url="https://api.openai.com/v1",
            key_variables=("OPENAI_API_KEY",),
            address_variable="OPENAI_BASE_URL",
        ),
        # https://learn.microsoft.com/azure/foundry/openai/api-version-lifecycle: the v1 API, in which the plain client
        # needs no `api-version`. The model's name is that of the deployment.
        Provider(
            name="azure",
            label="Azure",
            base_url="",
            key_variables=("AZURE_OPENAI_API_KEY",),
            address_variable="AZURE_OPENAI_ENDPOINT",
            path="openai/v1/",
        ),
        # https://openrouter.ai/docs/quickstart
        Provider(
            name="openrouter",
            label="OpenRouter",
            base_url="https://openrouter.ai/api/v1",
            key_variables=("OPENROUTER_API_KEY",),
        ),
        # https://docs.anthropic.com/en/api/openai-sdk
        Provider(
            name="anthropic",
            label="Anthropic",
            base_url="https://api.anthropic.com/v1/",
            key_variables=("ANTHROPIC_API_KEY",),
        ),
        # https://ai.google.dev/gemini-api/docs/openai, https://ai.google.dev/gemini-api/docs/api-key
        Provider(
            name="google",
            label="Google",
            base_url="https://generativelanguage.googleapis.com/v1beta/openai/",
            key_variables=("GEMINI_API_KEY", "GOOGLE_API_KEY"),
        ),
        # https://docs.ollama.com/api/openai-compatibility
        Provider(
            name="ollama",
            label="Ollama",
            base_url="http://localhost:11434/v1",
            key_variables=("OLLAMA_API_KEY",),
            needs_key=False,
        ),
        # https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html
        Provider(
            name="vllm",
            label="vLLM",
            base_url="http://localhost:8000/v1",
            key_variables=("VLLM_API_KEY",),
            needs_key=False,
        ),
        # https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md
        Provider(
            name="llama.cpp",
            label="llama.cpp",
            base_url="http://localhost:8080/v1",
            key_variables=("LLAMA_API_KEY",),
            needs_key=False,
        ),
    )
}


def find_provider(name: str) -> Provider:
    """Give a provider by its name; empty: OpenAI.

    Raises:
        ModelError: There is none of that name.
    """
    if not name:
        return PROVIDERS["openai"]
    if name.lower() not in PROVIDERS:
        near = difflib.get_close_matches(name.lower(), PROVIDERS, n=1)
        known = f"Did you mean {near[0]!r}?" if near else f"Known are {', '.join(PROVIDERS)}."
        raise ModelError(
            f"There is no provider {name[:80]!r}.",
            hint=f"{known} For any other endpoint leave `provider` out and set `base-url`.",
        )
    return PROVIDERS[name.lower()]
