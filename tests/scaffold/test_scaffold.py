"""A new plug-in is whole, passes the linter, can be imported, and its test fails until it is written."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from yunqi.kernel.errors import Problem
from yunqi.scaffold import FAMILIES, apply_scaffold, plan_scaffold

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what a new plug-in meets, with one of each kind in it."""
    root = tmp_path_factory.mktemp("checkout")
    leave = shutil.ignore_patterns("__pycache__", "*.egg-info", "*.mo")
    shutil.copytree(ROOT / "src", root / "src", ignore=leave)
    shutil.copytree(ROOT / "tests" / "kits", root / "tests" / "kits", ignore=leave)
    shutil.copy(ROOT / "pyproject.toml", root)
    for kind in FAMILIES:
        apply_scaffold(root, kind, "new_thing")
    return root


def run(root: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(root / "src")}
    return subprocess.run(
        [sys.executable, *command], cwd=root, env=environment, check=False, capture_output=True, text=True, timeout=120
    )


@pytest.mark.parametrize("kind", sorted(FAMILIES))
def test_its_own_test_fails_because_it_is_not_written(checkout: Path, kind: str) -> None:
    tests = [path for path in plan_scaffold(kind, "new_thing").files if path.startswith("tests/")]
    assert tests
    done = run(checkout, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests)
    # 1: collected, run, and failed. Anything else (2: an import error, 5: nothing collected) is a broken scaffold.
    assert done.returncode == 1, done.stdout + done.stderr
    assert "FAILED" in done.stdout
    assert "ModuleNotFoundError" not in done.stdout


def test_the_linter_and_the_formatter_have_nothing_to_say(checkout: Path) -> None:
    new = [str(path) for path in checkout.rglob("*.py") if "new_thing" in str(path)]
    assert len(new) > len(FAMILIES)
    for command in (["check"], ["format", "--check"]):
        done = run(checkout, "-m", "ruff", *command, *new)
        assert done.returncode == 0, done.stdout


def test_nothing_is_overwritten(checkout: Path) -> None:
    before = (checkout / "src/yunqi/services/disk/spec.py").read_text(encoding="utf-8")
    with pytest.raises(Problem, match=r"scaffold\.taken"):
        apply_scaffold(checkout, "service", "disk")
    assert (checkout / "src/yunqi/services/disk/spec.py").read_text(encoding="utf-8") == before


@pytest.mark.parametrize("name", ["", "X", "a-b", "../x", "a/b", "9a", "a__b", "a_", "云", "a" * 41, "a.b", "a\n"])
def test_a_name_that_is_no_module_is_refused(name: str) -> None:
    with pytest.raises(Problem, match=r"scaffold\.name"):
        plan_scaffold("service", name)


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(Problem, match=r"scaffold\.unknown"):
        plan_scaffold("table", "x")
