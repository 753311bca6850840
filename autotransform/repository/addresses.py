"""Addresses of remotes, as git understands them."""

from __future__ import annotations

import re
from urllib.parse import urlsplit, urlunsplit

_PORTS = {"https": 443, "http": 80}
_LOGIN = re.compile(r"[A-Za-z+]+://([^/@]*)@")


def protocol_of(url: str) -> str:
    """Give the protocol of an address: ``https``, ``ssh``, ``file``, or what else it names."""
    if named := re.match(r"([A-Za-z0-9][A-Za-z0-9+.-]*)(::|://)", url):
        return named[1] if named[2] == "::" else named[1].lower()
    # HOST:PATH, unless a slash comes first.
    return "ssh" if ":" in url.split("/", 1)[0] else "file"


def origin_of(url: str) -> str:
    """Give protocol, host and port of an http address: ``https://github.com:443``; nothing for others."""
    try:
        split = urlsplit(url)
        port = split.port or _PORTS.get(split.scheme)
    except ValueError:
        return ""
    return f"{split.scheme}://{split.hostname}:{port}" if split.scheme in _PORTS and split.hostname else ""


def without_login(url: str) -> str:
    """Take name and password out of an http address."""
    if not origin_of(url):
        return url
    split = urlsplit(url)
    return urlunsplit(split._replace(netloc=split.netloc.rpartition("@")[2]))


def password_of(url: str) -> str:
    """Give what of an address nobody should see; nothing where there is nothing."""
    found = _LOGIN.match(url)
    if not found:
        return ""
    # A token alone stands where the name does.
    return found[1].partition(":")[2] or (found[1] if origin_of(url) else "")
