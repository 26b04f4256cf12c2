"""The table of ASVS names files and tests that exist, a verdict in every row, and a test for whatever is met."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.rules.house import ROOT, read_tree

TABLE = ROOT / "docs" / "reference" / "asvs.md"
VERDICTS = frozenset({"met", "in part", "not met", "n/a"})
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
MANY = 200


def read_rows(text: str) -> list[list[str]]:
    """The cells of each requirement's row."""
    lines = [line for line in text.splitlines() if re.match(r"^\| \d+\.\d+\.\d+ \|", line)]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def has_test(path: Path, name: str) -> bool:
    """Whether a module has a test of this name."""
    return path.is_file() and any(
        isinstance(node, ast.FunctionDef) and node.name == name for node in ast.walk(read_tree(path))
    )


def find_faults(rows: list[list[str]]) -> list[str]:
    """What is wrong with the table."""
    found = []
    for row in rows:
        if len(row) != 7:
            found.append(f"{row[0]}: {len(row)} cells")
            continue
        number, level, what, verdict, where, tests, remark = row
        if verdict not in VERDICTS or level not in {"L1", "L2"} or not what:
            found.append(f"{number}: no verdict, level or words")
        if verdict == "met" and not (TEST.search(tests) and where):
            found.append(f"{number}: met, but by what and where")
        found += [
            f"{number}: {path} is not there" for path in re.findall(r"`([^`:]+)`", where) if not (ROOT / path).exists()
        ]
        found += [
            f"{number}: there is no {path}::{name}"
            for path, name in TEST.findall(tests + remark)
            if not has_test(ROOT / path, name)
        ]
    numbers = [row[0] for row in rows]
    found += [f"{number} twice" for number in sorted({one for one in numbers if numbers.count(one) > 1})]
    return found


def test_every_row_has_a_verdict_and_what_it_names() -> None:
    rows = read_rows(TABLE.read_text("utf-8"))
    assert len(rows) > MANY
    assert not find_faults(rows)


def test_the_counts_are_those_of_the_rows() -> None:
    text = TABLE.read_text("utf-8")
    rows = read_rows(text)
    said = re.search(r"Of (\d+) requirements (\d+) are met, (\d+) in part, (\d+) not, (\d+) do not apply", text)
    assert said is not None
    counted = [sum(row[3] == verdict for row in rows) for verdict in ("met", "in part", "not met", "n/a")]
    assert [int(each) for each in said.groups()] == [len(rows), *counted]


def test_the_rule_finds_what_it_looks_for() -> None:
    good = [
        "1.1.1",
        "L1",
        "x",
        "met",
        "`Makefile`",
        "`tests/rules/test_asvs.py::test_the_rule_finds_what_it_looks_for`",
        "",
    ]
    assert not find_faults([good])
    for place, bad in ((3, ""), (3, "maybe"), (4, "`gone.py`"), (5, "`tests/rules/test_asvs.py::test_gone`"), (5, "")):
        assert find_faults([[*good[:place], bad, *good[place + 1 :]]]), bad
    assert find_faults([good, good])
