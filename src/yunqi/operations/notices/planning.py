"""Who is told by itself: of an incident at once, of its end, and the next level when little is left of a clock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from yunqi.kernel.clock import render_local
from yunqi.kernel.units import length_of, render_length
from yunqi.kernel.words import _
from yunqi.operations.incidents import Standing
from yunqi.operations.installation import Installation
from yunqi.operations.notices.standing import ToldStanding, read_told
from yunqi.operations.notices.words import clock_name, stage_word
from yunqi.reports.words import object_word
from yunqi.store.cases import Case, list_case_ids, list_cases
from yunqi.store.contacts import Contact, list_contacts, list_told_contracts
from yunqi.store.contracts import Contract, require_contract
from yunqi.store.notices import list_told_keys, write_notice
from yunqi.store.object_names import name_objects

OPENED, ENDED, ESCALATION = "opened", "ended", "escalation"
_LASTING = frozenset({"open", "responded"})
_OLDEST = timedelta(days=7)
"""An incident older than this when contacts are first named is known to everybody."""


@dataclass(frozen=True, slots=True)
class _Planned:
    """A notice to be written, once under its key."""

    key: str
    stage: str
    subject: str
    text: str
    contacts: tuple[Contact, ...]


def plan_notices(site: Installation) -> tuple[str, ...]:
    """Writes the notices that are due by themselves, each once; returns a line for each escalation."""
    now = site.clock.now()
    with site.database.read() as connection:
        contracts = sorted(list_told_contracts(connection))
    said: list[str] = []
    for contract_id in contracts:
        with site.database.read() as connection:
            contract = require_contract(connection, contract_id)
            contacts = list_contacts(connection, contract_id)
            wanted = []
            told_keys = list_told_keys(connection, contract_id)
            # What is over is looked at only while its end is still to be told: a contract has few such, and many past.
            ids = {case_id for case_id, keys in told_keys.items() if OPENED in keys and ENDED not in keys}
            ids.update(list_case_ids(connection, contract_id, kind="incident", states=_LASTING))
            for one in list_cases(connection, contract_id, kind="incident", ids=ids):
                known = told_keys.get(one.id, set())
                if one.state == "withdrawn":
                    continue
                if one.opened_at < now - _OLDEST and OPENED not in known:
                    continue
                told = read_told(connection, contract, one, now, site.calendar)
                names = name_objects(connection, [one.data.get("object")])
                if not told.standing.facts.sample:
                    wanted += [
                        (one, each)
                        for each in _plan(contract, one, told, contacts, names, now)
                        if each.key not in known and each.contacts
                    ]
        for case, planned in wanted:
            with site.database.write() as connection:
                made = write_notice(
                    connection,
                    contract_id=contract_id,
                    case_id=case.id,
                    stage=planned.stage,
                    subject=planned.subject,
                    text=planned.text,
                    contacts=planned.contacts,
                    key=planned.key,
                    now=now,
                )
            if made is not None and planned.stage == ESCALATION:
                said.append(planned.subject)
    return tuple(said)


def _plan(
    contract: Contract,
    case: Case,
    told: ToldStanding,
    contacts: tuple[Contact, ...],
    names: dict[str, str],
    now: datetime,
) -> Iterator[_Planned]:
    at_once = tuple(one for one in contacts if one.minutes_left is None)
    facts = _facts_words(contract, case, told.standing, names)
    if case.state not in _LASTING:
        subject = _("已恢复：{number} {title}", number=case.number, title=case.title)
        yield _Planned(ENDED, ENDED, subject, facts, at_once)
        return
    subject = _("事件：{number} {title}", number=case.number, title=case.title)
    yield _Planned(OPENED, "notice", subject, f"{facts}\n{_clock_words(told, now)}".strip(), at_once)
    for code, name, due_at in running_clocks(told):
        left = due_at - now
        for level in sorted({one.minutes_left for one in contacts if one.minutes_left is not None}):
            if left > timedelta(minutes=level):
                continue
            mine = tuple(one for one in contacts if one.minutes_left == level)
            if left >= timedelta():
                head = _("「{clock}」还剩 {time}：{number} {title}", time=render_length(left), **_named(name, case))
            else:
                head = _("「{clock}」已超期 {time}：{number} {title}", time=render_length(-left), **_named(name, case))
            yield _Planned(f"{ESCALATION}:{code}:{level}", ESCALATION, head, facts, mine)


def _named(name: str, case: Case) -> dict[str, str]:
    return {"clock": name, "number": case.number, "title": case.title}


def running_clocks(told: ToldStanding) -> Iterator[tuple[str, str, datetime]]:
    """Every clock of an incident that runs or has run out unmet: a code, its name, and when it ends."""
    for number, clock in enumerate(told.standing.clocks):
        if clock.started_at is not None and clock.stopped_at is None and clock.why != "limit":
            due_at = clock.started_at + length_of(clock.limit_minutes, "minute")
            yield f"{clock.metric}.{number}", clock_name(clock), due_at
    for number, term in enumerate(told.clocks):
        if term.due_at is not None and term.met_at is None:
            yield f"{term.term.stage}.{number}", stage_word(term.term.stage), term.due_at
    for one in told.national:
        if one.due_at is not None and one.state in {"running", "breached"} and one.met_at is None:
            yield f"national.{one.what}", stage_word(one.what), one.due_at


def _facts_words(contract: Contract, case: Case, standing: Standing, names: dict[str, str]) -> str:
    subject = str(case.data.get("object") or "")
    lines = [
        _("合同：{contract}", contract=contract.number or contract.title),
        _("对象：{object}", object=names.get(subject) or object_word(subject)),
        _("发生：{at}", at=render_local(case.opened_at)),
    ]
    if standing.outage is not None:
        ended = standing.outage.end_at
        began = render_local(standing.outage.start_at)
        lines.append(
            _("中断：{start} 起，仍在持续", start=began)
            if ended is None
            else _("中断：{start} 至 {end}", start=began, end=render_local(ended))
        )
    return "\n".join(lines)


def _clock_words(told: ToldStanding, now: datetime) -> str:
    lines = [
        _("{clock}：{at} 前", clock=name, at=render_local(due_at))
        for _code, name, due_at in sorted(running_clocks(told), key=lambda one: one[2])
        if due_at > now
    ]
    return "\n".join(lines)
