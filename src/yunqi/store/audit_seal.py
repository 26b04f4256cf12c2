"""Sealing the audit trail: its rows are chained with SM3, so that one changed, removed or put in later is found.

Rows commit in no order that their numbers tell, so the chain has positions of its own. Whoever can rewrite the whole
database can rewrite the chain too: the head must be noted elsewhere, and is then checked against.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, select, text

from yunqi.kernel.clock import render_instant
from yunqi.kernel.words import _
from yunqi.store.checks import sm3_hex
from yunqi.store.database import Database
from yunqi.store.tables import audit, audit_seal
from yunqi.store.types import canonical_json

BATCH = 2000
GENESIS = sm3_hex(b"yunqi audit 1")
_LOOK_BACK = 10_000
"""A row whose transaction ended late has a lower number than rows sealed before it; further back none can be."""
_LATE = timedelta(hours=1)
_LOCK = 0x61756469
_FINDINGS = 100


@dataclass(frozen=True, slots=True)
class AuditFinding:
    """One row that is not as it was: `changed`, `removed`, `put_in`, or `unlinked` for a link of the chain itself."""

    code: str
    position: int | None
    audit_no: int | None
    sentence: str


@dataclass(slots=True)
class AuditReport:
    """What was checked. `head` is the SM3 of the last link: noted elsewhere, it proves the trail up to `position`."""

    rows: int = 0
    position: int = 0
    head: str = GENESIS
    unsealed: int = 0
    findings: list[AuditFinding] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Whether nothing was found."""
        return not self.findings


def seal_audit(database: Database, now: datetime, *, whole: bool = False) -> int:
    """Chains the rows that wait; returns how many. `whole` looks for them from the first row on.

    One sealer at a time: a second one waits and finds nothing left.
    """
    sealed = 0
    while True:
        with database.write() as connection:
            count = _seal_batch(connection, now, whole=whole)
        sealed += count
        if count < BATCH:
            return sealed


def verify_audit(connection: Connection, *, expected: tuple[int, str] | None = None) -> AuditReport:
    """Checks every row and link. `expected` is a position and its SM3 noted earlier; at most a hundred findings."""
    report = AuditReport()
    previous, place, sealed_before = GENESIS, 0, None
    for row in _read_chain(connection):
        place += 1
        number = row.audit_no
        if row.position != place:
            words = _("封存记录第 {first} 至 {last} 条缺失", first=place, last=row.position - 1)
            _find(report, "removed", place, None, words)
            place, previous = row.position, row.previous  # what follows is judged by itself
        if row.previous != previous:
            _find(report, "unlinked", place, number, _("第 {place} 条与前一条不相接", place=place))
        if row.no is None:
            _find(report, "removed", place, number, _("第 {place} 条（编号 {no}）已被删除", place=place, no=number))
        elif _link(row, place, row.previous, row.sealed_at) != row.sm3:
            _find(report, "changed", place, number, _("第 {place} 条（编号 {no}）已被更改", place=place, no=number))
        elif sealed_before is not None and row.at < sealed_before - _LATE:
            words = _("第 {place} 条（编号 {no}）的时间早于在它之前的封存", place=place, no=number)
            _find(report, "put_in", place, number, words)
        if expected is not None and expected[0] == place and expected[1] != row.sm3:
            _find(report, "changed", place, number, _("第 {place} 条的摘要与留存的不符", place=place))
        previous, sealed_before = row.sm3, row.sealed_at
        report.rows += 1
    report.position, report.head = place, previous
    if expected is not None and expected[0] > place:
        _find(report, "removed", None, None, _("留存的第 {place} 条已不存在", place=expected[0]))
    _look_at_tail(connection, report, sealed_before)
    return report


def _look_at_tail(connection: Connection, report: AuditReport, sealed_before: datetime | None) -> None:
    """Rows that wait for their seal; one far older than the last seal was put in."""
    waiting = select(audit.c.no, audit.c.at).outerjoin(audit_seal, audit_seal.c.audit_no == audit.c.no)
    for row in connection.execute(waiting.where(audit_seal.c.position.is_(None)).order_by(audit.c.no)):
        report.unsealed += 1
        if sealed_before is not None and row.at < sealed_before - _LATE:
            _find(report, "put_in", None, row.no, _("编号 {no} 的记录是事后插入的", no=row.no))


def _find(report: AuditReport, code: str, position: int | None, number: int | None, sentence: str) -> None:
    if len(report.findings) < _FINDINGS:
        report.findings.append(AuditFinding(code, position, number, sentence))


def _seal_batch(connection: Connection, now: datetime, *, whole: bool) -> int:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    columns = audit_seal.c
    last = connection.execute(select(columns.position, columns.sm3).order_by(columns.position.desc()).limit(1)).first()
    position, previous = (0, GENESIS) if last is None else (last.position, last.sm3)
    floor = 0
    if not whole:
        recent = select(columns.audit_no).where(columns.position > position - _LOOK_BACK).subquery()
        floor = connection.execute(select(func.min(recent.c.audit_no))).scalar() or 0
        floor = floor if position > _LOOK_BACK else 0
    waiting = (
        select(audit)
        .outerjoin(audit_seal, columns.audit_no == audit.c.no)
        .where(audit.c.no > floor, columns.position.is_(None))
        .order_by(audit.c.no)
        .limit(BATCH)
    )
    links: list[dict[str, Any]] = []
    for row in connection.execute(waiting).all():
        position += 1
        sm3 = _link(row, position, previous, now)
        link = {"position": position, "audit_no": row.no, "previous": previous, "sm3": sm3, "sealed_at": now}
        links.append(link)
        previous = sm3
    if links:
        connection.execute(audit_seal.insert(), links)
    return len(links)


def _link(row: Row[Any], position: int, previous: str, sealed_at: datetime) -> str:
    """The SM3 of a row in its place: every column, the link before it, and when it was sealed."""
    values = {
        column.name: render_instant(value) if isinstance(value := getattr(row, column.name), datetime) else value
        for column in audit.columns
    }
    return sm3_hex(
        canonical_json(
            {"row": values, "position": position, "previous": previous, "sealed_at": render_instant(sealed_at)}
        ).encode("utf-8", "surrogatepass")
    )


def _read_chain(connection: Connection) -> Iterator[Row[Any]]:
    """All links in order with the row that each seals, some thousand at a time."""
    after = 0
    while True:
        query = (
            select(audit_seal, *audit.columns)
            .outerjoin(audit, audit.c.no == audit_seal.c.audit_no)
            .where(audit_seal.c.position > after)
            .order_by(audit_seal.c.position)
            .limit(BATCH)
        )
        rows = connection.execute(query).all()
        yield from rows
        if len(rows) < BATCH:
            return
        after = rows[-1].position
