"""Take secrets out of text before it leaves: known kinds of keys, passwords with a telling name, private key blocks.

The patterns of known keys are those of `detect_secrets`; nothing of it but its patterns is used, so nothing is asked
over the network. What has no known shape is found by the name that it is assigned to, or by looking random.
"""

from __future__ import annotations

import functools
import math
import re
from collections import Counter
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

#: What stands in the place of a secret.
MARK = "[secret]"

_PLUGINS = (
    ("artifactory", "ArtifactoryDetector"),
    ("aws", "AWSKeyDetector"),
    ("azure_storage_key", "AzureStorageKeyDetector"),
    ("cloudant", "CloudantDetector"),
    ("discord", "DiscordBotTokenDetector"),
    ("github_token", "GitHubTokenDetector"),
    ("ibm_cloud_iam", "IbmCloudIamDetector"),
    ("ibm_cos_hmac", "IbmCosHmacDetector"),
    ("jwt", "JwtTokenDetector"),
    ("mailchimp", "MailchimpDetector"),
    ("npm", "NpmDetector"),
    ("sendgrid", "SendGridDetector"),
    ("slack", "SlackDetector"),
    ("softlayer", "SoftlayerDetector"),
    ("square_oauth", "SquareOAuthDetector"),
    ("stripe", "StripeDetector"),
    ("twilio", "TwilioKeyDetector"),
)
#: Kinds that the library does not know yet, each told by its prefix.
_PREFIXED = re.compile(
    r"""(?<![A-Za-z0-9])(?:
      (?:sk|rk|pk)_(?:live|test)_\w{16,} | sk-(?=[\w-]{0,40}\d)[\w-]{20,} | gsk_\w{20,} | hf_[A-Za-z0-9]{20,}
    | github_pat_\w{22,} | gl(?:pat|ptt|soat|rt|cbt)-[\w-]{16,} | AIza[\w-]{35} | ya29\.[\w-]{20,}
    | xox[a-z]-[\w-]{10,} | xapp-[\w-]{20,} | pypi-Ag[\w-]{40,} | do[op]_v1_[0-9a-f]{64} | shp(?:at|ss|ca|pa)_\w{32}
    | whsec_\w{20,} | AGE-SECRET-KEY-1[0-9A-Z]{50,} | dapi[0-9a-f]{32} | sntrys_[\w+/=-]{20,} | hvs\.[\w-]{20,}
    )""",
    re.VERBOSE,
)
_BEARER = re.compile(r"(?i)\b(?:bearer|basic|token)[ \t]{1,4}([A-Za-z0-9._~+/-]{20,2000}={0,2})")
#: ``scheme://user:password@host``; the library's own pattern stops at some signs that passwords hold.
_IN_URL = re.compile(r"(?<=://)[^\s/:@\"'<>]{0,100}:([^\s/@\"'<>]{1,200})@")
#: ``Server=…;Password=…;`` and ``user=… password=…``.
_IN_DSN = re.compile(
    r"(?i)(?<![A-Za-z])(?:password|passwd|pwd|accountkey|sharedaccesskey)"
    r"=([^\s;\"'&,(){}\[\]]{6,200})(?=[;\"'& ])"
)
#: A name, perhaps in quotes or with an annotation, and the string that belongs to it.
_NAMED = re.compile(
    r"(?<!\w)(\w{2,80})[\"']?\]?[ \t]{0,8}(?::[ \t]{0,4}[\w.|]{1,40}[ \t]{0,8}(?==))?"
    r"(?:[=!]=|=|:|,)[ \t]{0,8}\(?[rRbBuU]{0,2}([\"'])((?:(?!\2)[^\s\\]){6,400})\2"
)
#: ``export API_TOKEN=…`` in a comment or a docstring.
_EXPORTED = re.compile(r"(?<!\w)([A-Z][A-Z0-9_]{2,60})=([A-Za-z0-9+/_=.-]{12,400})(?![\w(])")
_SECRET_NAME = re.compile(
    r"(?i)pass(?:word|wd|phrase|code)?s?(?![a-z])|password|passwd|pwd|secret|token|api_?key|auth_?key|access_?key"
    r"|private_?key|secret_?key|signing_?key|encryption_?key|account_?key|credential"
)
_LONGEST_KEYWORD = len("encryption_key")
#: Names of things about secrets that are none: ``token_url``, ``password_field``.
_HARMLESS_NAME = re.compile(
    r"(?i)(?:url|uri|path|file|dir|field|name|label|type|class|id|header|prefix|pattern|regex|format|hasher|endpoint"
    r"|template|param|kind|help|text|message|error|model|backend|module|algorithm|expir\w*|_re|_at|length)s?\Z"
)
_WORDS = re.compile(r"[A-Za-z]+(?:[^A-Za-z0-9]{1,2}[A-Za-z]+)*[^A-Za-z0-9]{0,2}|[\d.,:+-]+")
_PLACEHOLDER = re.compile(r"[{}<>]|%[(sdr]|\$[({A-Z]|\.\.\.|(?i:x{4}|\*{3}|placeholder|changeme|your[_-])")
#: The name of such a thing, in quotes: ``"new_password1"``.
_ANOTHER_NAME = re.compile(r"[A-Za-z_]+\d?")
_ALPHABET = re.compile(r"(?i)abcdefgh|23456789")
_RANDOM = re.compile(r"(?:[=:,(\[]|\b(?:return|in|is))[ \t]{0,8}[rRbBuU]{0,2}([\"'])([A-Za-z0-9+/_=-]{24,400})\1")
_MOST_EVEN = 4.2

