"""验收: requested with a dossier, answered, deemed accepted by silence, signed; the accepted day starts payments."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import Connection

from yunqi.cases import acceptance
from yunqi.cases.acceptance.answers import Clock, judge_request
from yunqi.cases.acceptance.scoring import Score, compute_score, has_sheet
from yunqi.kernel.clock import render_instant
from yunqi.kernel.errors import Problem
from yunqi.kernel.money import decimal_text, parse_decimal
from yunqi.kernel.period import date_of
from yunqi.operations.amendments import require_signed
from yunqi.operations.cases import add_event_within
from yunqi.operations.installation import Installation
from yunqi.operations.keys import open_key
from yunqi.operations.material import digest_of, keep_dossier, make_dossier
from yunqi.operations.payments import record_trigger
from yunqi.operations.terms import read_term
from yunqi.operations.versions import data_at
from yunqi.store.cases import Case, CaseEvent, list_case_events, list_cases, open_case
from yunqi.store.contracts import Contract, require_contract
from yunqi.store.document_lists import find_made
from yunqi.store.facts import REPORTED, NewFact, record_fact
from yunqi.store.files import load_content
from yunqi.store.types import canonical_json

KIND = "acceptance"
TRIGGER = "acceptance"
_ANSWERS = frozenset({"pass", "rework", "fail"})
_SCORE_WORDS = ("counts", "full", "score", "share")


@dataclass(frozen=True, slots=True)
class Standing:
    """A request as it stands: its clock by the contract, the answer's day, and the instalments that wait for it."""

    found: Case
    asked_on: date
    accepted_on: date | None
    clock: Clock
    instalments: tuple[int, ...]


def list_waiting_instalments(law: Mapping[str, Any]) -> tuple[int, ...]:
    """The numbers of the instalments that wait for acceptance."""
    return tuple(int(one["no"]) for one in law.get("instalments") or () if TRIGGER in (one.get("triggers") or ()))


def request_acceptance(
    installation: Installation,
    connection: Connection,
    found: Contract,
    title: str,
    *,
    phase: str | None,
    instalments: Sequence[int],
    person_id: str,
) -> Case:
    """A request with the dossier as the ledger holds it now, kept byte for byte.

    Raises `Problem` amendment.unsigned_contract, acceptance.phase, acceptance.under_way, acceptance.instalments.
    """
    require_signed(found)
    now = installation.clock.now()
    law = data_at(connection, found, now)
    for one in list_cases(connection, found.id, kind=KIND):
        if one.state in acceptance.WAITING and (one.data.get("phase") or "") == (phase or ""):
            raise Problem(
                "acceptance.under_way",
                "「{number}」尚未办结，不能就同一内容再次提请验收",
                field="contract",
                number=one.number,
                way_out="请先办结或撤回该验收",
            )
    chosen = _choose_instalments(connection, found, law, phase, instalments)
    dossier = make_dossier(installation, connection, found, phase=phase, on=date_of(now))
    state = acceptance.open_acceptance(
        title, digest_of(dossier), {"phase": phase or "", "instalments": list(chosen), "on": date_of(now).isoformat()}
    )
    opened = open_case(
        connection,
        kind=KIND,
        contract_id=found.id,
        title=str(state.data["title"]),
        state=state.state,
        data=state.data,
        opened_at=now,
        now=now,
    )
    keep_dossier(connection, found, dossier, name=_name(opened.number), person_id=person_id, now=now)
    payload = {"number": opened.number, "title": opened.title, "person": person_id, "data": dict(state.data)}
    record_fact(connection, NewFact(found.id, f"{KIND}.opened", opened.id, now, payload, REPORTED), now=now)
    return opened


def _choose_instalments(
    connection: Connection, found: Contract, law: Mapping[str, Any], phase: str | None, asked: Sequence[int]
) -> tuple[int, ...]:
    """The instalments that this acceptance starts: those named, else the one, or all for the whole contract."""
    waiting = list_waiting_instalments(law)
    taken = {
        int(no)
        for one in list_cases(connection, found.id, kind=KIND)
        if one.state in (*acceptance.WAITING, *acceptance.ACCEPTED)
        for no in one.data.get("instalments") or ()
    }
    free = tuple(no for no in waiting if no not in taken)
    chosen = tuple(dict.fromkeys(asked))
    if not chosen and (phase is None or len(waiting) <= 1):
        return free
    if (not chosen and free) or any(no not in free for no in chosen):
        raise Problem(
            "acceptance.instalments",
            "请指明本次验收对应哪几期款；以验收为条件、尚未对应的有：{numbers}",
            field="instalments",
            numbers="、".join(str(no) for no in free) or "—",
            way_out="请填写期数；没有对应的款项时请对整个合同提请验收",
        )
    return chosen


