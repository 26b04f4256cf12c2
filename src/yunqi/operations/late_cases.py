"""Duties with a day that exits bring: when each was due, and when it was done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from yunqi.cases.exit.checklist import plan_checklist
from yunqi.cases.exit.deadlines import (
    Days,
    confidential_days,
    cut_over_days,
    erasure_days,
    migration_days,
    refund_days,
)
from yunqi.cases.exit.model import Leaving
from yunqi.contract.terms import article_of
from yunqi.kernel.calendar import WorkCalendar
from yunqi.kernel.period import day_start
from yunqi.kernel.words import _
from yunqi.operations.exits import KIND as EXIT
from yunqi.operations.exits import read_leaving
from yunqi.operations.installation import Installation
from yunqi.settlement.inputs import LateDuty
from yunqi.store.cases import list_cases
from yunqi.store.contracts import Contract

WORK_ORDER = "work_order"
_DAY = timedelta(days=1)
_OVER = frozenset({"carry_out", "reject", "withdraw"})


def list_exit_duties(
    connection: Connection, installation: Installation, found: Contract, data: Mapping[str, Any], now: datetime
) -> Iterator[LateDuty]:
    """What the provider had to do by a day in the exits of a contract that were not withdrawn, by one text of it."""
    for row in list_cases(connection, found.id, kind=EXIT, known_at=now):
        if row.state == "withdrawn":
            continue
        leaving, _refund = read_leaving(installation, connection, row, data=data)
        done_on = {one.key: one.done_on for one in plan_checklist(leaving)}
        titles = {
            "migration": _("配合完成迁移（{number}）", number=row.number),
            "cut_over": _("完成切换（{number}）", number=row.number),
            "confidential": _("归还保密资料（{number}）", number=row.number),
            "erasure": _("擦除全部副本（{number}）", number=row.number),
            "refund": _("退还剩余服务期的费用（{number}）", number=row.number),
        }
        for key, days in _exit_days(data, leaving, installation.calendar):
            for choice, on in days.by_choice.items():
                done = done_on.get(key)
                yield LateDuty(
                    f"{EXIT}:{row.id}:{key}",
                    f"{EXIT}_{key}",
                    titles[key],
                    day_start(on + _DAY),
                    None if done is None else day_start(done),
                    reading=days.code,
                    choice=choice if days.code else "",
                    article=article_of(data.get("confidentiality" if key == "confidential" else "exit")),
                )


def _exit_days(data: Mapping[str, Any], leaving: Leaving, calendar: WorkCalendar) -> Iterator[tuple[str, Days]]:
    clause, events, noticed_on = data.get("exit") or {}, leaving.events, leaving.noticed_on
    yield "migration", migration_days(clause, noticed_on, calendar)
    cut_over = cut_over_days(clause, events, leaving.end_on, calendar)
    yield "cut_over", cut_over
    yield "confidential", confidential_days(data.get("confidentiality") or {}, events, calendar)
    yield "erasure", erasure_days(clause, noticed_on, calendar, cut_over.settle(leaving.readings))
    if leaving.refund_fen is not None and leaving.refund_fen > 0:
        yield "refund", refund_days(clause, noticed_on, leaving.left_on, calendar)