_KEY_BEGIN = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|PuTTY-User-Key-File-\d:")
_KEY_END = re.compile(r"-----END |Private-MAC:")
_KEY_RUN = re.compile(r"[A-Za-z0-9+/=\\]{16,}")
_KEY_LINE = re.compile(
    r"[\s\d|\"'(+]{0,40}?(?:\d{1,6} \| )?[rb]?[\"']?([A-Za-z0-9+/=]{1,80})(?:\\n)?[\"'\\,) \t+]{0,8}\Z"
)
_KEY_HEADER = re.compile(r"[\s\d|\"']{0,40}(?:[A-Z][\w-]{1,30}:.{0,80})?[\"'\\n ]{0,8}\Z")
_LONGEST_KEY = 150

#: Lines are searched in pieces, for some patterns take a time that grows with the square of the length.
_PIECE, _OVERLAP = 2_000, 500
_PASSES = 4
_AROUND = "\"'` \t=:,;."


@dataclass(frozen=True, slots=True, kw_only=True)
class Redacted:
    """A text without its secrets."""

    text: str
    #: How many were taken out.
    count: int = 0


def redact(text: str) -> Redacted:
    """Replace what looks like a secret by ``[secret]``; lines stay where they are.

    Never raises; redacting once more changes nothing. It finds what has a known or a telling form: no promise that
    nothing else is secret.
    """
    total = 0
    for _ in range(_PASSES):
        text, count = _redact_once(text)
        if not count:
            break
        total += count
    return Redacted(text=text, count=total)


def _redact_once(text: str) -> tuple[str, int]:
    lines = text.splitlines(keepends=True)
    inside = _key_spans(lines)
    done, total = [], 0
    for number, line in enumerate(lines):
        spans = _merged([*_spans(line), *inside.get(number, ())], line=line)
        total += len(spans)
        done.append(_replaced(line, spans))
    return "".join(done), total


def _replaced(line: str, spans: list[tuple[int, int]]) -> str:
    for start, end in reversed(spans):
        line = line[:start] + MARK + line[end:]
    return line


def _merged(spans: list[tuple[int, int]], *, line: str) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted({_trimmed(span, line=line) for span in spans}):
        if start >= end or line[start:end] == MARK:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _trimmed(span: tuple[int, int], *, line: str) -> tuple[int, int]:
    """Leave quotes and signs around a secret alone, and line ends."""
    start, end = span
    while start < end and line[start] in _AROUND:
        start += 1
    while start < end and (line[end - 1] in _AROUND or line[end - 1].isspace()):
        end -= 1
    return start, end


