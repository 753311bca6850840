"""A token that a process was handed, looked for by a program that this process starts."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

TOKEN = "ghs_0123456789abcdefABCDEF"
SECRETS = {
    "AUTOTRANSFORM_TOKEN": TOKEN,
    "GITHUB_TOKEN": TOKEN,
    "GH_ENTERPRISE_TOKEN": TOKEN,
    "ACTIONS_RUNTIME_TOKEN": TOKEN,
    "ACTIONS_ID_TOKEN_REQUEST_URL": TOKEN,
    "OPENAI_API_KEY": TOKEN,
    "DEPLOY_PASSWORD": TOKEN,
}

#: Looks at its own variables, and at all that the system tells of those that started it, up to the test's own process.
THIEF = """
import os, pathlib, sys
seen = [f"{name}={value}" for name, value in os.environ.items()]
pid = os.getppid()
while pid > 1 and str(pid) != sys.argv[1]:
    home = pathlib.Path("/proc") / str(pid)
    for name in ("environ", "cmdline"):
        try:
            seen.append(f"{name} of {pid}: {(home / name).read_bytes()}")
        except OSError as error:
            seen.append(f"{name} of {pid}: {error}")
    pid = int((home / "stat").read_text().rpartition(")")[2].split()[1])
print("\\n".join(seen))
"""

#: Takes the token as the step does, and then starts the thief. Its own text does not hold the token.
OWNER = f"""
import ctypes, os, subprocess, sys
from autotransform.publish.github.concealment import take_token
token = take_token("AUTOTRANSFORM_TOKEN", environment=os.environ)
assert token[::-1] == {TOKEN[::-1]!r}, token
print("dumpable:", ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))
sys.stdout.flush()
subprocess.run([sys.executable, "-I", "-c", {THIEF!r}, sys.argv[1]], check=True)
"""


def steal(owner: str, *, shell: str = 'exec "$0" "$@"') -> str:
    """Run a step as the runner does: a shell with the secrets among its variables, which gives way to the owner."""
    done = subprocess.run(
        ["bash", "-c", shell, sys.executable, "-I", "-c", owner, str(os.getpid())],
        env={**os.environ, **SECRETS, "PYTHON": sys.executable},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="only Linux tells it")
def test_a_program_that_we_start_finds_no_token() -> None:
    found = steal(OWNER)

    assert "cmdline of" in found
    assert "dumpable: 0" in found
    assert TOKEN not in found


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="only Linux tells it")
@pytest.mark.parametrize(
    ("owner", "shell"),
    [
        # Popped, as one would at first: what the process was started with is still there.
        (OWNER.replace("take_token(", "(lambda name, environment: environment.pop(name))("), 'exec "$0" "$@"'),
        # Taken, while the shell waits for us.
        (OWNER, '"$0" "$@"; exit $?'),
    ],
    ids=["popped", "shell"],
)
def test_the_thief_would_find_it(owner: str, shell: str) -> None:
    assert TOKEN in steal(owner, shell=shell)


def test_without_a_token_nothing_starts_anew() -> None:
    code = (
        "import os; from autotransform.publish.github.concealment import take_token\n"
        "print(repr(take_token('X', environment={})), os.getpid())"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        output, _ = process.communicate(timeout=60)

    assert output == f"'' {process.pid}\n"
