"""Pipes, files, interruptions and terminals: one clear line, the right exit code, nothing that only a screen takes."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from tests.kits.session import SMALL, open_session

from yunqi.cli.layout import cell_width, lay_out
from yunqi.cli.main import INTERRUPTED, UNREAD

ROWS = [
    ["YZZW-2026-0417", "云州市公共服务事务中心2026年政务云服务采购项目合同", "4,845,283.52"],
    ["B", "短", "1.00"],
]
HEADS = ["编号", "名称", "总价(元)"]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = open_session(tmp_path_factory.mktemp("streams") / "home").home
    assert start(made, "contract", "import", SMALL).returncode == 0
    return made


def start(home: Path, *words: object, **given: Any) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, **given.pop("env", {})}
    told = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | given
    command = [sys.executable, "-m", "yunqi", "--home", str(home), *(str(word) for word in words)]
    return subprocess.run(command, env=env, encoding="utf-8", timeout=120, check=False, **told)


def test_a_pipe_that_nobody_reads_ends_it_quietly(home: Path) -> None:
    for more in ((), ("--json",)):
        reading, writing = os.pipe()
        os.close(reading)
        done = start(home, "contract", "list", *more, stdout=writing)
        os.close(writing)
        assert (done.returncode, done.stderr) == (UNREAD, "")


def test_a_full_disk_is_told_in_one_line(home: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = start(home, "contract", "list", stdout=full)
    assert done.returncode == 2
    assert re.fullmatch(r".*\[command\.system\]\n", done.stderr), done.stderr


def test_a_folder_that_takes_no_file_is_told_in_one_line(home: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for words in (("-o", tmp_path / "file" / "x.docx"), ("-o", tmp_path / ("x" * 300))):
        done = start(home, "contract", "draft", "YZTSG-2026-031", *words)
        assert (done.returncode, done.stdout) == (2, "")
        assert re.fullmatch(r".*\[file\.unwritable\]\n", done.stderr), done.stderr


def test_an_interruption_says_so(home: Path, tmp_path: Path) -> None:
    targets = tmp_path / "targets.csv"
    targets.write_text("object,probe,address\nplatform,tcp,127.0.0.1:9\n")
    fresh = tmp_path / "home"
    open_session(fresh)
    command = [sys.executable, "-m", "yunqi", "--home", str(fresh), "probe", "run", "X", str(targets)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, encoding="utf-8") as running:
        until = time.monotonic() + 60
        while not any(fresh.glob("*.db")) and time.monotonic() < until:
            time.sleep(0.05)
        time.sleep(1)
        running.send_signal(signal.SIGINT)
        said = running.communicate(timeout=60)[1]
    assert running.returncode == INTERRUPTED
    assert said == "\n已中断；已经办理的部分保留\n"


@pytest.mark.parametrize("env", [{"LC_ALL": "C"}, {"PYTHONIOENCODING": "ascii"}, {"LANG": "zh_CN.GBK"}])
def test_any_locale_is_answered(home: Path, env: dict[str, str]) -> None:
    plain = start(home, "contract", "list", env=env)
    assert (plain.returncode, plain.stderr) == (0, "")
    assert "YZTSG-2026-031" in plain.stdout
    said = start(home, "contract", "list", "--json", env=env)
    assert json.loads(said.stdout)["items"][0]["title"] == "云州市图书馆政务云租用服务合同"


def test_a_file_gets_no_colours_and_whole_lines(home: Path) -> None:
    shown = start(home, "contract", "show", "YZTSG-2026-031")
    refused = start(home, "contract", "show", "no-such")
    assert "\x1b" not in shown.stdout + shown.stderr + refused.stdout + refused.stderr
    assert "…" not in shown.stdout.replace("2026-07-01…2027-06-30", "")
    assert (refused.returncode, refused.stdout) == (2, "")


def test_a_narrow_terminal_is_kept_to(home: Path) -> None:
    reading, writing = pty.openpty()
    os.set_blocking(reading, True)
    done = start(home, "contract", "list", stdout=writing, env={"COLUMNS": "60"})
    shown = os.read(reading, 65536).decode()
    os.close(writing)
    os.close(reading)
    assert done.returncode == 0
    assert max(cell_width(line) for line in shown.splitlines()) <= 60
    assert "云州市图书馆政务云租用服务合同" in shown


@pytest.mark.parametrize("width", [40, 60, 80, 120, None])
def test_tables_lose_nothing_and_stay_within(width: int | None) -> None:
    lines = lay_out(HEADS, ROWS, frozenset({2}), width)
    shown = "".join(re.sub(r"[\s─]", "", line) for line in lines)
    for word in ("YZZW-2026-0417", "4,845,283.52", "短"):
        assert word in "\n".join(lines)
    assert sorted(shown) == sorted(
        "".join([*HEADS * (2 if "─" in lines[0] else 1), *(cell for row in ROWS for cell in row)])
    )
    if width is not None:
        assert max(cell_width(line) for line in lines) <= width
    else:
        assert len(lines) == 2 + len(ROWS)
