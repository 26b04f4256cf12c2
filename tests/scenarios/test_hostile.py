"""Hostile names at the command line: refused, or kept and shown harmless; never a path, a formula, a crash."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from openpyxl import load_workbook
from tests.kits.session import SMALL, Session

NAMES = {
    "path": "../../x",
    "absolute": "/etc/passwd",
    "formula": "=cmd|'/c calc'!A0",
    "escape": "a\x1b]0;x\x07b",
    "newline": "a\nb",
    "nul": "a\x00b",
    "right to left": "abc\u202edef",
    "long": "长" * 10_000,
    "blank": "   ",
    "quote": "'; DROP TABLE fact; --",
    "places": "{value} %s {0.__class__}",
    "lone surrogate": "\udcff",
}


ONE = pytest.mark.parametrize("signed", ["sqlite"], indirect=True)
"""What is read and shown does not depend on the database; what each takes is tested in tests/store on both."""


@ONE
@pytest.mark.parametrize("kind", NAMES)
def test_a_name_hurts_nobody(signed: Session, kind: str) -> None:
    name, side = NAMES[kind], signed.side
    outside = sorted(path.name for path in signed.home.parent.iterdir())
    who = ("--as", side.clerk)
    commands: tuple[tuple[object, ...], ...] = (
        ("organisation", "add", "--role", "supervisor", "--", name),
        ("organisation", "add-person", side.using_unit, "--", name),
        ("system", "add", side.using_unit, "--", name),
        ("system", "flag", side.using_unit, side.systems[0], "grade", "--", name),
        ("tenant", "add", side.using_unit, side.provider, "--name", name),
        ("work-order", "open", *who, "--", side.contract, name),
        ("order", "network", "--contract", side.contract, "--work-order", side.work_order, *who, "--", name),
        ("order", "server", "x", "--contract", side.contract, "--set", f"image={name}", *who),
        ("order", "server", "x", "--contract", side.contract, "--system", name, *who),
        ("resource", "show", "--", name),
        ("resource", "delete", *who, "--", name),
        ("contract", "show", "--", name),
        ("contract", "sign", side.contract, "--as", name),
        ("incident", "open", *who, "--", side.contract, name),
        ("incident", "open", *who, "--object", name, side.contract, "标题"),
        ("payment", "occurrence", side.contract, "unattended", "--at", "2026-10-08", "--title", name, *who),
        ("payment", "occurrence", side.contract, "--at", "2026-10-08", *who, "--", name),
        ("payment", "trigger", side.contract, "--on", "2026-10-08", *who, "--", name),
        ("payment", "record", side.contract, 1, "--on", "2026-10-08", "--amount", name, *who),
        ("month", "close", "--", side.contract, name),
        ("statement", "show", "--", name),
        ("report", "make", "--", name),
        ("report", "certificate", "--", name),
        ("evidence", "verify", "--", name),
        ("contract", "import", "--", name),
        ("contract", "import", "--read-only", "--", name),
        ("evidence", "import", "--label", name, "--", side.contract, SMALL),
        ("evidence", "import", "--label", "x", "--", side.contract, name),
        ("reading", "agree", side.contract, "availability.window", "--agreement", "1", *both(side), "--", name),
        ("reading", "agree", side.contract, "availability.window", "month", "--agreement", name, *both(side)),
    )
    for words in commands:
        result = signed.call(*words)  # a crash is raised
        assert result.exit_code in {0, 1, 2}, (words, result.output)
        assert_harmless(result.output, kind)
        assert len(result.output) < 25_000 if kind != "long" else True
    for words in (
        ("organisation", "list"),
        ("system", "list"),
        ("tenant", "list"),
        ("work-order", "list", side.contract),
        ("incident", "list", side.contract),
        ("payment", "list", side.contract),
        ("evidence", "facts", side.contract),
        ("reading", "list", side.contract),
        ("resource", "list"),
    ):
        assert_harmless(signed.run(*words), kind)
    assert sorted(path.name for path in signed.home.parent.iterdir()) == outside


def both(side: object) -> tuple[str, ...]:
    return ("--using-unit-person", side.approver, "--provider-person", side.lead)  # type: ignore[attr-defined]


def assert_harmless(said: str, kind: str) -> None:
    assert "\x1b]" not in said, kind
    assert "\x00" not in said, kind
    assert "\u202e" not in said, kind


@pytest.mark.parametrize("name", ["../../x.docx", "=cmd.docx", "a b;c.docx", "长" * 60 + ".docx"])
def test_a_file_is_only_read(empty: Session, name: str) -> None:
    folder = empty.home.parent / "files" / "deep" / "er"
    folder.mkdir(parents=True)
    path = folder / name
    path.write_bytes(SMALL.read_bytes())
    empty.run("contract", "import", path)
    assert path.read_bytes() == SMALL.read_bytes()


def test_a_contract_number_is_no_path(empty: Session) -> None:
    for number in ("..", ".", "/", "%", "*", "'", "con-0", ""):
        assert empty.call("contract", "show", number).exit_code == 2
        assert empty.call("contract", "entitlement", number).exit_code == 2
        assert empty.call("evidence", "export", number, empty.home / "x.jsonl").exit_code == 2
    assert not (empty.home / "x.jsonl").exists()


@pytest.mark.parametrize("settled", ["sqlite"], indirect=True)
def test_documents_take_a_title_as_words(settled: Session, tmp_path: Path) -> None:
    month = settled.statements[0].month
    title, number = "=cmd|'/c calc'!A0", settled.number
    who = ("--as", settled.side.clerk)
    said = settled.run("incident", "open", "--at", f"{month}-11 09:00", *who, "--", number, title)
    opened = re.findall(r"INC-\d{4}-\d+", said)[0]
    settled.run("incident", "do", number, opened, "recovered", "--at", f"{month}-11 11:00", "--as", settled.side.lead)
    row = json.loads(settled.run("month", "close", number, month, "--json"))
    assert title in [one["title"] for one in row["data"]["incidents"]]
    paths = settled.run("report", "make", row["id"], "--folder", tmp_path / "out").splitlines()
    book = next(path for path in paths if path.endswith(".xlsx"))
    cells = [cell for sheet in load_workbook(book) for line in sheet.iter_rows() for cell in line]
    mine = [cell for cell in cells if "cmd|" in str(cell.value)]
    assert mine
    assert all(cell.data_type == "s" for cell in mine)
    assert [path for path in paths if not path.startswith(str(tmp_path / "out"))] == []
