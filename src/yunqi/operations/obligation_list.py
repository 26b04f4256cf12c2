"""The obligations of a contract as a list: those of the catalogue and the dated duties, each once, as they stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from yunqi.contract.duties import (
    ACCEPTANCE,
    BOND,
    BOND_END,
    EXIT_NOTICE,
    INSTALMENT,
    OBLIGATION,
    TERM_END,
    Duty,
    plan_duties,
)
from yunqi.contract.obligations import FoundObligation, find_obligations
from yunqi.contract.obligations.fulfilment import Record
from yunqi.contract.obligations.join import (
    ONCE,
    Dates,
    Line,
    compute_day,
    day_after,
    join_obligations,
    single_limit,
)
from yunqi.contract.obligations.standing import SOON, Deed, Standing, State, judge_day, judge_obligation
from yunqi.contract.report_state import Line as ReportLine
from yunqi.kernel.calendar import WorkCalendar
from yunqi.kernel.period import date_of
from yunqi.kernel.words import _
from yunqi.operations.acceptances import is_accepted
from yunqi.operations.actions.base import Desk
from yunqi.operations.bonds import read_bond
from yunqi.operations.effective import read_dates
from yunqi.operations.exercise_duties import read_exercise_duties
from yunqi.operations.kept import Kept
from yunqi.operations.material import read_handed
from yunqi.operations.money import Money, read_money
from yunqi.operations.obligation_clocks import month_words, next_due
from yunqi.operations.obligation_ledger import ON_REQUEST, Ledger, read_deeds, shows
from yunqi.operations.obligation_records import read_records
from yunqi.operations.obligation_words import EVIDENCE, STATES, TITLES, TRIGGERS, deadline_words, deeds_words
from yunqi.operations.report_calendar import expected_of, lines_of
from yunqi.operations.terms import in_term, read_term, read_wanted
from yunqi.operations.versions import in_force
from yunqi.store.contracts import Contract
from yunqi.store.parties import require_organisation
from yunqi.store.report_lists import list_visible_reports
from yunqi.wire.obligations import ObligationRow

BOND_RENEWAL, BOND_RELEASE = "bond_renewal", "bond_release"
BOTH = "both"
_found = Kept(500)


@dataclass(frozen=True)
class Owed:
    """A duty of the ledger: whether it is done, and what it is worth."""

    duty: Duty
    done: bool
    amount_fen: int | None = None


@dataclass(frozen=True)
class Entry:
    """A line of the list, and how it stands."""

    line: Line
    standing: Standing
    amount_fen: int | None = None
    seen: str = ""
    records: tuple[Record, ...] = ()


def read_found(contract: Contract) -> tuple[FoundObligation, ...]:
    """The obligations of a contract's text; found once for the same data."""
    key = contract.data_sm3
    kept, _lacking = _found.take((key,))
    known: tuple[FoundObligation, ...] | None = kept.get(key)
    if known is None:
        known = find_obligations(contract.data)
        _found.keep({key: known})
    return known


def read_entries(desk: Desk, contract: Contract) -> tuple[Entry, ...]:
    """All lines of one contract as they stand now."""
    today, law = date_of(desk.now), in_force(desk.connection, contract, desk.now)
    signed_on = read_dates(desk.connection, contract).get("effective")
    term = read_term(desk.connection, contract, desk.now)
    dates = Dates(term.start_on, term.end_on, signed_on)
    money = read_money(desk.site, desk.connection, contract, desk.now)
    ledger = Ledger(desk.site, desk.connection, contract, money, desk.now)
    owed = {one.duty.key: one for one in _read_owed(desk, contract, law.data, dates, money, today)}
    handed, recorded = _read_handed(desk, contract), read_records(desk.connection, contract.id)
    lines = join_obligations(read_found(law), [one.duty for one in owed.values()])
    made = []
    for line in lines:
        if line.duty is None:
            made.append(_of_kind(ledger, line, dates, handed, recorded.get(line.key, ())))
        else:
            one = owed[line.key]
            made.append(_of_duty(ledger, line, one, handed.get(line.key, ()), recorded.get(line.key, ())))
    return tuple(made)


def _of_duty(ledger: Ledger, line: Line, one: Owed, handed: Sequence[Deed], records: tuple[Record, ...]) -> Entry:
    due_on = one.duty.due_on
    deeds = (*handed, *(record.deed(due_on) for record in records if record.counts))
    first = min(deeds, key=lambda each: each.done_on or each.at_on, default=None)
    state = _state_of_duty(ledger, line, one.duty, done=one.done or first is not None)
    late = first is not None and due_on is not None and (first.done_on or first.at_on) > due_on
    return Entry(line, Standing(state, due_on, late, deeds), one.amount_fen, deeds_words(deeds, records), records)