def _spans(line: str) -> Iterator[tuple[int, int]]:
    for start in range(0, max(len(line) - _OVERLAP, 1), _PIECE - _OVERLAP):
        end = min(len(line), start + _PIECE)
        yield from _known(line, start, end)
        yield from _named(line, start, end)
        yield from _random(line, start, end)


def _known(line: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for pattern in _patterns():
        for found in pattern.finditer(line, start, end):
            first, last = found.span()
            if pattern.groups == 1 and len(found[1] or "") >= len("12345678"):
                first, last = found.span(1)
            # A longer word that only holds such letters is none; a longer key of this kind is one.
            if first and _is_letter(line[first]) and _is_letter(line[first - 1]) and line[first - 2 : first] != "\\n":
                continue
            is_open = _is_letter(line[last - 1])
            while is_open and last < len(line) and (_is_letter(line[last]) or line[last] in "_-"):
                last += 1
            yield first, last
    for pattern in (_IN_URL, _IN_DSN, _BEARER):
        for found in pattern.finditer(line, start, end):
            if not _PLACEHOLDER.search(found[1]) and (pattern is not _BEARER or _is_mixed(found[1])):
                yield found.span(1)


def _is_letter(char: str) -> bool:
    return char.isascii() and char.isalnum()


def _named(line: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for pattern, group in ((_NAMED, 3), (_EXPORTED, 2)):
        for found in pattern.finditer(line, start, end):
            name = found[1]
            if pattern is _NAMED and "," in line[found.end(1) : found.start(2)] and not _is_key(found, line=line):
                continue
            if _SECRET_NAME.search(name) and not _HARMLESS_NAME.search(name) and _is_likely(found[group]):
                yield found.span(group)


def _is_key(found: re.Match[str], *, line: str) -> bool:
    """Tell whether what stands in front of a comma is the key to what follows: ``get("API_KEY", "…")``."""
    is_quoted = line[found.start(1) - 1 : found.start(1)] in {'"', "'"}
    return is_quoted and bool(_SECRET_NAME.search(found[1][-_LONGEST_KEYWORD:]))


def _is_likely(value: str) -> bool:
    """Tell whether a value with a telling name is more than a word, a number or a place to fill in."""
    if _WORDS.fullmatch(value) or _PLACEHOLDER.search(value):
        return False
    return not (_ANOTHER_NAME.fullmatch(value) and _SECRET_NAME.search(value))


def _random(line: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for found in _RANDOM.finditer(line, start, end):
        value = found[2]
        if _is_mixed(value) and not _ALPHABET.search(value) and _evenness(value) > _MOST_EVEN:
            yield found.span(2)


def _is_mixed(value: str) -> bool:
    return any(c.isdigit() for c in value) and any(c.islower() for c in value) and any(c.isupper() for c in value)


def _evenness(value: str) -> float:
    """Give the entropy of its letters, in bits for each."""
    counts = Counter(value).values()
    return -sum(count / len(value) * math.log2(count / len(value)) for count in counts)


def _key_spans(lines: list[str]) -> dict[int, list[tuple[int, int]]]:
    """Find what is inside of private key blocks, those too that are cut off; by the number of the line."""
    spans: dict[int, list[tuple[int, int]]] = {}
    left = 0
    for number, line in enumerate(lines):
        begin = _KEY_BEGIN.search(line)
        if not begin and not left:
            continue
        end = _KEY_END.search(line, begin.end() if begin else 0)
        left = 0 if end else _LONGEST_KEY if begin else left - 1
        first, last = begin.end() if begin else 0, end.start() if end else len(line)
        found = [run.span() for run in _KEY_RUN.finditer(line, first, last)]
        if not found and not begin and not end:
            short = _KEY_LINE.match(line.rstrip())
            found = [short.span(1)] if short else []
            left = left if found or _KEY_HEADER.match(line.rstrip()) else 0
        spans[number] = found
    return spans


@functools.cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    # Importing the library takes a tenth of a second, and a name that a version does not have is no reason to fail.
    found = [_PREFIXED]
    for module, name in _PLUGINS:
        plugin = getattr(import_module(f"detect_secrets.plugins.{module}"), name)
        found += plugin.denylist
    return tuple(found)
