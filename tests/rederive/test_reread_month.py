"""A month whose reading changes on its 15th, closed, handed out, worked out again; and as it was known before."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from tests.kits.session import Session
from tests.rederive.test_package import check, wrong_lines

from yunqi.kernel.period import Month
from yunqi.operations.evidence_package import export_package
from yunqi.operations.installation import Installation
from yunqi.operations.months import close_month, read_inputs, recompute
from yunqi.operations.readings import agree_reading, withdraw_reading
from yunqi.store.readings import list_reading_spans

CODE = "fee_base"


def agree(opened: Installation, session: Session, value: str, start: datetime) -> None:
    session.clock.advance(timedelta(minutes=1))
    agree_reading(
        opened,
        session.number,
        CODE,
        value,
        agreement=f"约定 {value}",
        using_unit_person=session.side.approver,
        provider_person=session.side.lead,
        valid_from=start,
    )


def test_a_reading_that_changes_within_a_month(
    settled_template: Session, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    session = settled_template.copy(tmp_path / "home")
    with session.installation() as opened:
        month = Month.parse(session.statements[-1].month)
        begin, middle = month.span.start_at, month.span.start_at + timedelta(days=14)
        agree(opened, session, "contract", begin)
        session.clock.advance(timedelta(minutes=1))
        first = close_month(opened, session.number, str(month))
        for value in ("system_share", "line"):  # told twice about the same span: the last word stands
            agree(opened, session, value, middle)
        session.clock.advance(timedelta(minutes=1))
        second = close_month(opened, session.number, str(month))
        shown = [one for one in second.data["readings"] if one["code"] == CODE]
        assert [(one["choice"], one["agreement"]) for one in shown] == [
            ("contract", "约定 contract"),
            ("line", "约定 line"),
        ]
        assert shown[0]["end"] == shown[1]["start"]
        assert next(one for one in first.data["readings"] if one["code"] == CODE).get("start") is None
        for row in (first, second):
            assert recompute(opened, row).model_dump(mode="json") == row.data
        then = close_month(opened, session.number, str(month), known_at=first.known_at)
        assert then.data == first.data
        session.clock.advance(timedelta(minutes=1))
        withdraw_reading(
            opened,
            session.number,
            CODE,
            agreement="撤回",
            using_unit_person=session.side.approver,
            provider_person=session.side.lead,
            valid_from=middle + timedelta(days=7),
        )
        session.clock.advance(timedelta(minutes=1))
        close_month(opened, session.number, str(month))
        inputs = read_inputs(opened, session.number, month, opened.clock.now())
        assert [one.value for one in inputs.changed if one.code == CODE] == ["contract", "line", None]
        with opened.database.read() as connection:
            spans = list_reading_spans(connection, inputs.contract_id, month.span)[CODE]
            before = list_reading_spans(connection, inputs.contract_id, month.span, known_at=first.known_at)[CODE]
        assert [part.end_at for part, _one in spans] == [middle, middle + timedelta(days=7), month.span.end_at]
        assert len(before) == 1
        agree(opened, session, "contract", begin)  # one reading for the whole month again
        session.clock.advance(timedelta(minutes=1))
        last = close_month(opened, session.number, str(month))
        assert last.data["penalty_fen"] == first.data["penalty_fen"]
        package = export_package(opened, session.number, tmp_path / "package.zip")
    _code, said = check(capsys, package, "--every-version")
    assert wrong_lines(said) == set()
    assert len(said["statements"]) >= 4
