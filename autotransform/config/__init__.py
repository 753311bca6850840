"""``[tool.autotransform]`` of a pyproject.toml, as one frozen value."""

from autotransform.config.document import LONGEST, load_toml, parse_config, refuse_problems
from autotransform.config.tables import read_values
from autotransform.config.values import FORMATTERS, SPLITS, Config, ModelConfig, PullRequestConfig

__all__ = [
    "FORMATTERS",
    "LONGEST",
    "SPLITS",
    "Config",
    "ModelConfig",
    "PullRequestConfig",
    "load_toml",
    "parse_config",
    "read_values",
    "refuse_problems",
]
