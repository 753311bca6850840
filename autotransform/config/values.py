"""What the configuration says, as frozen values; each field carries its own documentation."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

#: The programs that a repository may choose to have its changes formatted with; it can name no other.
FORMATTERS = ("", "autopep8", "black", "ruff", "yapf")

#: By what a change can be divided into parts.
SPLITS = ("", "codeowners", "count", "directory", "package", "shape")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelConfig:
    """``[tool.autotransform.model]``: the language model that writes scripts; never needed to run one."""

    name: str = field(
        default="", metadata={"doc": "Name of the model, as the endpoint calls it. `--model` overrides it."}
    )
    provider: str = field(
        default="",
        metadata={
            "doc": "Who answers: `openai`, `azure`, `openrouter`, `anthropic`, `google`, `ollama`, `vllm` or"
            " `llama.cpp`; it says where the model is and which variable holds the key. Empty: `openai`."
        },
    )
    base_url: str = field(
        default="",
        metadata={
            "doc": "Address of an OpenAI-compatible endpoint; empty: the provider's own. Where only a repository names"
            " it, nothing is sent there, unless it is this machine: `AUTOTRANSFORM_BASE_URL` allows it."
        },
    )
    timeout: float = field(
        default=120.0, metadata={"doc": "Seconds to wait for the next part of an answer.", "most": 86_400}
    )
    attempts: int = field(
        default=3, metadata={"doc": "How often the model may try: one script and its repairs.", "most": 20}
    )
    max_tokens: int = field(
        default=8192, metadata={"doc": "The longest answer to ask for, in tokens.", "most": 1_000_000}
    )
    temperature: float | None = field(
        default=None, metadata={"doc": "Sampling temperature; unset: the endpoint's default."}
    )
    budget_tokens: int = field(
        default=0,
        metadata={
            "doc": "The most tokens, sent and received, that one authoring may use; 0: no cap.",
            "most": 1_000_000_000,
        },
    )
    budget_money: float | None = field(
        default=None,
        metadata={"doc": "The most that one authoring may cost; needs the model's `prices`. Unset: no cap."},
    )
    budget_seconds: float = field(
        default=0.0,
        metadata={"doc": "How long one authoring may wait for the model, in seconds; 0: no cap.", "most": 86_400},
    )
    prices: Mapping[str, tuple[float, float]] = field(
        default_factory=dict,
        metadata={
            "doc": "A table: under the name of a model, what a million tokens sent and a million received cost, in your"
            ' currency: `"NAME" = [1.25, 10.0]`.'
        },
    )
    profiles: Mapping[str, Mapping[str, Any]] = field(
        default_factory=dict,
        metadata={
            "doc": "Tables of these keys, by name: `--profile NAME`, or `AUTOTRANSFORM_PROFILE`, puts one over the"
            " rest."
        },
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRequestConfig:
    """``[tool.autotransform.pull-request]``: what the pull requests of a transform are like."""

    base: str = field(
        default="", metadata={"doc": "Branch that pull requests go to; empty: the remote's default branch."}
    )
    remote: str = field(
        default="origin", metadata={"doc": "Name of the remote to push to; never an address: git knows that."}
    )
    labels: tuple[str, ...] = field(default=(), metadata={"doc": "Labels to add; those that there are stay."})
    reviewers: tuple[str, ...] = field(
        default=(), metadata={"doc": "People to ask for a review, by login and without `@`."}
    )
    team_reviewers: tuple[str, ...] = field(
        default=(),
        metadata={
            "doc": "Teams to ask for a review, by slug: `core`, not `@acme/core`. Needs more than `GITHUB_TOKEN`."
        },
    )
    assignees: tuple[str, ...] = field(default=(), metadata={"doc": "People to assign, by login and without `@`."})
    draft: bool = field(default=False, metadata={"doc": "Open pull requests as drafts."})
    template: str = field(
        default="", metadata={"doc": "File below the root: a Jinja2 template of the body; empty: our own."}
    )
    title: str = field(
        default="", metadata={"doc": "Title of the pull request; empty: the first line of what the transform says."}
    )
    split_by: str = field(
        default="",
        metadata={
            "doc": "Make one pull request for each part of the change: `codeowners`, `directory`, `package`, `count`"
            " or `shape`. Empty: one for all.",
            "choices": SPLITS,
        },
    )
    split_minimum: int = field(
        default=0,
        metadata={"doc": "Parts of fewer files are put together, where that is possible.", "most": 1_000_000},
    )
    split_maximum: int = field(
        default=0, metadata={"doc": "Parts of more files are divided; 0: no part is.", "most": 1_000_000}
    )
    open_limit: int = field(
        default=10,
        metadata={"doc": "How many pull requests of one transform may be open at a time; 0: any number.", "most": 1000},
    )
    signoff: bool = field(default=False, metadata={"doc": "Add `Signed-off-by`, with your name, to each commit."})


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """``[tool.autotransform]``."""

    transforms: str = field(
        default="transforms", metadata={"doc": "Folder of the repository in which its transforms are kept."}
    )
    include: tuple[str, ...] = field(
        default=(), metadata={"doc": "Patterns, as in .gitignore: only files that match one are looked at."}
    )
    exclude: tuple[str, ...] = field(
        default=(), metadata={"doc": "Patterns, as in .gitignore: files that match one are never looked at."}
    )
    source_roots: tuple[str, ...] = field(
        default=(), metadata={"doc": "Folders from which Python imports, where they cannot be told from the tree."}
    )
    strict: bool = field(
        default=False,
        metadata={"doc": "Let a file fail that does not keep every guarantee, instead of warning of it."},
    )
    jobs: int = field(default=0, metadata={"doc": "Worker processes; 0: one for each core.", "most": 256})
    timeout: float = field(
        default=60.0, metadata={"doc": "Seconds that a script may take for one file.", "most": 86_400}
    )
    memory: int = field(default=2048, metadata={"doc": "Megabytes that one worker may use.", "most": 1_048_576})
    formatter: str = field(
        default="",
        metadata={
            "doc": "Have what changed formatted, in files that were formatted before: `autopep8`, `black`, `ruff` or"
            " `yapf`. Empty: not at all. Any other program can only be named on the command line.",
            "choices": FORMATTERS,
        },
    )
    model: ModelConfig = field(default_factory=ModelConfig, metadata={"doc": "The model that writes scripts."})
    pull_request: PullRequestConfig = field(
        default_factory=PullRequestConfig, metadata={"doc": "What the pull requests of a transform are like."}
    )
