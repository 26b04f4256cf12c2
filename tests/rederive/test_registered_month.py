"""A month with entries of every register and of the logbooks, closed and worked out again from the package."""

from __future__ import annotations

import json
import zipfile
from datetime import timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from tests.kits.desk import People, ask
from tests.kits.session import Session, silent
from tests.rederive.test_package import check, codes, wrong_lines

from yunqi.cases.duty import Unmanned
from yunqi.cli.tour import agree_and_find
from yunqi.kernel.clock import parse_instant
from yunqi.kernel.period import Month
from yunqi.operations.duty import propose_unattended
from yunqi.operations.evidence import close_days
from yunqi.operations.evidence_package import export_package
from yunqi.operations.installation import Installation
from yunqi.operations.months import close_month
from yunqi.settlement.grounds import months_back
from yunqi.store.duty import record_unmanned

SPANS = (59, 60, 61, 120, 121, 239, 240, 300)
"""Minutes without anybody, one span a day: below, in, between and above every band. That of 120 falls into the time of
force majeure.
"""
THIRTY, FIFTY, TWENTY = 12113209, 20188681, 8075473
"""30 %, 50 % and 20 % of a month's fee, in fen."""


class Entries:
    """Enters what happened in the month, and confirms it for both parties."""

    def __init__(self, opened: Installation, session: Session) -> None:
        self.site, self.people = opened, People(opened, session)
        self.month = Month.parse(session.statements[-1].month)
        self.contract = session.number

    def step(self, person: Any, identifier: str, event: str, **more: Any) -> Any:
        return ask(self.site, person, "register.advance", id=identifier, event=event, **more).value

    def confirm(self, identifier: str, **more: Any) -> Any:
        self.step(self.people.clerk, identifier, "confirm", **more)
        return self.step(self.people.lead, identifier, "confirm", **more)

    def enter(self, person: Any, kind: str, day: int, **more: Any) -> Any:
        at = self.month.span.start_at + timedelta(days=day, hours=10)
        fields = {"contract": self.contract, "kind": kind, "title": "登记", "who": "某处", "at": at, **more}
        return ask(self.site, person, "register.record", **fields).value

    def complain(self, day: int) -> None:
        self.confirm(self.enter(self.people.clerk, "complaint", day).id)

    def leave_unmanned(self, day: int, minutes: int) -> None:
        start = self.month.span.start_at + timedelta(days=day, hours=2)
        end = start + timedelta(minutes=minutes)
        now = self.site.clock.now()
        with self.site.database.write() as connection:
            side = self.people.cast.first
            fact = record_unmanned(
                connection, side.contract_id, post="on_site", start_at=start, end_at=end, claimed=False, now=now
            )
            found = Unmanned("on_site", start, end, (), claimed=False, lasts=False)
            made = propose_unattended(connection, side.contract_id, found, fact, now)
        self.confirm(made.id)

    def suspend(self, day: int, days: int) -> str:
        made = self.enter(self.people.lead, "force_majeure", day)
        self.step(self.people.clerk, made.id, "end", at=made.at + timedelta(days=days))
        self.confirm(made.id)
        return str(made.id)

    def keep(self, kind: str, title: str, at: Any, *parties: Any, by: Any = None, **details: Any) -> Any:
        """An entry of a logbook, confirmed by those who are named."""
        fields = {"contract": self.contract, "kind": kind, "title": title, "at": at, "details": details}
        made = ask(self.site, by or self.people.operator, "logbook.open", **fields).value
        for person in parties:
            ask(self.site, person, "logbook.advance", id=made.id, event="confirm")
        return made

    def keep_people(self) -> None:
        """Two were promised and one came in two months; nobody who was named for a protected period came."""
        both = (self.people.clerk, self.people.lead)
        before, start = self.month.span.start_at - timedelta(days=70), self.month.span.start_at
        self.keep("staff_promise", "运维人数", before, *both, role="运维", count="2", basis="附件")
        self.keep("staff_member", "甲", before, role="运维", employment="employee", key="no")
        self.keep("staff_member", "乙", before, role="运维", employment="employee", key="yes")
        for month in months_back(self.month, 2):
            self.keep("attendance", "到岗表", None, *both, month=str(month), present="甲")
        begun, ended = start + timedelta(days=12), start + timedelta(days=14)
        named = {
            "until": ended.isoformat(),
            "level": "major",
            "set_by": "市经信局",
            "notice": "1号",
            "key_staff": "甲、乙",
        }
        self.keep("protected_period", "重大活动", begun, *both, **named)

    def cut_off_wrongly(self, day: int, minutes: int, **more: Any) -> Any:
        made = self.enter(self.people.clerk, "cut_off", day, **more)
        self.step(self.people.lead, made.id, "carry_out", at=made.at + timedelta(minutes=5))
        self.step(self.people.lead, made.id, "restore", at=made.at + timedelta(minutes=5 + minutes))
        return self.confirm(made.id, finding="wrongful")


