"""Silence that accepts: recorded by a party or by the system itself once the contract's days are over, and undone where
an answer is shown to have been received in time.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from yunqi.cases.acceptance import REQUESTED
from yunqi.kernel.clock import render_instant, render_local
from yunqi.kernel.errors import Problem, YunqiError
from yunqi.kernel.period import date_of, day_start
from yunqi.kernel.words import _, render_error
from yunqi.operations.acceptances import (
    KIND,
    list_triggers,
    stand,
    start_payments,
)
from yunqi.operations.cases import add_event_within
from yunqi.operations.installation import Installation
from yunqi.operations.material import keep_upload
from yunqi.operations.payments import take_trigger_back
from yunqi.operations.versions import data_at
from yunqi.store.cases import Case, list_cases_in, require_case
from yunqi.store.contracts import require_contract
from yunqi.store.files import StoredFile
from yunqi.store.locks import lock_contract

_DAY = timedelta(days=1)


def deem(
    installation: Installation,
    connection: Connection,
    found: Case,
    *,
    person_id: str | None,
    role: str | None,
) -> Case:
    """Records that silence has accepted: only where the contract says so, and only once its days are over. No person:
    the system itself.

    The accepted day is the last day of silence, the ground the contract's clause. Raises `Problem`
    acceptance.not_silent and case.…
    """
    clock = stand(installation, connection, found).clock
    if found.state == REQUESTED and (clock.state != "deemed_accepted" or clock.due_on is None):
        raise Problem(
            "acceptance.not_silent",
            "不能视为验收合格：合同没有约定逾期未答复视为合格，或约定的期限尚未届满",
            field="event",
            due_on=clock.due_on.isoformat() if clock.due_on else "—",
            way_out="答复期限：{due_on}；请等待使用单位答复，或催告",
        )
    now = installation.clock.now()
    on = clock.due_on or date_of(now)
    clause = (data_at(connection, require_contract(connection, found.contract_id), now).get("acceptance")) or {}
    data = {
        "dossier": found.data.get("dossier"),
        "on": on.isoformat(),
        "clause": str((clause.get("source") or {}).get("article") or ""),
    }
    after = add_event_within(
        connection, installation, found.id, "deem", person_id=person_id, data=data, role=role, at=now
    )
    start_payments(installation, after, on, person_id)
    return after


def record_silence(installation: Installation) -> tuple[str, ...]:
    """Records for every request whose days of silence are over that it is accepted; returns a line for each.

    It looks at the requests as they stand: told twice, or by two processes at once, it does it once.
    """
    with installation.database.read() as connection:
        waiting = [one for one in list_cases_in(connection, KIND, REQUESTED) if _is_over(installation, connection, one)]
    said = []
    for one in waiting:
        try:
            after = _record_one(installation, one)
        except YunqiError as error:  # the others are recorded all the same
            said.append(f"{one.number}: {render_error(error)} [{error.code}]")
            continue
        if after is not None:
            words = _("{number}：逾期未答复，按合同视为验收合格，{on}", number=after.number, on=after.data["on"])
            said.append(words)
    return tuple(said)


def _record_one(installation: Installation, one: Case) -> Case | None:
    """The request after it was deemed accepted; None where it was answered, or recorded by another process, since."""
    with installation.database.unit() as connection:
        lock_contract(connection, one.contract_id)
        found = require_case(connection, one.id)
        if found.state != REQUESTED or not _is_over(installation, connection, found):
            return None
        return deem(installation, connection, found, person_id=None, role=None)


def _is_over(installation: Installation, connection: Connection, found: Case) -> bool:
    return stand(installation, connection, found).clock.state == "deemed_accepted"


def prove_answer(
    installation: Installation,
    connection: Connection,
    found: Case,
    answer: str | None,
    *,
    received_at: datetime | None,
    file: StoredFile | None,
    person_id: str,
    role: str,
    reason: str | None,
) -> Case:
    """The using unit says that its answer had been received before silence accepted, and hands in what shows it.

    It changes nothing until the provider admits it or the administration decides. Raises `Problem`
    acceptance.proof_answer, acceptance.proof_file, acceptance.proof_late, acceptance.proof_reason and case.…
    """
    now = installation.clock.now()
    if answer is None or received_at is None:
        raise Problem(
            "acceptance.proof_answer",
            "举证期限内已答复须写明当时的答复和收到的时间",
            field="received_at" if answer else "answer",
            way_out="请填写合格、返工或不合格，以及收到答复的时间",
        )
    if file is None:
        raise Problem(
            "acceptance.proof_file",
            "举证期限内已答复须提交凭据",
            field="file",
            way_out="请提交载明收到时间的凭据，例如签收回执",
        )
    if answer != "pass" and not reason:
        raise Problem(
            "acceptance.proof_reason", "返工或不合格须写明理由", field="reason", way_out="请填写当时答复的理由"
        )
    standing = stand(installation, connection, found)
    asked_at, last = day_start(standing.asked_on), standing.accepted_on
    if last is not None and not asked_at <= received_at < min(day_start(last + _DAY), now):
        raise Problem(
            "acceptance.proof_late",
            "所称收到答复的时间 {at} 不在 {start} 至 {end} 的答复期限之内",
            field="received_at",
            at=render_local(received_at),
            start=standing.asked_on.isoformat(),
            end=last.isoformat(),
            way_out="期限届满之后收到的答复不影响视为合格",
        )
    contract = require_contract(connection, found.contract_id)
    data = {
        "answer": answer,
        "received_at": render_instant(received_at),
        "reason": reason or "",
        **keep_upload(connection, contract, file, person_id, now),
    }
    return add_event_within(
        connection, installation, found.id, "prove", person_id=person_id, data=data, role=role, at=now
    )


def admit_answer(installation: Installation, connection: Connection, found: Case, *, person_id: str, role: str) -> Case:
    """The answer that had been received in time stands in place of the silence, from its day on; what silence had
    started is corrected or taken back. Raises `Problem` case.…
    """
    said: Mapping[str, Any] = found.data
    at = said.get("received_at")
    on = date_of(installation.clock.now()) if at is None else date_of(datetime.fromisoformat(str(at)))
    data = {"dossier": said.get("dossier"), "on": on.isoformat()}
    after = add_event_within(
        connection,
        installation,
        found.id,
        "admit",
        person_id=person_id,
        data=data,
        role=role,
        at=installation.clock.now(),
    )
    if said.get("answer") == "pass":
        start_payments(installation, after, on, person_id)
    else:
        for trigger in list_triggers(installation, after):
            take_trigger_back(installation, after.contract_id, trigger, actor=person_id)
    return after