def due_of_record(found: FoundObligation, own: date | None, record: Record, calendar: WorkCalendar) -> date | None:
    """The last day in time of what a record says: that of its line, or counted from the event; None where the text
    gives none.
    """
    if own is not None or found.kind.trigger in ONCE:
        return own
    return day_after(record.event_on, single_limit(found.limits), calendar)


def _of_kind(
    ledger: Ledger, line: Line, dates: Dates, handed: Mapping[str, Sequence[Deed]], records: tuple[Record, ...]
) -> Entry:
    found = line.found
    if found is None:
        raise LookupError(line.key)
    today = ledger.today
    deeds = [*read_deeds(ledger, found), *(one for key in line.keys for one in handed.get(key, ()))]
    own = compute_day(found, dates, ledger.site.calendar)
    counted = [one for one in records if one.counts]
    deeds += [one.deed(due_of_record(found, own, one, ledger.site.calendar)) for one in counted]
    begun = _begun(found.kind.trigger, dates, today)
    if found.kind.code in ON_REQUEST and not deeds and own is not None and own < today:
        own, begun = None, False
    standing = judge_obligation(
        found.kind.trigger,
        deeds,
        due_on=own,
        begun=begun,
        visible=shows(found, line.keys),
        today=today,
    )
    words = [month_words(found, standing.deeds, today), deeds_words(standing.deeds, records)]
    return Entry(line, standing, seen=_("；").join(one for one in words if one), records=records)


def _begun(trigger: str, dates: Dates, today: date) -> bool | None:
    """Whether what is owed once has begun to be owed; None where the dates do not say."""
    start = {
        "signature": dates.signed_on,
        "term_start": dates.start_on,
        "operation": dates.start_on,
        "term_end": dates.end_on,
        "before_end": dates.end_on,
        "acceptance": dates.end_on,
    }.get(trigger)
    return None if start is None else start <= today


def _read_owed(
    desk: Desk, contract: Contract, data: Mapping[str, Any], dates: Dates, money: Money, today: date
) -> Iterator[Owed]:
    duties = plan_duties(
        data,
        start_on=dates.start_on,
        end_on=dates.end_on,
        signed_on=dates.signed_on,
        calendar=desk.site.calendar,
        bond_until_on=read_wanted(desk.connection, contract, desk.now, desk.now)[-1].until_on,
    )
    for duty in duties:
        done = (duty.kind == BOND and money.bond_held_fen is not None) or (
            duty.kind == ACCEPTANCE and is_accepted(desk.connection, contract.id)
        )
        yield Owed(duty, done)
    yield from _read_bond(desk, contract, data, today)
    dated = in_term(desk.connection, contract, desk.now)
    for duty, done in read_exercise_duties(desk.connection, dated, data, today):
        yield Owed(duty, done)
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
            of="payment",
        )
        yield Owed(duty, instalment.state == "paid", instalment.amount_fen)


def _read_bond(desk: Desk, contract: Contract, data: Mapping[str, Any], today: date) -> Iterator[Owed]:
    """Papers to be renewed, what lacks of the bond, and when it must be given back."""
    bond = read_bond(desk.connection, contract, desk.site.calendar, as_of=today, known_at=desk.now)
    if bond is None:
        return
    source = (data.get("bond") or {}).get("source")
    for one in bond.securities:
        if one.renew_by is not None and (bond.until_on is None or (one.expires_on or today) < bond.until_on):
            key, words = (
                f"{BOND_RENEWAL}:{one.guarantee}".replace("/", "_"),
                _("重新提供履约保函（{number}）", number=one.guarantee or "—"),
            )
            duty = Duty(key, BOND_RENEWAL, "provider", words, one.renew_by, source=source, of="bond.renew")
            yield Owed(duty, done=False, amount_fen=one.left_fen)
    if bond.release_by is not None and bond.handed_in_on is not None:
        release = Duty(BOND_RELEASE, BOND_RELEASE, "using_unit", "", bond.release_by, source=source, of="bond.refund")
        yield Owed(release, not bond.held_fen, bond.held_fen)


