"""What is due: clocks of incidents, further rows of an outage, money, months; ranked by what it would cost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from yunqi.cases.incident import Clock
from yunqi.contract.clauses.bond.rule import compute_bond_amount, compute_bond_due
from yunqi.contract.clauses.instalment.rule import compute_amount
from yunqi.contract.duties import ACCEPTANCE, DELIVERABLE, EXIT_NOTICE, OBLIGATION
from yunqi.contract.obligations.standing import SOON as NEAR
from yunqi.contract.report_plan import kind_of
from yunqi.kernel.errors import Problem
from yunqi.kernel.period import date_of, day_start
from yunqi.kernel.units import length_of, minutes_of, render_minutes
from yunqi.kernel.words import _
from yunqi.operations.late_duties import BOND
from yunqi.operations.obligation_words import TITLES
from yunqi.operations.overview.gathered import Gathered, Running
from yunqi.operations.payments import PAYMENT_FACT
from yunqi.settlement.at_stake import NO_FEE, NO_ROW, NO_SUM, OUTAGE, Edge, Stake, stake_of_duty
from yunqi.settlement.inputs import LateDuty
from yunqi.settlement.late import PROVIDER
from yunqi.settlement.lateness import late_event
from yunqi.settlement.titles import level_title, metric_title, rest_title
from yunqi.store.bonds import BOND_RECEIVED
from yunqi.store.overview_contracts import ContractHead
from yunqi.wire.overview import DueItem, StakeRow

SOON = timedelta(days=30)
ENDS_SOON = timedelta(days=90)
_SIGNS = {"<=": "≤", "<": "＜", ">=": "≥", ">": "＞"}
WHY = {
    NO_ROW: "合同未就此约定违约金",
    NO_FEE: "合同价款或服务月数未定，无法计算",
    NO_SUM: "可解除合同，合同未约定金额",
}
_FAR = 10**9


def stake_view(stake: Stake) -> StakeRow:
    """A stake with its words."""
    return StakeRow(
        low_fen=stake.low_fen,
        high_fen=stake.high_fen,
        why=stake.why,
        why_text=_(WHY[stake.why]) if stake.why else "",
        rows=tuple(rest_title(one) for one in stake.rows),
        clause=str((stake.source or {}).get("article") or ""),
    )


def ranked(items: Iterable[DueItem]) -> list[DueItem]:
    """The costliest first; what can't be computed before what costs nothing; of equals the one that runs out first.

    What is late already is never among what costs nothing, though one more day of it may cost no more.

    >>> def item(fen):
    ...     return DueItem(kind="clock", object="incident", object_id="1", title="a", stake=StakeRow(high_fen=fen))
    >>> [one.stake.high_fen for one in ranked([item(None), item(0), item(1), item(9)])]
    [9, 1, None, 0]
    """

    def key(item: DueItem) -> tuple[Any, ...]:
        high = None if item.stake is None else item.stake.high_fen
        group = 0 if high else 1 if item.late else 2 if item.stake is None else 1 if high is None else 3
        left = _FAR if item.minutes_left is None else item.minutes_left
        return (group, -(high or 0), left, item.kind, item.title, item.object_id)

    return sorted(items, key=key)


def due_of_incidents(found: Gathered) -> Iterator[DueItem]:
    """A line for each clock that runs or ran out, and for the next row that an outage falls into."""
    for one in found.incidents:
        for clock in one.clocks:
            item = _clock(found, one, clock)
            if item is not None:
                yield item
        yield from _edges(found, one)


def _base(one: Running) -> dict[str, Any]:
    return {
        "object": "incident",
        "object_id": one.row.id,
        "number": one.row.number,
        "title": one.row.title,
        "system": one.row.system,
        **_parties(one.contract),
    }


def _parties(contract: ContractHead) -> dict[str, Any]:
    return {
        "contract_id": contract.id,
        "contract_number": contract.number,
        "using_unit": contract.using_unit,
        "provider": contract.provider,
    }


def _clock(found: Gathered, one: Running, clock: Clock) -> DueItem | None:
    if clock.stopped_at is not None or clock.state in ("met", "not_started") or not clock.limit_minutes:
        return None
    minutes, started_at, note = clock.minutes, clock.started_at, ""
    if clock.state == "open":
        # What starts it is open: the earliest of what it may be, said as such.
        begun = [(other.minutes, other.started_at) for other in clock.alternatives if other.minutes is not None]
        if not begun:
            return None
        minutes, started_at = max(begun, key=lambda pair: pair[0] or Fraction(0))
        note = _("起算点或适用条件未约定，按最早的计")
    if minutes is None or started_at is None:
        return None
    left = clock.limit_minutes - minutes
    return DueItem(
        **_base(one),
        kind="clock",
        what=level_title({"metric": clock.metric, "condition": clock.condition}),
        limit_text=f"{_SIGNS.get(clock.operator, clock.operator)} {render_minutes(clock.limit_minutes)}",
        clause=str((clock.source or {}).get("article") or ""),
        due_at=started_at + length_of(clock.limit_minutes, "minute"),
        minutes_left=_floor(left),
        late=left < 0,
        note=note,
        stake=stake_view(found.stakes(one.contract.id).of_clock(clock, one.facts)),
    )


def _edges(found: Gathered, one: Running) -> Iterator[DueItem]:
    minutes = one.minutes(found.now)
    if not one.lasts or minutes is None:
        return
    spent = {OUTAGE: minutes, "recovery_average": minutes}
    edges = found.stakes(one.contract.id).edges(one.facts, spent)
    for measures in dict.fromkeys(edge.measures for edge in edges):
        mine = [edge for edge in edges if edge.measures == measures]
        passed = [edge for edge in mine if edge.left_minutes <= 0]
        coming = [edge for edge in mine if edge.left_minutes > 0]
        for edge in (*passed[-1:], *coming[:1]):
            yield _edge(found, one, edge, minutes)


def _edge(found: Gathered, one: Running, edge: Edge, minutes: Fraction) -> DueItem:
    critical = edge.measures.startswith("critical.")
    what = _("{level} 级重大违约事件", level=edge.measures[-1]) if critical else metric_title(edge.measures)
    return DueItem(
        **_base(one),
        kind="edge",
        what=what,
        limit_text=render_minutes(edge.limit_minutes),
        clause=str((edge.stake.source or {}).get("article") or ""),
        due_at=found.now + length_of(edge.limit_minutes - minutes, "minute"),
        minutes_left=_floor(edge.left_minutes),
        late=edge.left_minutes <= 0,
        stake=stake_view(edge.stake),
    )


def due_of_money(found: Gathered) -> Iterator[DueItem]:
    """Instalments that are due or overdue, and bonds that were not handed in."""
    for contract in found.contracts.values():
        law = found.law(contract.id)
        facts = found.money_facts.get(contract.id, ())
        paid: dict[int, int] = {}
        for row in facts:
            if row.kind == PAYMENT_FACT:
                no = int(row.payload["no"])
                paid[no] = paid.get(no, 0) + int(row.payload["amount_fen"])
        dates = found.dates_of(contract.id)
        for instalment in law.contract.get("instalments") or ():
            item = _instalment(found, contract, instalment, dates, paid)
            if item is not None:
                yield item
        if not any(row.kind == BOND_RECEIVED for row in facts):
            bond = _bond(found, contract)
            if bond is not None:
                yield bond


def _instalment(
    found: Gathered, contract: ContractHead, instalment: Any, dates: dict[str, date], paid: dict[int, int]
) -> DueItem | None:
    law, no = found.law(contract.id), int(instalment["no"])
    amount = compute_amount(instalment, law.total_fen)
    left = None if amount is None else amount - paid.get(no, 0)
    if left is not None and left <= 0:
        return None
    due_on = found.due_on(law, instalment, no, dates)
    if due_on is None or day_start(due_on) > found.now + SOON:
        return None
    ends_at = day_start(due_on + timedelta(days=1))
    late_days = max(1, (found.today - due_on).days)
    return DueItem(
        kind="instalment",
        object="contract",
        object_id=contract.id,
        number=contract.name,
        title=_("第 {no} 期款", no=no),
        clause=str((instalment.get("source") or {}).get("article") or ""),
        **_parties(contract),
        due_at=ends_at,
        minutes_left=_floor(minutes_of(ends_at - found.now)),
        late=ends_at <= found.now,
        amount_fen=left,
        stake=stake_view(stake_of_duty(law, "late_payment", late_days, owed_fen=left)),
    )


def _bond(found: Gathered, contract: ContractHead) -> DueItem | None:
    law = found.law(contract.id)
    bond = law.contract.get("bond")
    if not bond or contract.id not in found.running_contracts:
        return None
    try:
        due = compute_bond_due(bond, found.dates_of(contract.id).get("effective"), found.desk.site.calendar)
    except Problem as problem:
        if problem.code != "calendar.no_notice":
            raise
        return None  # the working days of its year are not published yet
    if due is None or due.on is None:
        return None
    named = LateDuty(BOND, BOND, _("提交履约保证金"), due.at)
    stake = found.stake_of_lateness(contract.id, named)
    return DueItem(
        kind="bond",
        object="contract",
        object_id=contract.id,
        number=contract.name,
        title=_("履约保证金尚未登记"),
        clause=str((bond.get("source") or {}).get("article") or ""),
        **_parties(contract),
        due_at=due.at,
        minutes_left=_floor(minutes_of(due.at - found.now)),
        late=due.at <= found.now,
        amount_fen=compute_bond_amount(bond, law.total_fen),
        note="" if stake is None else _("所示为逾期一日的违约金"),
        stake=stake_view(stake or Stake(None, None, NO_ROW)),
    )


def due_of_duties(found: Gathered, party: str) -> Iterator[DueItem]:
    """What a party must hand in or do: what recurs and is of the present, what has a day that is near or past.

    Late and due are what the list of obligations calls so: what the register of reports holds as sent, what was handed
    in for acceptance and what a party has recorded is done. What recurs without a day is shown as due until its period
    is over, never as late.
    """
    late = {key: {late_event(one) for one in duties} for key, duties in found.late_duties.items()}
    for contract in found.contracts.values():
        for one in found.duties(contract.id):
            if one.party != party or one.kind not in (DELIVERABLE, OBLIGATION, ACCEPTANCE, EXIT_NOTICE):
                continue
            if one.kind == EXIT_NOTICE and (one.due_on is None or one.due_on < found.today):
                continue  # nobody must leave
            last = one.due_on or (one.period[1] if one.period else None)
            if last is None or last > found.today + NEAR:
                continue
            if one.period is not None and (found.today < one.period[0] or (one.due_on is None and last < found.today)):
                continue
            if one.kind == DELIVERABLE and (contract.id, kind_of(one.text), one.period) in found.handed_in:
                continue
            if (contract.id, one.key) in found.fulfilled or (one.kind == ACCEPTANCE and contract.id in found.accepted):
                continue
            ends_at = day_start(last + timedelta(days=1))
            named = LateDuty(one.key, one.kind, one.text, ends_at)
            if party == PROVIDER and late_event(named) in late.get(contract.id, ()):
                continue  # it stands among what is late by the ledger
            stake = found.stake_of_lateness(contract.id, named) if party == PROVIDER and one.due_on else None
            yield DueItem(
                kind="obligation",
                object="contract",
                object_id=contract.id,
                number=contract.name,
                title=_(TITLES[one.kind]) if one.kind in TITLES else one.text,
                clause=str((one.source or {}).get("article") or ""),
                **_parties(contract),
                due_at=ends_at,
                minutes_left=_floor(minutes_of(ends_at - found.now)),
                late=ends_at <= found.now,
                note="" if stake is None else _("所示为逾期一日的违约金"),
                stake=None if stake is None else stake_view(stake),
            )


def due_of_lateness(found: Gathered) -> Iterator[DueItem]:
    """What the provider is late with by the ledger, each with what one more day would cost; the bond stands among the
    money as long as nothing of it was handed in.
    """
    for contract_id, late in found.late_duties.items():
        contract = found.contracts.get(contract_id)
        if contract is None:
            continue
        unseen = not any(row.kind == BOND_RECEIVED for row in found.money_facts.get(contract_id, ()))
        for duty in late:
            stake = found.stake_of_lateness(contract_id, duty)
            if stake is None or (duty.kind == BOND and unseen):
                continue
            days = (found.today - date_of(duty.due_at)).days + 1
            yield DueItem(
                kind="obligation",
                object="contract",
                object_id=contract_id,
                number=contract.name,
                title=duty.title,
                clause=duty.article,
                **_parties(contract),
                due_at=duty.due_at,
                minutes_left=_floor(minutes_of(duty.due_at - found.now)),
                late=True,
                note=_("已逾期 {days} 日，所示为再逾期一日的违约金", days=days),
                stake=stake_view(stake),
            )


def due_of_ends(found: Gathered) -> Iterator[DueItem]:
    """Contracts that end within three months."""
    for contract in found.running_contracts.values():
        if contract.end_on is not None:
            ends_at = day_start(contract.end_on + timedelta(days=1))
            if ends_at <= found.now + ENDS_SOON:
                yield DueItem(
                    kind="contract_end",
                    object="contract",
                    object_id=contract.id,
                    number=contract.name,
                    title=_("合同即将到期"),
                    **_parties(contract),
                    due_at=ends_at,
                    minutes_left=_floor(minutes_of(ends_at - found.now)),
                )


def due_of_statements(found: Gathered) -> Iterator[DueItem]:
    """Provisional statements, and the first month that is over and has none."""
    for contract_id, month, statement_id, provisional in found.statements:
        contract = found.contracts.get(contract_id)
        if provisional and contract is not None:
            yield DueItem(
                kind="statement",
                object="statement",
                object_id=statement_id,
                number=month,
                title=_("{month} 结算单为暂估，尚有待约定或待认定的事项", month=month),
                **_parties(contract),
            )
    for contract, month, count in months_to_close(found):
        yield DueItem(
            kind="month",
            object="contract",
            object_id=contract.id,
            number=contract.name,
            title=_("{month} 尚未结算", month=month)
            if count == 1
            else _("自 {month} 起 {count} 个月尚未结算", month=month, count=count),
            **_parties(contract),
        )


def months_to_close(found: Gathered) -> Iterator[tuple[ContractHead, str, int]]:
    """The contracts with months that are over and have no statement: the first of these months and how many."""
    have: dict[str, set[str]] = {}
    for contract_id, month, _id, _provisional in found.statements:
        have.setdefault(contract_id, set()).add(month)
    for contract in found.contracts.values():
        if contract.start_on is None:
            continue
        year, number = contract.start_on.year, contract.start_on.month
        last = found.today if contract.end_on is None else min(found.today, contract.end_on)
        lacking = []
        while (year, number) < found.this_month and (year, number) <= (last.year, last.month):
            name = f"{year}-{number:02d}"
            if name not in have.get(contract.id, set()):
                lacking.append(name)
            year, number = (year, number + 1) if number < 12 else (year + 1, 1)
        if lacking:
            yield contract, lacking[0], len(lacking)


def _floor(minutes: Fraction) -> int:
    return minutes.numerator // minutes.denominator


def minutes_until(at: datetime, now: datetime) -> int:
    """Whole minutes until an instant, below 0 once it is past."""
    return _floor(minutes_of(at - now))
