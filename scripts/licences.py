"""Writes docs/reference/licences.md: the libraries that run, with version and licence, as installed from the lock."""

from __future__ import annotations

import re
import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements" / "runtime.txt"
PAGE = ROOT / "docs" / "reference" / "licences.md"
_PIN = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?==([^\s;\\]+)", re.MULTILINE)
_LONG = 80


def read_pins(text: str) -> list[tuple[str, str]]:
    """Name and version of each library of a lock file, by name."""
    return sorted(((name, version) for name, version in _PIN.findall(text)), key=lambda pin: pin[0].lower())


def read_licence(name: str) -> str:
    """The licence that an installed library names, "" when it names none."""
    try:
        meta = distribution(name).metadata
    except PackageNotFoundError:
        return ""
    said = meta.get("License-Expression") or ""
    classified = [
        each.rpartition(" :: ")[2] for each in meta.get_all("Classifier") or () if each.startswith("License :: ")
    ]
    short = (meta.get("License") or "").strip()
    one_line = short if short and "\n" not in short and len(short) <= _LONG else ""
    return said or one_line or ", ".join(classified)


def render_page(pins: list[tuple[str, str]]) -> str:
    """The page."""
    rows = [f"| {name} | {version} | {read_licence(name) or 'see the package'} |" for name, version in pins]
    head = [
        "# Libraries that run, and their licences",
        "",
        "Made by `python scripts/licences.py` from [requirements/runtime.txt](../../requirements/runtime.txt),",
        "which pins each by hash. What the browser gets stands in `src/yunqi/web/static/vendor`, with licences.",
        "",
        "| Library | Version | Licence |",
        "| --- | --- | --- |",
    ]
    return "\n".join([*head, *rows]) + "\n"


def main() -> None:
    """Writes the page."""
    PAGE.write_text(render_page(read_pins(LOCK.read_text("utf-8"))), "utf-8")


if __name__ == "__main__":
    sys.exit(main())
