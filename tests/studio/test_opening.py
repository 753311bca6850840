"""How the browser learns the address: by nothing that others on the machine can read, and without being waited for."""

from __future__ import annotations

import os
import re
import signal
import stat
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.cli.terminal import command
from tests.studio.conftest import wait_until

if TYPE_CHECKING:
    from tests.studio.conftest import MakeRepo

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the browser is a shell script")
#: It notes how it was started, and stays in the foreground, as browsers in a terminal do.
_BROWSER = """#!/bin/sh
echo $$ > "{folder}/pid"
printf %s "$*" > "{folder}/new"
mv "{folder}/new" "{folder}/started"
exec sleep 60
"""


def test_the_list_of_processes_holds_no_token_and_a_browser_that_stays_holds_nothing_up(
    make_repo: MakeRepo, tmp_path: Path
) -> None:
    browser = tmp_path / "browser"
    browser.write_text(_BROWSER.format(folder=tmp_path))
    browser.chmod(0o755)
    with subprocess.Popen(
        command("review", "count"),
        cwd=make_repo().path,
        env={**os.environ, "BROWSER": f"{browser} %s"},
        stdin=subprocess.DEVNULL,
        stdout=(out := (tmp_path / "out").open("wb")),
        stderr=subprocess.STDOUT,
    ) as process:
        out.close()
        wait_until((tmp_path / "started").exists)
        started = (tmp_path / "started").read_text()
        file = Path(started.removeprefix("file://"))
        leading, mode = file.read_text(), stat.S_IMODE(file.stat().st_mode)
        process.send_signal(signal.SIGTERM)
        code = process.wait(timeout=30)
        os.kill(int((tmp_path / "pid").read_text()), signal.SIGKILL)
    found = re.search(r"http://127\.0\.0\.1:\d+/#token=\S+", (tmp_path / "out").read_text())

    assert found is not None
    assert found[0] not in started
    assert f'url={found[0]}"' in leading
    assert (mode, code, file.exists()) == (0o600, 0, False)
