"""A month of what was adopted, handed out: the independent program finds each draw in the chain, and its delivery."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from tests.kits.desk import People, ask
from tests.kits.session import Session
from tests.operations.actions.test_adoptions import ROWS, confirm, preview, write_list
from tests.rederive.test_package import check, key_of, wrong_lines

from yunqi.kernel.period import day_start
from yunqi.operations.evidence import close_days
from yunqi.operations.evidence_package import export_package
from yunqi.operations.months import close_month
from yunqi.store.tables import draw


@pytest.mark.parametrize("change", ["", "begun", "undone"])
def test_what_was_adopted_is_found_again(
    settled_template: Session, tmp_path: Path, capsys: pytest.CaptureFixture[str], change: str
) -> None:
    session = settled_template.copy(tmp_path / "home")
    with session.installation() as opened:
        people = People(opened, session)
        number = session.number
        first = preview(opened, people.operator, number, write_list(ROWS[0]), grade="normal")
        confirm(opened, people, first.id)
        session.clock.advance(timedelta(minutes=1))
        ask(opened, people.operator, "adoption.undo", id=first.id, _second=people.approver)
        session.clock.advance(timedelta(minutes=1))
        second = preview(opened, people.operator, number, write_list(*ROWS), grade="normal")
        confirm(opened, people, second.id)
        session.clock.at = day_start(date(2026, 12, 1)) + timedelta(hours=9)
        made = close_month(opened, number, "2026-11")
        line = next(one for one in made.data["delivery"] if one["item"] == "compute.vcpu")
        assert (line["average"], line["peak"]) == ("96/5", "24")
        if change:  # by hand, in the database alone
            with opened.database.write() as connection:
                span = draw.c.end_at.is_(None) if change == "begun" else draw.c.end_at.is_not(None)
                moved = {"start_at": day_start(date(2026, 10, 1))} if change == "begun" else {"end_at": None}
                connection.execute(draw.update().where(span, draw.c.item == "compute.vcpu").values(**moved))
        close_days(opened)
        path = export_package(opened, number, tmp_path / "package.zip")
    code, said = check(capsys, path, "--key", key_of(path))
    told = {one["code"] for one in said["findings"]}
    if not change:
        assert (code, told, wrong_lines(said)) == (0, set(), set())
    else:
        assert code == 1
        assert "draw.start" in told if change == "begun" else wrong_lines(said)
