"""A month of many contracts: the same statements as one by one, by processes too; none holds up another."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event
from tests.kits.copies import copy_contracts
from tests.kits.session import Session

from yunqi.kernel.errors import Problem, Trouble
from yunqi.kernel.period import Month
from yunqi.operations import months
from yunqi.operations.installation import Installation
from yunqi.operations.many_months import close_months
from yunqi.operations.months import close_month, close_together, read_inputs
from yunqi.settlement import Inputs, Statement, compute_statement
from yunqi.store.statements import StatementRow, list_statements


@pytest.mark.parametrize("processes", [1, 2])
def test_each_is_closed_once_and_a_refused_one_holds_up_no_other(settled: Session, processes: int) -> None:
    contract_id, told = settled.side.contract_id, []
    with settled.installation() as opened:
        closed = close_months(
            opened,
            [("con-unknown", None), *[(contract_id, settled.number)] * 12],
            settled.statements[-1].month,
            progress=lambda _note, done, total: told.append((done, total)),
            processes=processes,
        )
        with opened.database.read() as connection:
            kept = [
                one for one in list_statements(connection, contract_id) if one.month == settled.statements[-1].month
            ]
        alone = close_month(opened, contract_id, settled.statements[-1].month)
    assert len(kept) <= len(settled.statements) + 1
    assert kept[-1].id == alone.id
    assert closed.closed == 12
    assert [(one.contract_id, one.code) for one in closed.refused] == [("con-unknown", "contract.unknown")]
    assert told == [(10, 13), (13, 13)]


def test_what_stops_the_work_leaves_what_is_closed(settled: Session) -> None:
    def cancel(_note: str, _done: int, _total: int | None) -> None:
        raise Problem("run.cancelled", "已取消")

    with settled.installation() as opened:
        with pytest.raises(Problem, match="已取消"):
            close_months(opened, [(settled.side.contract_id, None)], settled.statements[-1].month, progress=cancel)
        with opened.database.read() as connection:
            assert [one.month for one in list_statements(connection, settled.side.contract_id)][
                -1
            ] == settled.statements[-1].month


def test_the_command_closes_every_running_contract_and_lists_the_refused(settled: Session) -> None:
    said = settled.run("month", "close-all", settled.statements[-1].month, "--as", settled.side.clerk)
    assert "已结算 1 份合同" in said
    refused = settled.run("month", "close-all", "2099-01", "--as", settled.side.clerk, "--json")
    assert '"closed": 0' in refused


def test_of_two_months_closed_at_once_the_one_that_knew_less_is_refused(
    settled: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both would take their penalties from the same rest of the last instalment."""
    last = Month.parse(settled.statements[-1].month)
    earlier = Month.parse(f"{last.start_on - timedelta(days=1):%Y-%m}")
    compute, others = months.compute_statement, [earlier]

    def meanwhile(inputs: Inputs) -> Statement:
        made = compute(inputs)
        if others:
            settled.clock.advance(timedelta(seconds=1))
            close_month(opened, settled.number, str(others.pop()))
        return made

    monkeypatch.setattr(months, "compute_statement", meanwhile)
    with settled.installation() as opened:
        before = len(_months_of(opened, settled))
        with pytest.raises(Trouble, match="他人已以更新的数据生成了结算单"):
            close_month(opened, settled.number, str(last))
        assert len(_months_of(opened, settled)) == before + 1
        assert close_month(opened, settled.number, str(last)).month == str(last)


def _months_of(opened: Installation, settled: Session) -> list[str]:
    with opened.database.read() as connection:
        return [one.month for one in list_statements(connection, settled.side.contract_id)]


def test_of_several_the_one_overtaken_is_closed_by_itself(settled: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    last = Month.parse(settled.statements[-1].month)
    others = [Month.parse(f"{last.start_on - timedelta(days=1):%Y-%m}")]
    compute, known = months.compute_statement, []

    def meanwhile(inputs: Inputs) -> Statement:
        known.append(inputs.known_at)
        made = compute(inputs)
        if others:
            settled.clock.advance(timedelta(seconds=1))
            close_month(opened, settled.number, str(others.pop()))
        return made

    monkeypatch.setattr(months, "compute_statement", meanwhile)
    with settled.installation() as opened:
        made, unknown = close_together(opened, (settled.side.contract_id, "con-unknown"), last)
    assert isinstance(made, StatementRow)
    assert isinstance(unknown, Problem)
    assert (made.month, unknown.code) == (str(last), "contract.unknown")
    assert len(known) == 3, "the month, the earlier one meanwhile, and the month again"
    assert known[0] < known[1] == known[2]


def test_contracts_closed_together_have_the_statements_that_each_has_alone(settled: Session) -> None:
    month, ids = Month.parse(settled.statements[-1].month), copy_settled(settled, 4)
    with settled.installation() as opened:
        now = opened.clock.now()
        alone = [read_inputs(opened, one, month, now) for one in ids]
        together = close_together(opened, ids, month)
        for one, made in zip(alone, together, strict=True):
            assert isinstance(made, StatementRow)
            expected = compute_statement(one).model_dump(mode="json")
            assert {**made.data, "known_at": ""} == {**expected, "known_at": ""}
        assert all(one.incidents and one.objects and one.draws for one in alone)
        assert close_together(opened, ids, month) == together


def test_what_is_asked_for_contracts_closed_together_hardly_grows_with_them(settled: Session) -> None:
    month, ids = Month.parse(settled.statements[-1].month), copy_settled(settled, 11)
    asked: list[str] = []
    with settled.installation() as opened:
        event.listen(opened.database.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
        counts = []
        for some in (ids[1:2], ids[2:]):
            asked.clear()
            assert all(isinstance(one, StatementRow) for one in close_together(opened, some, month))
            counts.append(sum("FROM probe_result" not in one for one in asked))  # a day that is not closed yet
    one, nine = counts
    assert nine - one <= 8 * 2, "of each contract its draws and its verdict days are read by themselves"


def copy_settled(settled: Session, count: int) -> list[str]:
    with settled.installation() as opened, opened.database.write() as connection:
        return copy_contracts(connection, settled.side.contract_id, count)