def _name(number: str) -> str:
    return f"验收材料-{number}.json"


def load_dossier(connection: Connection, found: Case) -> dict[str, Any]:
    """The dossier that a request is of, as it was kept. Raises LookupError when it is not there."""
    digest = str(found.data["dossier"])
    kept = find_made(connection, found.contract_id, _name(found.number), digest)
    if kept is None:
        raise LookupError(digest)
    dossier: dict[str, Any] = json.loads(load_content(connection, kept))
    return dossier


def stand(installation: Installation, connection: Connection, found: Case) -> Standing:
    """Where a request stands by the contract's own clocks, today."""
    now = installation.clock.now()
    contract = require_contract(connection, found.contract_id)
    law = data_at(connection, contract, now)
    events = list_case_events(connection, found.id)
    asked_on = _asked_on(found, events)
    answered = _answered(events)
    accepted_on = _accepted_on(found, events)
    clock = judge_request(
        law.get("acceptance"),
        asked_on=asked_on,
        expiry_on=read_term(connection, contract, now).end_on,
        answered=(accepted_on, True) if accepted_on is not None else answered if found.state == "rework" else None,
        today=date_of(now),
        calendar=installation.calendar,
    )
    return Standing(found, asked_on, accepted_on, clock, tuple(int(no) for no in found.data.get("instalments") or ()))


def _asked_on(found: Case, events: Sequence[CaseEvent]) -> date:
    again = [one for one in events if one.event == "resubmit"]
    return date_of(again[-1].at if again else found.opened_at)


def _answered(events: Sequence[CaseEvent]) -> tuple[date, bool] | None:
    answers = [one for one in events if one.event in _ANSWERS or one.event == "admit"]
    if not answers:
        return None
    last = answers[-1]
    on = date.fromisoformat(str(last.data["on"])) if last.event == "admit" else date_of(last.at)
    return on, last.event == "pass"


def _accepted_on(found: Case, events: Sequence[CaseEvent]) -> date | None:
    if found.state not in acceptance.ACCEPTED:
        return None
    last = next(one for one in reversed(events) if one.event in ("pass", "deem", "admit"))
    return date.fromisoformat(str(last.data["on"]))


def answer(
    installation: Installation,
    connection: Connection,
    found: Case,
    event: str,
    *,
    dossier: str,
    person_id: str,
    role: str,
    reason: str | None = None,
    counts: Mapping[int, int] | None = None,
    full: str | None = None,
) -> Case:
    """The using unit's answer to the dossier that it saw: passed, rework with a reason, or failed.

    Raises `Problem` case.…, acceptance.changed where the dossier is another one now, acceptance.silent where silence
    has accepted it already, acceptance.score_row and acceptance.score_full.
    """
    require_dossier(found, dossier)
    now = installation.clock.now()
    clock = stand(installation, connection, found).clock
    if found.state == acceptance.REQUESTED and clock.state == "deemed_accepted":
        raise Problem(
            "acceptance.silent",
            "答复期限已于 {due_on} 届满，按合同已视为验收合格，不能再答复",
            field="event",
            due_on="—" if clock.due_on is None else clock.due_on.isoformat(),
            way_out="期限内确已答复的，请在系统登记视为合格之后举证：填写收到答复的时间并提交凭据",
        )
    data: dict[str, Any] = {"dossier": dossier, "on": date_of(now).isoformat()}
    if reason:
        data["reason"] = reason
    if counts or full:
        data |= _score_data(connection, installation, found, counts or {}, full)
    after = add_event_within(
        connection, installation, found.id, event, person_id=person_id, data=data, role=role, at=now
    )
    if event == "pass":
        start_payments(installation, after, date_of(now), person_id)
    return after


def require_dossier(found: Case, dossier: str) -> None:
    """Raises `Problem` acceptance.changed where the dossier is another one now."""
    if dossier != found.data.get("dossier"):
        raise Problem(
            "acceptance.changed",
            "验收材料已经改变，与所核对的不同",
            field="dossier",
            way_out="请刷新，核对现在的材料后再办理",
        )


