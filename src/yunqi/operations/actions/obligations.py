"""Duties as an action: what must be handed in or done by when, what is late, what waits for something."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from yunqi.contract.duties import (
    ACCEPTANCE,
    BOND,
    BOND_END,
    EXIT_NOTICE,
    INSTALMENT,
    TERM_END,
    Duty,
    plan_duties,
)
from yunqi.kernel.period import date_of
from yunqi.kernel.words import _
from yunqi.operations.acceptances import is_accepted
from yunqi.operations.actions import aims
from yunqi.operations.actions.base import Desk, action
from yunqi.operations.bonds import read_bond
from yunqi.operations.effective import read_dates
from yunqi.operations.exercise_duties import read_exercise_duties
from yunqi.operations.material import read_handed
from yunqi.operations.money import read_money
from yunqi.operations.report_calendar import expected_of, lines_of
from yunqi.operations.versions import data_at
from yunqi.store.contracts import Contract
from yunqi.store.document_lists import list_visible_contracts
from yunqi.store.parties import require_organisation
from yunqi.store.report_lists import list_visible_reports
from yunqi.wire.documents import DutyState, ListObligations, ObligationList, ObligationRow

BOND_RENEWAL, BOND_RELEASE = "bond_renewal", "bond_release"
SOON = timedelta(days=14)
TITLES = {
    BOND: "提交履约保证金",
    BOND_END: "履约保证金有效期届满",
    TERM_END: "服务期满",
    ACCEPTANCE: "组织验收",
    EXIT_NOTICE: "退出须在此日前提出",
    BOND_RELEASE: "退还履约保证金",
}


@action(
    "obligation.list",
    "GET",
    "/obligations",
    "查看义务与期限",
    request=ListObligations,
    answer=ObligationList,
    aim=aims.contract_if_named,
)
def obligations(desk: Desk, request: ListObligations) -> ObligationList:
    """Duties of the contracts that the caller may see, the most urgent first."""
    today = date_of(desk.now)
    if request.contract:
        contracts: tuple[Contract, ...] = (aims.require_contract_of(desk, request.contract),)
    else:
        contracts = list_visible_contracts(desk.connection, desk.caller)
    rows = [row for found in contracts for row in _rows(desk, found, today)]
    if request.party:
        rows = [row for row in rows if row.party == request.party]
    if request.state:
        rows = [row for row in rows if row.state == request.state]
    dated = [row for row in rows if _day(row) is not None and _within(_day(row), request.start_on, request.end_on)]
    urgency = {"late": 0, "due": 1, "later": 2, "unknown": 3, "done": 4}
    dated.sort(key=lambda row: (urgency[row.state], _day(row) or date.max, row.contract_id, row.key))
    undated = tuple(row for row in rows if _day(row) is None)
    return ObligationList(today=today, items=tuple(dated), undated=undated)


def _day(row: ObligationRow) -> date | None:
    return row.due_on or row.period_end


def _within(day: date | None, start_on: date | None, end_on: date | None) -> bool:
    return day is not None and (start_on is None or day >= start_on) and (end_on is None or day <= end_on)


def _rows(desk: Desk, found: Contract, today: date) -> Iterator[ObligationRow]:
    names = {
        "using_unit": require_organisation(desk.connection, found.using_unit_id).name,
        "provider": require_organisation(desk.connection, found.provider_id).name,
    }
    signed_on = read_dates(desk.connection, found).get("effective")
    money = read_money(desk.site, desk.connection, found, desk.now)
    duties = plan_duties(
        data_at(desk.connection, found, desk.now),
        start_on=found.start_on,
        end_on=found.end_on,
        signed_on=signed_on,
        calendar=desk.site.calendar,
    )
    handed = {each.key for each in read_handed(desk.connection, found.id)} | _handed_in(desk, found)
    for one in duties:
        done = (one.kind == BOND and money.bond_held_fen is not None) or one.key in handed
        done = done or (one.kind == ACCEPTANCE and is_accepted(desk.connection, found.id))
        yield _row(found, one, names, _state(one, today, done=done), today)
    yield from _bond_rows(desk, found, names, today)
    for duty, done in read_exercise_duties(desk.connection, found, data_at(desk.connection, found, desk.now), today):
        yield _row(found, duty, names, _state(duty, today, done=done), today)
    for instalment in money.instalments:
        due_on = None if instalment.due_on is None else date.fromisoformat(instalment.due_on)
        duty = Duty(
            f"{INSTALMENT}:{instalment.no}",
            INSTALMENT,
            "using_unit",
            _("支付第 {no} 期款", no=instalment.no),
            due_on,
            trigger="" if due_on else instalment.trigger,
            source=instalment.source,
        )
        state = _state(duty, today, done=instalment.state == "paid")
        yield _row(found, duty, names, state, today, amount_fen=instalment.amount_fen)


def _bond_rows(desk: Desk, found: Contract, names: dict[str, str], today: date) -> Iterator[ObligationRow]:
    """Papers to be renewed, what lacks of the bond, and when it must be given back."""
    bond = read_bond(desk.connection, found, desk.site.calendar, as_of=today, known_at=desk.now)
    if bond is None:
        return
    source = (data_at(desk.connection, found, desk.now).get("bond") or {}).get("source")
    for one in bond.securities:
        if one.renew_by is not None and (bond.until_on is None or (one.expires_on or today) < bond.until_on):
            words = _("重新提供履约保函（{number}）", number=one.guarantee or "—")
            duty = Duty(f"{BOND_RENEWAL}:{one.guarantee}", BOND_RENEWAL, "provider", words, one.renew_by, source=source)
            yield _row(found, duty, names, _state(duty, today, done=False), today, amount_fen=one.left_fen)
    if bond.release_by is not None and bond.handed_in_on is not None:
        duty = Duty(BOND_RELEASE, BOND_RELEASE, "using_unit", "", bond.release_by, source=source)
        state = _state(duty, today, done=not bond.held_fen)
        yield _row(found, duty, names, state, today, amount_fen=bond.held_fen)


def _handed_in(desk: Desk, found: Contract) -> frozenset[str]:
    """The keys of what the register of reports holds as sent; what an event calls for is never done for good."""
    entries = list_visible_reports(desk.connection, desk.caller, found.id)
    if not entries:
        return frozenset()
    expected = expected_of(desk.connection, found, desk.site.calendar, desk.now)
    lines = lines_of(expected, entries, now=desk.now, calendar=desk.site.calendar)
    return frozenset(
        line.expected.key
        for line in lines
        if line.state in ("sent", "done") and line.filed is not None and line.filed.occasion_at is None
    )


def _state(one: Duty, today: date, *, done: bool) -> DutyState:
    """Done, late, due within two weeks, later. What recurs without a day and is not recorded as handed in is unknown
    once its period is over: it may have been handed in elsewhere.
    """
    if done:
        return "done"
    if one.period is not None and one.due_on is None:
        return "unknown" if one.period[1] < today else "due" if one.period[0] <= today else "later"
    if one.due_on is None:
        return "unknown"
    if one.kind in (TERM_END, BOND_END, EXIT_NOTICE) and one.due_on < today:
        return "done"  # a day that has come, nothing that somebody owed
    if one.due_on < today:
        return "late"
    return "due" if one.due_on <= today + SOON else "later"


def _row(
    found: Contract,
    one: Duty,
    names: dict[str, str],
    state: DutyState,
    today: date,
    *,
    amount_fen: int | None = None,
) -> ObligationRow:
    day = one.due_on or (one.period[1] if one.period else None)
    return ObligationRow(
        key=one.key,
        kind=one.kind,
        party=one.party,
        party_name=names.get(one.party, ""),
        text=_(TITLES[one.kind]) if one.kind in TITLES else one.text,
        due_on=one.due_on,
        period_start=one.period[0] if one.period else None,
        period_end=one.period[1] if one.period else None,
        waits_for=one.trigger,
        state=state,
        days_left=None if day is None else (day - today).days,
        amount_fen=amount_fen,
        contract_id=found.id,
        contract_number=found.number,
        title=found.title,
        source=dict(one.source) if one.source else None,
    )
