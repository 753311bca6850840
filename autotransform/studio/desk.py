"""One transform on the desk: its text, its draft, its runs, the answers about them; what every request works with."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autotransform.errors import AutoTransformError
from autotransform.publish.decisions.shared import load_shared
from autotransform.script import digest_of
from autotransform.studio.choices import Choices, describe_answers
from autotransform.studio.faults import shorten_paths
from autotransform.studio.files import Draft, Drafts, ScriptFile, require_same
from autotransform.studio.judging import check, read_script
from autotransform.studio.kept import keep_contents
from autotransform.studio.running import Runner
from autotransform.studio.standing import Standing

if TYPE_CHECKING:
    from pathlib import Path

    from autotransform.studio.values import Ground, Json

_FOLDER = "studio"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Text:
    """What stands in the page when it is opened."""

    source: str
    #: Of the file; ``None``: there is none.
    file: str | None
    is_draft: bool
    is_conflict: bool


class Desk:
    """Everything that one page works with; used by several threads.

    Args:
        ground: What every run is made with.
    """

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.root: Path = ground.repository.root or ground.repository.git_dir
        paths = (file.path for file in ground.selection.files)
        shared = load_shared(ground.selection, ground.subject.name)
        self.choices = Choices(ground.repository, name=ground.subject.name, paths=paths, shared=shared)
        self.standing = Standing(ground.trust, subject=ground.subject)
        self.selection = keep_contents(ground.selection)
        self.runner = Runner(ground, self.selection, standing=self.standing)
        self._file = ScriptFile(ground.subject, root=self.root)
        self._drafts = Drafts(ground.repository.state_dir / _FOLDER, subject=ground.subject)
        self._lock = threading.Lock()
        #: What stood in the file when it was last looked at.
        self._last: str | None = None
        self._head = self._find_head()

    def open(self) -> None:
        """Get everything ready, so that the first run need not wait.

        Raises:
            ScriptError: The file of the transform cannot be read.
        """
        self.runner.warm_up()
        text = self._text()
        try:
            # Of the draft, where there is one, whatever holds of the file: it may be what a model wrote.
            self.standing.open(read_script(text.source, self.ground.subject))
        except AutoTransformError:
            return

    def warm_check(self) -> None:
        """Import what the static check looks names up in, which takes half a second."""
        check(self._text().source, self.ground.subject)

    def close(self) -> None:
        """End whatever runs."""
        self.runner.close()

    def state(self) -> Json:
        """Describe what is on the desk."""
        text, ground = self._text(), self.ground
        selection = ground.selection
        return {
            "name": ground.subject.name,
            "path": ground.subject.path,
            "source": text.source,
            "file": text.file,
            "saved": text.file == text.source,
            "draft": text.is_draft,
            "conflict": text.is_conflict,
            "digest": _digest(text.file),
            "has_model": bool(ground.config.model.name) and ground.config.model.name != "built-in",
            "root": self.root.name,
            "branch": ground.repository.head_branch() or "",
            "head": ground.selection.base,
            "files": len(selection.files),
            "paths": list(selection.inputs.paths),
            "notes": [shorten_paths(note, root=self.root) for note in selection.notes],
            "decisions": describe_answers(self.choices.read()),
        }

    def source(self) -> str:
        """Give what stands in the page: the draft, or else the file."""
        return self._text().source

    def keep(self, source: str, *, digest: str) -> Json:
        """Keep a draft that was made from the file's text of a digest; it is kept whatever the file is by now.

        Raises:
            PageError: 409, with the file's text, where that was changed meanwhile.
            ScriptError: It cannot be kept.
        """
        with self._lock:
            file = self._read_file()
            if file == source:
                self._drafts.drop()
                return {"draft": False, "digest": _digest(file)}
            self._drafts.keep(Draft(source=source, digest=digest))
            require_same(digest, file)
        return {"draft": True, "digest": digest}

    def save(self, source: str, *, digest: str) -> Json:
        """Write the file, as long as it still is the one of a digest.

        Raises:
            PageError: 409, with the file's text, where it was changed meanwhile; nothing is written.
            ScriptError: It cannot be written.
        """
        with self._lock:
            self._read_file()
            written = self._file.write(source, digest=digest)
            self._last = source
            self._drafts.drop()
        return {"saved": True, "digest": written}

    def save_draft(self) -> str:
        """Write what stands in the page to the file; gives it.

        Raises:
            PageError: As of `save`.
            ScriptError: As of `save`.
        """
        with self._lock:
            draft, file = self._drafts.read(), self._read_file()
            if draft is not None:
                self._file.write(draft.source, digest=draft.digest)
                self._last = draft.source
                self._drafts.drop()
                return draft.source
            if file is None:  # it stands elsewhere, or nowhere any more; the branch brings it along
                return self._last or self.ground.subject.source
            return file

    def describe_move(self) -> str:
        """Say that HEAD is another commit than when the page was opened; empty: it is not."""
        if self._find_head() == self._head:
            return ""
        name, base = self.ground.subject.name, (self.ground.selection.base or "")[:10]
        return (
            f"HEAD moved since this page was opened; this is made of {base}, which the page reads."
            f" To go on from where HEAD is now, close the page and start `autotransform review {name}` anew."
        )

    def _find_head(self) -> str | None:
        try:
            return self.ground.repository.resolve("HEAD")
        except AutoTransformError:
            return None

    def _read_file(self) -> str | None:
        """Read the file; what somebody else put there meanwhile is not what the person typed or said yes to."""
        file = self._file.read()
        if file is not None and file != self._last:
            self.standing.note_model()
            self._last = file
        return file

    def _text(self) -> _Text:
        with self._lock:
            draft, file = self._drafts.read(), self._read_file()
        # Where the file was removed meanwhile, its text is not lost with it.
        saved = (self._last or self.ground.subject.source) if file is None else file
        is_draft = draft is not None and draft.source != saved
        return _Text(
            source=draft.source if draft is not None else saved,
            file=file,
            is_draft=is_draft,
            is_conflict=is_draft and draft is not None and draft.digest != _digest(file),
        )


def _digest(file: str | None) -> str:
    return "" if file is None else digest_of(file)