def _score_data(
    connection: Connection, installation: Installation, found: Case, counts: Mapping[int, int], full: str | None
) -> dict[str, Any]:
    law = data_at(connection, require_contract(connection, found.contract_id), installation.clock.now())
    try:
        most = parse_decimal(full or "")
    except ValueError as error:
        raise Problem(
            "acceptance.score_full",
            "评分的满分「{value}」不可用",
            field="full",
            value=(full or "")[:40],
            way_out="请填写评分表的满分",
        ) from error
    score = compute_score(law, counts, most)
    return {
        "counts": {str(no): count for no, count in sorted(counts.items())},
        "full": decimal_text(most),
        "score": None if score.score is None else decimal_text(score.score),
        "share": None if score.share is None else _fraction(score.share),
    }


def _fraction(value: Fraction) -> str:
    try:
        return decimal_text(value)
    except ValueError:
        return str(value)


def read_score(installation: Installation, connection: Connection, found: Case) -> Score | None:
    """The score that the last answer gave, by the contract's sheet; None where none was given."""
    if not found.data.get("full"):
        return None
    law = data_at(connection, require_contract(connection, found.contract_id), installation.clock.now())
    counts = {int(no): int(count) for no, count in (found.data.get("counts") or {}).items()}
    return compute_score(law, counts, Fraction(str(found.data["full"])))


def may_score(installation: Installation, connection: Connection, found: Case) -> bool:
    """Whether the contract has a sheet to score by."""
    return has_sheet(data_at(connection, require_contract(connection, found.contract_id), installation.clock.now()))


def resubmit(installation: Installation, connection: Connection, found: Case, *, person_id: str, role: str) -> Case:
    """Asks again after rework, with the dossier as it is now; raises `Problem` case.…"""
    now = installation.clock.now()
    contract = require_contract(connection, found.contract_id)
    phase = str(found.data.get("phase") or "") or None
    dossier = make_dossier(installation, connection, contract, phase=phase, on=date_of(now))
    digest = keep_dossier(connection, contract, dossier, name=_name(found.number), person_id=person_id, now=now)
    return add_event_within(
        connection, installation, found.id, "resubmit", person_id=person_id, data={"dossier": digest}, role=role, at=now
    )


def start_payments(installation: Installation, found: Case, on: date, person_id: str | None) -> None:
    """The accepted day becomes the day from which the instalments that wait for it count."""
    for trigger in list_triggers(installation, found):
        record_trigger(installation, found.contract_id, trigger, on=on, actor=person_id)


def list_triggers(installation: Installation, found: Case) -> tuple[str, ...]:
    """What the acceptance is called among the conditions of the instalments that wait for it."""
    chosen = [int(no) for no in found.data.get("instalments") or ()]
    with installation.database.read() as connection:
        contract = require_contract(connection, found.contract_id)
        several = len(list_waiting_instalments(data_at(connection, contract, installation.clock.now()))) > 1
    return tuple(f"{TRIGGER}:{no}" if several else TRIGGER for no in chosen)


def sign(
    installation: Installation,
    connection: Connection,
    found: Case,
    *,
    dossier: str,
    person_id: str,
    organisation_id: str,
    role: str,
) -> Case:
    """A party signs the accepted dossier; the installation's SM2 key signs who signed what, and when.

    Raises `Problem` case.…, acceptance.changed.
    """
    require_dossier(found, dossier)
    now = installation.clock.now()
    data = {"dossier": dossier, **seal_signature(installation, found, dossier, organisation_id, person_id, now)}
    return add_event_within(
        connection, installation, found.id, "sign", person_id=person_id, data=data, role=role, at=now
    )


def signed_text(case_id: str, sm3: str, organisation_id: str, person_id: str, at: datetime) -> str:
    """What the SM2 signature under a party's sign-off is over."""
    return canonical_json(
        {"at": render_instant(at), "case": case_id, "organisation": organisation_id, "person": person_id, "sm3": sm3}
    )


def seal_signature(
    installation: Installation, found: Case, sm3: str, organisation_id: str, person_id: str, now: datetime
) -> dict[str, str]:
    """The installation's SM2 signature under a party's sign-off, with the public key that checks it."""
    key = open_key(installation)
    text = signed_text(found.id, sm3, organisation_id, person_id, now)
    return {"signature": key.sign(text), "public_key": key.public_key, "organisation": organisation_id}


def is_accepted(connection: Connection, contract_id: str) -> bool:
    """Whether the whole contract, not only a phase of it, is accepted."""
    return any(
        one.state in acceptance.ACCEPTED and not one.data.get("phase")
        for one in list_cases(connection, contract_id, kind=KIND)
    )
