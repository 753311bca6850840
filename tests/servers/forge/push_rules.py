"""A hook of a bare repository (`proc-receive`): lets a push through or refuses it, in the words of `rules.json`.

Runs as a program of its own, started by git; imports nothing but the standard library.
"""

from __future__ import annotations

import fnmatch
import json
import os
import subprocess
import sys
from pathlib import Path

_FLUSH = b"0000"


def main() -> None:
    """Speak git's protocol with its hook: features, commands, one report for each."""
    is_atomic = b"atomic" in b"".join(_read_packets())
    _write_packet(b"version=1\0atomic")
    _flush()
    commands = [line.decode().strip().split(" ") for line in _read_packets()]
    rules = json.loads(Path("rules.json").read_text(encoding="utf-8"))
    refusals = {
        ref: next((said for rule in rules if (said := _refuse(rule, old=old, new=new, ref=ref))), "")
        for old, new, ref in commands
    }
    for ref, said in refusals.items():
        refusal = said or ("atomic transaction failed" if is_atomic and any(refusals.values()) else "")
        if refusal:
            _write_packet(f"ng {ref} {refusal}".encode())
        else:
            _write_packet(f"ok {ref}".encode())
            _write_packet(b"option fall-through")
    _flush()


def _refuse(rule: dict[str, object], *, old: str, new: str, ref: str) -> str:
    path = ""
    if not fnmatch.fnmatch(ref, str(rule["refs"])):
        return ""
    if rule["logins"] and os.environ.get("REMOTE_USER") not in list(rule["logins"]):  # type: ignore[call-overload]
        return ""
    if rule["touching"]:
        path = next((name for name in _changed(old, new) if name.startswith(str(rule["touching"]))), "")
        if not path:
            return ""
    for line in rule["lines"]:  # type: ignore[attr-defined]
        sys.stderr.write(line.format(ref=ref, path=path) + "\n")
    return str(rule["reason"]).format(ref=ref, path=path)


def _changed(old: str, new: str) -> list[str]:
    base = old if old.strip("0") else "refs/heads/main"
    command = ["git", "diff", "--name-only", base, new]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()


def _read_packets() -> list[bytes]:
    packets = []
    while (size := int(sys.stdin.buffer.read(4), 16)) > 0:
        packets.append(sys.stdin.buffer.read(size - 4))
    return packets


def _write_packet(content: bytes) -> None:
    sys.stdout.buffer.write(b"%04x" % (len(content) + 5) + content + b"\n")


def _flush() -> None:
    sys.stdout.buffer.write(_FLUSH)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
