"""How acceptances and their material look on the wire."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from yunqi.cases.acceptance import MACHINE, is_by_silence
from yunqi.cases.acceptance.dossier import list_phases
from yunqi.cases.acceptance.scoring import Score, compute_score
from yunqi.kernel.money import decimal_text
from yunqi.kernel.words import _
from yunqi.operations import acceptances as work
from yunqi.operations.actions.base import Desk
from yunqi.operations.actions.casework import next_events, party_fields, target_of_case, timeline
from yunqi.operations.material import digest_of, make_dossier
from yunqi.operations.versions import data_at
from yunqi.store.case_lists import read_case_row
from yunqi.store.cases import Case, list_case_events, require_case
from yunqi.store.contracts import Contract, require_contract
from yunqi.store.parties import require_organisation, require_person
from yunqi.wire.acceptances import (
    AcceptanceClock,
    AcceptanceDetail,
    AcceptanceRow,
    Handed,
    Material,
    MaterialItem,
    MonthFigures,
    ScoreRow,
    ScoreView,
    SignOff,
)
from yunqi.wire.incidents import source_of
from yunqi.wire.work_orders import NextEvent

ITEM_STATES: Mapping[str, str] = {
    "present": "已提交",
    "late": "迟交",
    "missing": "缺失",
    "not_due": "未到期",
    "as_needed": "未发生",
    "not_met": "未达标",
}
CLOCK_STATES: Mapping[str, str] = {
    "accepted": "已验收合格",
    "deemed_accepted": "逾期未答复，按合同视为合格",
    "rejected": "返工",
    "waiting": "等待答复",
    "overdue": "答复逾期，合同没有约定视为合格",
    "no_deadline": "合同没有约定答复期限",
}
ACTIONS_OF = {
    "pass": "acceptance.answer",
    "rework": "acceptance.answer",
    "fail": "acceptance.answer",
    "resubmit": "acceptance.advance",
    "deem": "acceptance.advance",
    "withdraw": "acceptance.advance",
    "prove": "acceptance.advance",
    "admit": "acceptance.advance",
    "uphold": "acceptance.advance",
    "sign": "acceptance.sign",
}


def row_view(desk: Desk, row: Any) -> AcceptanceRow:
    """An acceptance in a list."""
    found = require_case(desk.connection, row.id)
    standing = work.stand(desk.site, desk.connection, found)
    return AcceptanceRow(
        id=row.id,
        number=row.number,
        title=row.title,
        stage=str(row.data.get("phase") or ""),
        state=row.state,
        state_name=_(MACHINE.label(row.state)),
        asked_on=standing.asked_on,
        accepted_on=standing.accepted_on,
        due_on=standing.clock.due_on if row.state in ("requested", "rework") else None,
        days_left=standing.clock.days_left if row.state in ("requested", "rework") else None,
        clock_state=standing.clock.state,
        clock_name=_(CLOCK_STATES[standing.clock.state]),
        opened_at=row.opened_at,
        **party_fields(row),
    )


def material_view(desk: Desk, found: Contract, dossier: Mapping[str, Any]) -> Material:
    """A dossier's data with the words of its states."""
    items = tuple(_item(one) for one in dossier["items"])
    law = data_at(desk.connection, found, desk.now)
    return Material(
        contract_id=found.id,
        phase=dossier["phase"],
        phases=list_phases(law),
        on=dossier["on"],
        listed=bool(law.get("deliverables")),
        dossier=digest_of(dossier),
        counts={state: sum(one.state == state for one in items) for state in ITEM_STATES},
        complete=not any(one.state == "missing" for one in items),
        missing=tuple(_missing_words(one) for one in items if one.state == "missing"),
        entries=items,
        months=tuple(MonthFigures(**{**one, "levels": tuple(one["levels"])}) for one in dossier["months"]),
        root=dossier["root"],
    )


def _missing_words(one: MaterialItem) -> str:
    """A missing item by its name, period and article."""
    period = "" if one.period is None else _("{start} 至 {end}", start=one.period[0], end=one.period[1])
    article = "" if one.source is None else one.source.article or ""
    rest = "，".join(part for part in (period, article) if part)
    return f"{one.name}（{rest}）" if rest else one.name


