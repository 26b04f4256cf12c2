"""The page of licences names the libraries of the lock, each with a licence."""

from __future__ import annotations

import re

from tests.rules.house import ROOT

ROW = re.compile(r"^\| ([A-Za-z0-9][\w.-]*) \| ([^| ]+) \| ([^|]+) \|$", re.MULTILINE)
PIN = re.compile(r"^([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?==([^\s;\\]+)", re.MULTILINE)


def test_the_list_is_that_of_the_lock() -> None:
    rows = ROW.findall((ROOT / "docs/reference/licences.md").read_text("utf-8"))
    pins = PIN.findall((ROOT / "requirements/runtime.txt").read_text("utf-8"))
    assert {(name, version) for name, version, _licence in rows} - {("Library", "Version")} == set(pins), (
        "run python scripts/licences.py"
    )


def test_no_library_is_one_that_could_not_be_passed_on() -> None:
    """What is linked into one program must go with Apache-2.0."""
    rows = ROW.findall((ROOT / "docs/reference/licences.md").read_text("utf-8"))
    strange = [
        row for row in rows if re.search(r"(?<![L])\bA?GPL|SSPL|BUSL|Commons Clause|[Nn]on.?[Cc]ommercial", row[2])
    ]
    assert not strange, strange