def _read_handed(desk: Desk, contract: Contract) -> dict[str, tuple[Deed, ...]]:
    """What was handed in, by the key of what it was owed for: by the register of reports, an event's report owed at the
    day of its event; and as acceptance material.
    """
    found: dict[str, list[Deed]] = {}
    for one in read_handed(desk.connection, contract.id):
        found.setdefault(one.key, []).append(Deed(one.on, None, one.on, "material", one.fact, one.name))
    entries = list_visible_reports(desk.connection, desk.caller, contract.id)
    if entries:
        expected = expected_of(desk.connection, contract, desk.site.calendar, desk.now)
        for line in lines_of(expected, entries, now=desk.now, calendar=desk.site.calendar):
            deed = _of_report(line)
            if deed is not None:
                found.setdefault(line.expected.key, []).append(deed)
    return {key: tuple(deeds) for key, deeds in found.items()}


def _of_report(line: ReportLine) -> Deed | None:
    """What the register holds of an expected report; None where nothing was sent and no event calls for it."""
    filed = line.filed
    sent_at = None if filed is None else filed.received_at or filed.delivered_at
    if filed is None or (sent_at is None and filed.occasion_at is None):
        return None
    at = filed.occasion_at or sent_at
    if at is None:
        raise LookupError(filed.id)
    done_on = None if sent_at is None else date_of(sent_at)
    late = bool(line.late_days)
    return Deed(date_of(at), line.due_on, done_on, "report", filed.id, filed.number, late)


def _state_of_duty(ledger: Ledger, line: Line, duty: Duty, *, done: bool) -> State:
    """Done, late, due within two weeks, later. What recurs without a day and is not recorded as handed in can't be seen
    once its period is over: it may have been handed in elsewhere. So it is with a notice of exit once its day is past.
    """
    today = ledger.today
    if done:
        return "done"
    if duty.due_on is None and duty.period is not None:
        first, last = duty.period
        return "unseen" if last < today else "due" if first <= today and last <= today + SOON else "later"
    if duty.due_on is None:
        return "unseen" if duty.kind == OBLIGATION else "waits"
    if duty.due_on < today:
        if duty.kind in (TERM_END, BOND_END):
            return "done"  # a day that has come, nothing that somebody owed
        if duty.kind == EXIT_NOTICE:
            asked = line.found is not None and bool(read_deeds(ledger, line.found))
            return "done" if asked else "unseen"
    return judge_day(duty.due_on, today)


def row_of(contract: Contract, entry: Entry, names: Mapping[str, str], today: date) -> ObligationRow:
    """A line as it is shown."""
    found, duty, standing = entry.line.found, entry.line.duty, entry.standing
    period = None if duty is None else duty.period
    due_on = standing.due_on
    day = due_on or (period[1] if period else None)
    source = duty.source if duty is not None and duty.source else found.sources[0] if found is not None else None
    trigger = found.kind.trigger if found is not None else ""
    party = duty.party if duty is not None else found.kind.party if found is not None else ""
    return ObligationRow(
        key=entry.line.key,
        kind=duty.kind if duty is not None else OBLIGATION,
        obligation="" if found is None else found.kind.code,
        no="" if found is None or found.kind.no is None else f"O-{found.kind.no}",
        text=_text_of(entry.line),
        party=party,
        party_name=names.get(party, ""),
        trigger=trigger,
        trigger_name=_(TRIGGERS[trigger]) if trigger else "",
        deadline="" if found is None else deadline_words(found),
        due_on=due_on,
        due_at=next_due(standing.deeds),
        period_start=period[0] if period else None,
        period_end=period[1] if period else None,
        waits_for=(duty.trigger if duty is not None else trigger) if standing.state == "waits" else "",
        state=standing.state,
        state_name=_(STATES[standing.state]),
        was_late=standing.late,
        days_left=None if day is None or standing.state == "done" else (day - today).days,
        evidence=_(EVIDENCE[found.kind.evidence]) if found is not None else duty.evidence if duty is not None else "",
        seen=entry.seen,
        amount_fen=entry.amount_fen,
        article=str((source or {}).get("article") or ""),
        contract_id=contract.id,
        contract_number=contract.number,
        title=contract.title,
        source=dict(source) if source else None,
    )


def _text_of(line: Line) -> str:
    if line.duty is None:
        return "" if line.found is None else line.found.kind.title
    if line.duty.kind in TITLES:
        return _(TITLES[line.duty.kind])
    if line.duty.kind == OBLIGATION and line.found is not None:
        return line.found.kind.title
    return line.duty.text


def names_of(desk: Desk, contract: Contract) -> dict[str, str]:
    """The names of a contract's parties, by role; of both for what both owe."""
    unit = require_organisation(desk.connection, contract.using_unit_id).name
    provider = require_organisation(desk.connection, contract.provider_id).name
    return {"using_unit": unit, "provider": provider, BOTH: _("{unit}、{provider}", unit=unit, provider=provider)}