def _item(one: Mapping[str, Any]) -> MaterialItem:
    operator, value, unit = one["limit"] or ("", "", "")
    return MaterialItem(
        key=one["key"],
        name=one["name"],
        phase=one["phase"],
        party=one["party"],
        due_on=one["due_on"],
        period=tuple(one["period"]) if one["period"] else None,
        note=one["note"],
        limit=" ".join(part for part in (operator, value, unit) if part),
        state=one["state"],
        state_name=_(ITEM_STATES[one["state"]]),
        days_late=one["days_late"],
        source=source_of(one["source"]),
        handed=tuple(Handed(**{name: each[name] for name in Handed.model_fields}) for each in one["handed"]),
    )


def detail_view(desk: Desk, found: Case) -> AcceptanceDetail:
    """A request for acceptance with all that belongs to it."""
    standing = work.stand(desk.site, desk.connection, found)
    contract = require_contract(desk.connection, found.contract_id)
    law = data_at(desk.connection, contract, desk.now)
    dossier = work.load_dossier(desk.connection, found)
    clock = standing.clock
    row = row_view(desk, read_case_row(desk.connection, found.id))
    score = work.read_score(desk.site, desk.connection, found)
    return AcceptanceDetail(
        **row.model_dump(),
        dossier=str(found.data["dossier"]),
        changed=found.state in ("requested", "rework") and _is_changed(desk, contract, found, dossier),
        material=material_view(desk, contract, dossier),
        clock=AcceptanceClock(
            state=clock.state,
            state_name=_(CLOCK_STATES[clock.state]),
            due_on=clock.due_on,
            from_on=clock.from_on,
            basis=clock.basis,
            days_left=clock.days_left,
            silence_accepts=clock.silence_accepts,
            notice=clock.notice,
            source=source_of((law.get("acceptance") or {}).get("source")),
        ),
        instalments=standing.instalments,
        may_score=work.may_score(desk.site, desk.connection, found),
        score_sheet=_sheet(compute_score(law, {}, Fraction(0))),
        score=None if score is None else _score(score),
        signatures=_signatures(desk, found),
        timeline=timeline(desk, found.id, MACHINE),
        next=_next(desk, found),
    )


def _next(desk: Desk, found: Case) -> tuple[NextEvent, ...]:
    """What may follow; that an answer had come in time, only where silence has accepted."""
    silent = is_by_silence([one.event for one in list_case_events(desk.connection, found.id)])
    events = next_events(desk, found, MACHINE, target_of_case(desk, found), ACTIONS_OF)
    return tuple(one for one in events if silent or one.event != "prove")


def _is_changed(desk: Desk, contract: Contract, found: Case, dossier: Mapping[str, Any]) -> bool:
    """Whether the ledger holds other material than the request is of; another day's root alone changes nothing."""
    phase = str(found.data.get("phase") or "") or None
    on = work.stand(desk.site, desk.connection, found).asked_on
    now = make_dossier(desk.site, desk.connection, contract, phase=phase, on=on)
    return any(now[part] != dossier[part] for part in ("items", "months"))


def _sheet(score: Score) -> tuple[ScoreRow, ...]:
    return tuple(
        ScoreRow(
            no=one.no,
            text=one.text,
            points=None if one.points is None else decimal_text(one.points),
            count=one.count,
            taken=None if one.taken is None else decimal_text(one.taken),
        )
        for one in score.lines
    )


def _score(score: Score) -> ScoreView:
    return ScoreView(
        full=decimal_text(score.full),
        score=None if score.score is None else decimal_text(score.score),
        share=None if score.share is None else decimal_text(score.share),
        open_rows=score.open_rows,
        rows=tuple(one for one in _sheet(score) if one.count),
    )


def _signatures(desk: Desk, found: Case) -> tuple[SignOff, ...]:
    events = list_case_events(desk.connection, found.id)
    since = MACHINE.since_renewed([one.event for one in events])
    return tuple(sign_off(desk, found, one, str(one.data["dossier"])) for one in events[since:] if one.event == "sign")


def sign_off(desk: Desk, found: Case, event: Any, sm3: str) -> SignOff:
    """A party's signature as it was made, with the text that the SM2 signature is over."""
    organisation = str(event.data["organisation"])
    return SignOff(
        organisation_id=organisation,
        organisation=require_organisation(desk.connection, organisation).name,
        person=require_person(desk.connection, event.person_id).name,
        at=event.at,
        sm3=sm3,
        signature=str(event.data["signature"]),
        public_key=str(event.data["public_key"]),
        text=work.signed_text(found.id, sm3, organisation, event.person_id, event.at),
    )
