"""What the house rules share: the files of the project, their trees, and the list of what is allowed for now."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "yunqi"
PURE = ("kernel", "contract", "metering", "settlement")


@cache
def list_files(*suffixes: str) -> tuple[Path, ...]:
    """Files that are or could be committed (git's ignore list holds), by suffix; all when none is given."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    paths = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    return tuple(sorted(path for path in set(paths) if path.is_file() and (not suffixes or path.suffix in suffixes)))


def name_of(path: Path) -> str:
    """The path from the root of the project, with slashes."""
    return path.relative_to(ROOT).as_posix()


@cache
def read_tree(path: Path) -> ast.Module:
    """The parsed module."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def list_modules(*planes: str) -> Iterator[Path]:
    """Modules of the product, of the given planes or of all."""
    for path in list_files(".py"):
        if path.is_relative_to(SOURCE) and (not planes or path.relative_to(SOURCE).parts[0] in planes):
            yield path


def judge(rule: str, complaints: list[str]) -> None:
    """Fails with every complaint that is not allowed, and with every allowance that is no longer needed.

    An allowance is a part of a complaint's text in allowed.yaml; that list only shrinks.
    """
    allowed: list[str] = yaml.safe_load((Path(__file__).parent / "allowed.yaml").read_text(encoding="utf-8"))[rule]
    new = [complaint for complaint in complaints if not any(entry in complaint for entry in allowed)]
    stale = [entry for entry in allowed if not any(entry in complaint for complaint in complaints)]
    assert not new, f"{rule}:\n" + "\n".join(new)
    assert not stale, f"{rule}: no longer needed in allowed.yaml:\n" + "\n".join(stale)
