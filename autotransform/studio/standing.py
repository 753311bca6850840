"""Which texts may run where nothing fences a script in: what a person approved, and what a person makes of that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autotransform.script import digest_of

if TYPE_CHECKING:
    from autotransform.run.trust import Trust
    from autotransform.script import Script
    from autotransform.studio.values import Subject


class Standing:
    """A `Limits.is_trusted` for one page.

    A text runs that is trusted anyway. Once the person has said yes to what stands in the page, their typing goes on
    from there and runs as well; as soon as a model writes something, or somebody else changes the file, only a yes to
    that very text lets it run.

    Args:
        trust: What holds for every command.
        subject: What approvals are noted for.
    """

    def __init__(self, trust: Trust, *, subject: Subject) -> None:
        self._trust = trust
        self._subject = subject
        self._is_theirs = False

    def __call__(self, script: Script) -> bool:
        """Tell whether a script may run."""
        return self._is_theirs or self._trust(script)

    def open(self, script: Script) -> None:
        """Take in what stood there when the page was opened: where that is trusted, so is what is typed into it."""
        self._is_theirs = self._trust(script)

    def note_model(self) -> None:
        """Take in that a model, or whoever changed the file, wrote what may be in the page from now on."""
        self._is_theirs = False

    def approve(self, source: str) -> str:
        """Remember that a person read a text and said yes; gives its digest.

        Raises:
            UsageError: It cannot be kept where nobody else can write.
        """
        digest = digest_of(source)
        self._trust.approvals.add(digest, name=self._subject.name, path=str(self._subject.file))
        self._is_theirs = True
        return digest