@pytest.fixture(scope="session")
def registered_month(settled_template: Session, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample's last month with all of it, closed while the proof waits, without it, and with it."""
    folder = tmp_path_factory.mktemp("registered")
    session = settled_template.copy(folder / "home")
    assert session.cast is not None
    with session.installation() as opened:
        entries = Entries(opened, session)
        for day in (3, 9, 9):
            entries.complain(day)
        for place, minutes in enumerate(SPANS):
            entries.leave_unmanned(1 + 2 * place, minutes)
        assert entries.cut_off_wrongly(20, 130).incident_number
        entries.cut_off_wrongly(23, 45, system=session.cast.first.systems[0])
        entries.keep_people()
        proved = entries.suspend(5, 3)
        month, at = str(entries.month), entries.month.span.start_at + timedelta(days=7)
        entries.step(entries.people.lead, proved, "prove", evidence="气象部门证明", at=at)
        session.clock.advance(timedelta(minutes=1))
        close_month(opened, session.number, month)
        entries.step(entries.people.clerk, proved, "refuse_proof", reason="不是政府部门出具")
        session.clock.advance(timedelta(minutes=1))
        close_month(opened, session.number, month)
        entries.step(entries.people.lead, proved, "prove", evidence="公证书", at=at + timedelta(days=4))
        entries.step(entries.people.clerk, proved, "accept_proof", received_at=at + timedelta(days=4, hours=1))
        session.clock.advance(timedelta(minutes=1))
        agree_and_find(opened, session.cast, close_month(opened, session.number, month), silent)
        session.clock.advance(timedelta(minutes=1))
        close_month(opened, session.number, month)
        session.clock.advance(timedelta(days=1))
        close_days(opened)
        return export_package(opened, session.number, folder / "package.zip")


@pytest.fixture(scope="session")
def statements(registered_month: Path) -> list[dict[str, Any]]:
    """The statements of the month: while the proof waits, refused, accepted, with every reading, with every finding."""
    with zipfile.ZipFile(registered_month) as archive:
        return [one["data"] for one in json.loads(archive.read("statements.json"))][-5:]


def test_a_month_of_registers_agrees_to_the_fen(registered_month: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = check(capsys, registered_month, "--all")
    assert (code, said["findings"], wrong_lines(said), codes(said)) == (0, [], set(), set())


def test_the_relief_hangs_first_on_the_answer_then_on_what_late_proof_does(statements: list[dict[str, Any]]) -> None:
    waiting, refused, accepted, _agreed, final = statements
    asked = [one["open_points"][0]["code"] for one in (waiting, refused)]
    assert asked == ["evidence.proof:FM-2026-0001", "force_majeure.late_proof"]
    highs = {one["choice"]: int(one["high_fen"]) for one in waiting["open_points"][0]["choices"]}
    print(highs, waiting["penalty_high_fen"], accepted["penalty_high_fen"], final["penalty_fen"])
    assert waiting["penalty_high_fen"] == highs["none"] > highs["relief"] == accepted["penalty_high_fen"]
    assert [one["provisional"] for one in statements] == [True, True, True, True, False]


def test_each_entry_counts_as_its_clause_says(statements: list[dict[str, Any]], registered_month: Path) -> None:
    with zipfile.ZipFile(registered_month) as archive:
        facts = [json.loads(one)["data"] for one in archive.read("evidence.jsonl").splitlines()]
    lengths = {
        one["id"]: (parse_instant(one["payload"]["data"]["end_at"]) - parse_instant(one["at"])) // timedelta(minutes=1)
        for one in facts
        if one.get("kind") == "unattended.opened"
    }
    assert sorted(lengths.values()) == sorted(SPANS)
    last = statements[-1]
    found = {one["id"]: (one["amount_fen"], one["state"]) for one in last["candidates"]}
    unmanned = {(lengths[event], row): how for name, how in found.items()
                for event, row in [name.split("/")] if event in lengths}  # fmt: skip
    assert unmanned == {
        (61, "minor#12"): (THIRTY, "chosen"),
        (121, "minor#13"): (FIFTY, "chosen"),
        (239, "minor#13"): (FIFTY, "chosen"),
    }
    assert found[f"complaints:{last['month']}/minor#2"] == (TWENTY, "not_gravest")
    numbers = {one["number"]: one["outage_minutes"] for one in last["incidents"]}
    assert {numbers["INC-2026-0001"], numbers["INC-2026-0002"]} == {"130", "45"}


def test_grounds_of_the_logbooks_are_worked_out_again_from_the_package(
    statements: list[dict[str, Any]], registered_month: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    grounds = {one["code"]: one for one in statements[-1]["grounds"]}
    assert {code: one["state"] for code, one in grounds.items()} == {"heads": "met", "key_staff": "open"}
    assert "承诺 2 人，到岗 1 人" in grounds["heads"]["detail"]
    assert "甲、乙" in grounds["key_staff"]["detail"]
    with zipfile.ZipFile(registered_month) as archive:
        known = {json.loads(one)["data"].get("id") for one in archive.read("evidence.jsonl").splitlines()}
    assert all(one["facts"] and set(one["facts"]) <= known for one in grounds.values())
    _code, said = check(capsys, registered_month, "--all")
    lines = {one["name"]: (one["here"], one["stated"]) for one in said["statements"][-1]["lines"]}
    assert (lines["ground.heads"], lines["ground.key_staff"]) == (("met", "met"), ("open", "open"))


def test_wrongful_cut_offs_that_no_probe_saw_lower_availability(statements: list[dict[str, Any]]) -> None:
    level = statements[-1]["levels"][0]
    assert level["metric"] == "availability"
    # 31 days less three of force majeure, and the 130 minutes of the one that cut everything off.
    assert Fraction(level["measured"]) == 1 - Fraction(130, 28 * 24 * 60)
