"""Git over HTTP: `git http-backend` behind the token's permissions."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.servers.forge.handling import Handler

_PLAIN = {"Content-Type": "text/plain; charset=utf-8"}


def serve_git(handler: Handler, *, name: str, service: str, query: str, data: bytes) -> None:
    """Answer one request of git, in GitHub's words where it is refused."""
    forge, token = handler.forge, handler.token()
    authorizations = tuple(handler.headers.get_all("Authorization") or ())
    forge.git_log.append((handler.command, handler.path, authorizations))
    if token is None:
        said = b"Invalid username or token. Password authentication is not supported for Git operations.\n"
        headers = {"WWW-Authenticate": 'Basic realm="GitHub"', **_PLAIN}
        handler.reply(401, said if authorizations else b"", headers=headers)
        return
    if name in forge.renamed:
        target = handler.path.replace(name, forge.renamed[name], 1)
        handler.reply(301, b"", headers={"Location": f"{handler.base_url}{target}"})
        return
    hosted = forge.hosted.get(name)
    if hosted is None or not token.reaches(hosted):
        handler.reply(404, b"Repository not found.\n", headers=_PLAIN)
        return
    if "git-receive-pack" in (service + query):
        if hosted.is_archived:
            handler.reply(403, b"This repository was archived so it is read-only.\n", headers=_PLAIN)
            return
        if not token.may("contents", write=True):
            said = f"Permission to {name}.git denied to {token.login}.\n".encode()
            handler.reply(403, said, headers=_PLAIN)
            return
    _run_backend(handler, path=f"/{name}.git/{service}", query=query, data=data, login=token.login)


def _run_backend(handler: Handler, *, path: str, query: str, data: bytes, login: str) -> None:
    environment = {
        **os.environ,
        "GIT_PROJECT_ROOT": str(handler.forge.folder),
        "GIT_HTTP_EXPORT_ALL": "1",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "REQUEST_METHOD": handler.command,
        "CONTENT_TYPE": handler.headers.get("Content-Type", ""),
        "CONTENT_LENGTH": str(len(data)),
        "HTTP_CONTENT_ENCODING": handler.headers.get("Content-Encoding", ""),
        "REMOTE_USER": login,
        "REMOTE_ADDR": "127.0.0.1",
        "GIT_PROTOCOL": handler.headers.get("Git-Protocol", ""),
    }
    done = subprocess.run(
        ["git", "http-backend"], input=data, env=environment, capture_output=True, check=False, timeout=120
    )
    head, _, content = done.stdout.partition(b"\r\n\r\n")
    headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n") if line)
    handler.reply(int(headers.pop("Status", "200").split()[0]), content, headers=headers)
