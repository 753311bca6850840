"""What is secret goes, what is code stays, and every line stays where it is."""

from __future__ import annotations

import ast
import sysconfig
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autotransform.author import redaction
from autotransform.author.redaction import redact

#: Put together here, so that nobody's scanner takes them for real.
_MIXED = "aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY3zA5"
_HEX = "0123456789abcdef"
SECRETS = {
    "GitHub": "ghp_" + _MIXED,
    "GitHub, fine-grained": "github_pat_" + _MIXED,
    "GitLab": "glpat-" + _MIXED[:20],
    "AWS": "AKIA" + "QWERTYUIOP234567",
    "Slack": "xoxb-" + "123456789012-" + _MIXED[:24],
    "Stripe": "sk_live_" + _MIXED[:24],
    "a longer Stripe": "sk_live_" + _MIXED * 2,
    "OpenAI": "sk-proj-" + _MIXED,
    "Anthropic": "sk-ant-api03-" + _MIXED,
    "Google": "AIza" + _MIXED[:35],
    "Hugging Face": "hf_" + _MIXED[:34],
    "PyPI": "pypi-AgEIcHlwaS5vcmc" + _MIXED,
    "SendGrid": "SG." + _MIXED[:22] + "." + (_MIXED + _MIXED)[:43],
    "a longer SendGrid": "SG." + _MIXED[:22] + "." + (_MIXED + _MIXED)[:43] + "-more-of-it",
    "a web token": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0." + _MIXED,
    "npm": "npm_" + _MIXED,
    "Azure": (_MIXED * 3)[:86] + "==",
}
#: A line, and the part of it that must not be sent.
LINES = {
    "a password": ('password = "hunter2"', "hunter2"),
    "a password with signs": ("PASSWORD = 'Pa$$w0rd!'", "Pa$$w0rd!"),
    "an argument": ('connect(host, password="hunter2")', "hunter2"),
    "an annotated field": ('    api_key: str = "k-93-zz-17"', "k-93-zz-17"),
    "a key of a dictionary": ("{'client_secret': 'q8w7-e6r5'}", "q8w7-e6r5"),
    "an item": ('settings["SECRET_KEY"] = "k1-%!x9&2"', "k1-%!x9&2"),
    "a default of the environment": ('os.environ.get("DB_PASSWORD", "s3cr3t!")', "s3cr3t!"),
    "a comparison": ('if token == "t0k3n-77":', "t0k3n-77"),
    "bytes": ('SECRET = b"s3cr3t-bytes"', "s3cr3t-bytes"),
    "in an address": ('url = "postgres://bob:s3cr3t@db/x"', "s3cr3t"),
    "a short one in an address": ('url = "redis://:pw@cache"', "pw"),
    "signs in an address": ('url = "amqp://bob:a!b$c&d@mq"', "a!b$c&d"),
    "a connection string": ('"Server=db;User=sa;Password=Tr1cky-One;"', "Tr1cky-One"),
    "a header": ('{"Authorization": "Bearer ' + _MIXED + '"}', _MIXED),
    "exported in a comment": ("# export API_TOKEN=" + _MIXED, _MIXED),
    "looks random": (f'x = "{_MIXED}+/9"', _MIXED),
    "in a longer line": ("pad = 1; " * 2_000 + 'password = "hunter2"' + "; pad = 1" * 2_000, "hunter2"),
}
ORDINARY = [
    'digest = "d41d8cd98f00b204e9800998ecf8427e"',
    f'sha = "{_HEX * 4}"',
    'id = "123e4567-e89b-12d3-a456-426614174000"',
    'alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"',
    "password = None",
    'password = "password"',
    'token = ""',
    'token_url = "https://example.com/oauth/token2"',
    'PASSWORD_HASHER = "django.contrib.auth.hashers.PBKDF2PasswordHasher"',
    'fields = ("new_password1", "new_password2")',
    'password = "{password1}"',
    'secret = f"<{name}>"',
    'help_text="Your password must hold 8 letters."',
    "def check(password: str, *, token: str | None = None) -> bool:",
    "password = hash_of(password, salt)",
    'name = "a_very_long_identifier_that_goes_on_and_on_and_on"',
    'path = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"',
    'raise ValueError("secret must be set")',
    'assert url == "https://example.com:8080/path@here"',
    "# see https://github.com/owner/name/issues/1234",
    'MovedAttribute("HTTPPasswordMgrWithDefaultRealm", "urllib2", "urllib.request")',
    "assert_equal(page.next_token, 'page-2')",
    'name = "xAC0123456789abcdef0123456789abcdef"',
    'css = "sk-container-id-1"',
    "__all__ = ['TokenError', 'SecretStr']",
]


