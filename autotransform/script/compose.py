"""Put a script together: the header, and below it what was generated."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from autotransform.script.header import read_header, write_header
from autotransform.script.model import digest_of

if TYPE_CHECKING:
    from autotransform.script.model import Provenance


def compose(body: str, *, provenance: Provenance, generated: str | None = None) -> str:
    """Give the text of a script: header with the digest of the body, then the body, with LF endings.

    A header that the body already carries is replaced.

    Args:
        body: Of the script.
        provenance: For the header.
        generated: The body as it was generated, where a person's edits are in ``body``.
    """
    below = body_of(body)
    digest = digest_of(below if generated is None else body_of(generated))
    return write_header(replace(provenance, source_sha256=digest)) + below


def body_of(source: str) -> str:
    """Give what stands below the header of a script, with LF endings and one of them at its end."""
    return read_header(source.replace("\r\n", "\n")).body.strip("\n") + "\n"
