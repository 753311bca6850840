"""Put a script together: the header, and below it what was generated."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from autotransform.script.header import read_header, write_header
from autotransform.script.model import digest_of

if TYPE_CHECKING:
    from autotransform.script.model import Provenance


def compose(body: str, *, provenance: Provenance) -> str:
    """Give the text of a script: header with the digest of the body, then the body, with LF endings.

    A header that the body already carries is replaced.
    """
    below = read_header(body.replace("\r\n", "\n")).body.strip("\n") + "\n"
    return write_header(replace(provenance, source_sha256=digest_of(below))) + below
