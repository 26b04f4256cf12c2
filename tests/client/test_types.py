"""Programs written on the client are checked by their types."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def check(name: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mypy", "--strict", "--no-pretty", "--no-error-summary", str(HERE / name)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=HERE.parents[1])


def test_a_program_passes_the_type_checker() -> None:
    done = check("script.py")
    assert done.returncode == 0, done.stdout


def test_each_mistake_is_found() -> None:
    done = check("wrong.py")
    lines = {int(line.split(":")[1]) for line in done.stdout.splitlines() if ": error:" in line}
    text = (HERE / "wrong.py").read_text("utf-8").splitlines()
    wanted = {number for number, line in enumerate(text, 1) if line.startswith("    client.")}
    assert wanted
    assert lines == wanted, done.stdout
