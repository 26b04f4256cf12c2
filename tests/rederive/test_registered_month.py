"""A month with entries of every register, closed, handed out, and worked out again from the package to the fen."""

from __future__ import annotations

import json
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.kits.desk import People, ask
from tests.kits.session import Session, silent
from tests.rederive.test_package import check, codes, wrong_lines

from yunqi.cases.duty import Unmanned
from yunqi.cli.tour import agree_and_find
from yunqi.kernel.period import Month
from yunqi.operations.duty import propose_unattended
from yunqi.operations.evidence import close_days
from yunqi.operations.evidence_package import export_package
from yunqi.operations.installation import Installation
from yunqi.operations.months import close_month
from yunqi.store.duty import record_unmanned

SPANS = (59, 60, 61, 120, 121, 239, 240, 300)
"""Minutes without anybody, one span a day: below, in, between and above every band."""


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

    def cut_off_wrongly(self, day: int, minutes: int) -> Any:
        made = self.enter(self.people.clerk, "cut_off", day)
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
        proved = entries.suspend(5, 3)
        month, at = str(entries.month), entries.month.span.start_at + timedelta(days=7)
        entries.step(entries.people.lead, proved, "prove", evidence="气象部门证明", at=at)
        session.clock.advance(timedelta(minutes=1))
        waiting = close_month(opened, session.number, month)
        assert any(one["code"].startswith("evidence.proof:") for one in waiting.data["open_points"]) or (
            waiting.data["penalty_low_fen"] <= waiting.data["penalty_high_fen"]
        )
        entries.step(entries.people.clerk, proved, "refuse_proof", reason="不是政府部门出具")
        session.clock.advance(timedelta(minutes=1))
        close_month(opened, session.number, month)
        entries.step(entries.people.lead, proved, "prove", evidence="公证书", at=at + timedelta(days=4))
        entries.step(entries.people.clerk, proved, "accept_proof")
        session.clock.advance(timedelta(minutes=1))
        agree_and_find(opened, session.cast, close_month(opened, session.number, month), silent)
        session.clock.advance(timedelta(minutes=1))
        close_month(opened, session.number, month)
        session.clock.advance(timedelta(days=1))
        close_days(opened)
        return export_package(opened, session.number, folder / "package.zip")


def test_a_month_of_registers_agrees_to_the_fen(registered_month: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = check(capsys, registered_month, "--all")
    assert (code, said["findings"], wrong_lines(said)) == (0, [], set())
    with zipfile.ZipFile(registered_month) as archive:
        statements = [one["data"] for one in json.loads(archive.read("statements.json"))]
    last = statements[-1]
    assert not last["provisional"]
    events = {one["event"] for one in last["candidates"]}
    assert f"complaints:{last['month']}" in events or not any("complaint" in one for one in events)
    assert codes(said) == set()