@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS)
@pytest.mark.parametrize("line", ['x = f("{}")', "# {}", "it is {}.", "key={}"])
def test_known_kinds_are_found_anywhere(secret: str, line: str) -> None:
    redacted = redact(line.format(secret))

    assert redacted.text == line.format("[secret]") or redacted.text == line.format("[secret]==")
    assert redacted.count == 1


@pytest.mark.parametrize(("line", "secret"), LINES.values(), ids=LINES)
def test_telling_names_and_forms_are_found(line: str, secret: str) -> None:
    redacted = redact(line)

    assert secret not in redacted.text
    assert redacted.count == 1
    assert len(redacted.text) > len(line) - len(secret)


@pytest.mark.parametrize("line", ORDINARY)
def test_ordinary_code_stays(line: str) -> None:
    assert redact(line) == redaction.Redacted(text=line, count=0)


_KEY = "\n".join(
    ["-----BEGIN RSA PRIVATE KEY-----", *["MIIEpAIBAAKCAQEA" * 4] * 3, "Qw==", "-----END RSA PRIVATE KEY-----"]
)


@pytest.mark.parametrize(
    "text",
    [
        f'KEY = """{_KEY}\n"""\nvalue = compute(first, second)\n',
        f"KEY = {_KEY!r}\nvalue = compute(first, second)\n",
        "KEY = (\n"
        + "".join(f'    "{line}\\n"\n' for line in _KEY.split("\n"))
        + ")\nvalue = compute(first, second)\n",
        "".join(f"{number:>5} | {line}\n" for number, line in enumerate(_KEY.split("\n"), 12345)),
        _KEY.rpartition("\n")[0] + "\n\nvalue = compute(first, second)\nresult\n",
    ],
    ids=["a docstring", "one line", "a line each", "numbered", "cut off"],
)
def test_private_keys_go_and_what_follows_stays(text: str) -> None:
    redacted = redact(text).text

    assert "MIIE" not in redacted
    assert "Qw==" not in redacted
    assert ("value = compute(first, second)" in redacted) == ("value" in text)
    assert ("\nresult\n" in redacted) == ("result" in text)
    assert redacted.count("\n") == text.count("\n")


def test_code_still_parses() -> None:
    for line, _ in LINES.values():
        text = line.strip() + ("\n    pass" if line.startswith("if") else "")
        ast.parse(redact(text).text)


_PIECES = [
    *SECRETS.values(),
    *(line for line, _ in list(LINES.values())[:-1]),
    *ORDINARY,
    *("\r\n", "\n", "\x0b", "\u2028", '"', "[secret]", " ", "://", "@", ":"),
]


@given(st.lists(st.sampled_from(_PIECES), max_size=8).map("".join))
def test_once_is_enough_and_lines_stay(text: str) -> None:
    redacted = redact(text)

    assert redact(redacted.text).text == redacted.text
    assert [line.strip(" \t") == "" for line in redacted.text.splitlines()] == [
        line.strip(" \t") == "" for line in text.splitlines()
    ]
    assert len(redacted.text.splitlines()) == len(text.splitlines())
    assert redacted.text == redact(text).text


@given(st.text(max_size=300))
def test_it_never_raises(text: str) -> None:
    assert redact(text).text.count("\n") == text.count("\n")


_HOSTILE = [
    *("a" * 200_000, "0" * 100_000, "x = 1\n" * 20_000, '"' * 50_000, "_" * 100_000 + '="'),
    *("password=" * 20_000, "://" * 50_000, "eyJ" * 50_000, "AKC" * 40_000, "aws" + "key" * 30_000),
    "-----BEGIN PRIVATE KEY-----\n" * 5_000,
]


@pytest.mark.timeout(120)
@pytest.mark.parametrize("text", _HOSTILE, ids=lambda text: text[:10])
def test_hostile_text_costs_no_more_than_other_text(text: str) -> None:
    assert redact(text).text.count("\n") == text.count("\n")


def test_false_alarms_are_rare() -> None:
    """The standard library holds next to no secrets: one line in some thousands may be taken for one."""
    folder = Path(sysconfig.get_path("stdlib"))
    names = ("argparse.py", "calendar.py", "datetime.py", "inspect.py", "ssl.py", "uuid.py", "hashlib.py", "getpass.py")
    texts = [(folder / name).read_text(encoding="utf-8") for name in names]

    assert sum(redact(text).count for text in texts) <= 2
    assert sum(text.count("\n") for text in texts) > 5_000


def test_nothing_is_asked_over_the_network_or_run(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr("socket.socket", refuse)
    monkeypatch.setattr("subprocess.Popen", refuse)

    for secret in SECRETS.values():
        assert redact(secret).count == 1


def test_threads_do_not_disturb_each_other() -> None:
    texts = [f'password = "hunter{number}2"\n{secret}\n' for number, secret in enumerate(SECRETS.values())]
    found: dict[str, str] = {}
    threads = [threading.Thread(target=lambda text=text: found.update({text: redact(text).text})) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == {text: redact(text).text for text in texts}
