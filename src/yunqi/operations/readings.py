"""Readings and bursts that both parties agreed on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from fractions import Fraction

from yunqi.contract import load_catalogue
from yunqi.kernel.clock import render_local
from yunqi.kernel.errors import Problem
from yunqi.kernel.period import Month, day_start
from yunqi.operations.installation import Installation, require_actor
from yunqi.operations.months import read_inputs
from yunqi.settlement import compute_statement
from yunqi.settlement.inputs import Reading as AgreedReading
from yunqi.settlement.model import Statement
from yunqi.settlement.readings import check_reading, render_question
from yunqi.store.bursts import record_burst
from yunqi.store.contracts import require_contract
from yunqi.store.readings import list_readings, record_reading


def agree_reading(
    installation: Installation,
    contract: str,
    code: str,
    value: str,
    *,
    agreement: str,
    using_unit_person: str,
    provider_person: str,
    valid_from: datetime | None = None,
) -> str:
    """Records what both parties agreed that an open point means, from the start of the term unless said otherwise.

    Raises `Problem` reading.code and reading.value for what no contract leaves open.
    """
    check_reading(code, value)
    now = installation.clock.now()
    with installation.database.write() as connection:
        found = require_contract(connection, contract)
        start = valid_from or (now if found.start_on is None else day_start(found.start_on))
        return record_reading(
            connection,
            found.id,
            code=code,
            value=value,
            agreement=agreement,
            using_unit_person_id=require_actor(connection, using_unit_person).id,
            provider_person_id=require_actor(connection, provider_person).id,
            valid_from=start,
            now=now,
        )


def withdraw_reading(
    installation: Installation,
    contract: str,
    code: str,
    *,
    agreement: str,
    using_unit_person: str,
    provider_person: str,
    valid_from: datetime | None = None,
) -> str:
    """Records that a reading no longer holds from an instant on (from now unless said); the point is open again then.

    Raises `Problem` reading.none where nothing is agreed at that instant.
    """
    now = installation.clock.now()
    start = valid_from or now
    with installation.database.write() as connection:
        found = require_contract(connection, contract)
        if code not in list_readings(connection, found.id, at=start):
            raise Problem(
                "reading.none",
                "「{point}」在 {at} 没有约定，不必撤销",
                field="code",
                point=render_question(code),
                at=render_local(start),
                way_out="请核对代码和日期：yunqi reading history 合同编号",
            )
        return record_reading(
            connection,
            found.id,
            code=code,
            value=None,
            agreement=agreement,
            using_unit_person_id=require_actor(connection, using_unit_person).id,
            provider_person_id=require_actor(connection, provider_person).id,
            valid_from=start,
            now=now,
        )


def compute_choices(
    installation: Installation, contract_id: str, code: str, month: Month, choices: Iterable[str]
) -> dict[str, Statement]:
    """The statement that a month would have under each meaning of a point, as known now; none of them is kept."""
    inputs = read_inputs(installation, contract_id, month, installation.clock.now())
    others = tuple(one for one in inputs.readings if one.code != code)
    return {
        choice: compute_statement(replace(inputs, readings=(*others, AgreedReading(code, choice, ""))))
        for choice in choices
    }


def agree_burst(
    installation: Installation,
    contract: str,
    item: str,
    quantity: Fraction,
    *,
    start_at: datetime,
    end_at: datetime,
    reason: str,
    using_unit_person: str,
    provider_person: str,
) -> str:
    """Records agreed use beyond the entitlement; raises `Problem` burst.item for an unknown item."""
    if item not in load_catalogue():
        raise Problem(
            "burst.item",
            "服务目录中没有「{value}」",
            field="item",
            value=item,
            items="、".join(one.code for one in load_catalogue()),
            way_out="应为其中之一：{items}",
        )
    with installation.database.write() as connection:
        found = require_contract(connection, contract)
        return record_burst(
            connection,
            found.id,
            item=item,
            quantity=quantity,
            start_at=start_at,
            end_at=end_at,
            reason=reason,
            using_unit_person_id=require_actor(connection, using_unit_person).id,
            provider_person_id=require_actor(connection, provider_person).id,
            now=installation.clock.now(),
        )
