"""The evidence of a contract as a file that anybody can check: one record a line, each with its hash."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

from yunqi.kernel.errors import Problem
from yunqi.store.database import Database
from yunqi.store.records import (
    ENCODING_ERRORS,
    render_header,
    render_line,
    render_result,
    render_root,
    render_sealed,
    render_unsealed,
    render_verdict_day,
    sm3_of_text,
)
from yunqi.store.types import canonical_json

_PAGE = 2000

_HEADER = text(
    "SELECT c.id, c.number, d.sm3, c.title FROM contract c JOIN document d ON d.id = c.document_id "
    "WHERE c.id = :contract"
)
_KEYS = text(
    "SELECT key_id, public_key FROM signing_key WHERE key_id IN "
    "(SELECT key_id FROM day_root WHERE contract_id = :contract) ORDER BY key_id"
)
_SEALED = text(
    "SELECT f.id, f.kind, f.subject, f.at, f.payload, f.origin, f.sample, f.key, f.recorded_at, "
    "c.position, c.previous, c.sealed_at, c.sm3, f.contract_id FROM chain c LEFT JOIN fact f ON f.no = c.fact_no "
    "WHERE c.contract_id = :contract ORDER BY c.position"
)
_UNSEALED = text(
    "SELECT f.id, f.kind, f.subject, f.at, f.payload, f.origin, f.sample, f.key, f.recorded_at "
    "FROM fact_pending p JOIN fact f ON f.no = p.fact_no WHERE p.contract_id = :contract ORDER BY p.fact_no"
)
_ROOTS = text(
    "SELECT day, first_position, last_position, chain_sm3, verdict_count, verdicts_sm3, previous, key_id, closed_at, "
    "sm3, signature FROM day_root WHERE contract_id = :contract ORDER BY day"
)
_DAYS = text(
    "SELECT day, object, probe, origin, spans, probes, raw_sm3, sample, sealed_on, closed_at, sm3 FROM verdict_day "
    "WHERE contract_id = :contract"
)
_RESULTS = text(
    "SELECT at, until_at, verdict, detail, sample, recorded_at, object, probe, origin FROM probe_result "
    "WHERE contract_id = :contract ORDER BY object, probe, origin, at"
)


def export_evidence(
    database: Database,
    contract_id: str,
    path: Path,
    *,
    with_results: bool = True,
    on_line: Callable[[int], None] | None = None,
) -> int:
    """Writes the evidence of a contract to a file, whole or not at all; returns the number of lines.

    Without the raw results the file is small; the verdict days then stand on their hashes alone. `on_line` is told
    after each line how many there are.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    count = 0
    try:
        with database.read() as connection, part.open("wb") as file:
            lines = render_evidence(connection, contract_id, with_results=with_results)
            for line in lines if on_line is None else count_lines(lines, on_line):
                file.write(line.encode(errors=ENCODING_ERRORS) + b"\n")
                count += 1
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return count


def count_lines(lines: Iterable[str], on_line: Callable[[int], None]) -> Iterator[str]:
    """The same lines; after each it is said how many there were."""
    for count, line in enumerate(lines, 1):
        yield line
        on_line(count)


def render_evidence(connection: Connection, contract_id: str, *, with_results: bool = True) -> Iterator[str]:
    """The lines of an evidence file, without newlines, the last of which holds the hash of all before it."""
    digest = hashlib.new("sm3")
    count = 0
    for line in render_records(connection, contract_id, with_results=with_results):
        digest.update(line.encode(errors=ENCODING_ERRORS) + b"\n")
        count += 1
        yield line
    data = canonical_json({"lines": count, "lines_sm3": digest.hexdigest()})
    yield render_line("end", data, sm3_of_text(data))


def render_records(connection: Connection, contract_id: str, *, with_results: bool = True) -> Iterator[str]:
    """The lines of an evidence file but its last."""
    given = {"contract": contract_id}
    header = connection.execute(_HEADER, given).first()
    if header is None:
        raise Problem(
            "contract.unknown", "没有合同「{value}」", field="contract", value=contract_id, way_out="请核对合同编号"
        )
    yield _hashed("bundle", render_header(header[0], header[1], header[2], header[3]))
    for key_id, public_key in connection.execute(_KEYS, given):
        yield _hashed("key", canonical_json({"key_id": key_id, "public_key": public_key}))
    if with_results:
        for row in _stream(connection, _RESULTS, given):
            yield _hashed("result", render_result(row[:6], (contract_id, row[6], row[7], row[8])))
    yield from _render_sealed_days(connection, contract_id)
    for row in _stream(connection, _UNSEALED, given):
        yield _hashed("unsealed", render_unsealed(tuple(row), contract_id))


def _render_sealed_days(connection: Connection, contract_id: str) -> Iterator[str]:
    """Each day's facts and verdict days, then the root that closes them; then what no root closes yet."""
    given = {"contract": contract_id}
    days: dict[str, list[Any]] = {}
    for row in sorted(connection.execute(_DAYS, given), key=lambda row: (row[8], row[0], row[1], row[2], row[3])):
        days.setdefault(row[8], []).append(row)
    roots = list(connection.execute(_ROOTS, given))
    at = 0
    for row in _stream(connection, _SEALED, given):
        while at < len(roots) and row[9] > roots[at][2]:
            yield from _render_close(roots[at], days.pop(roots[at][0], []), contract_id)
            at += 1
        # A link whose fact is gone, or is another contract's, is written as it is found: the reader names it.
        fact = row[:9] if row[0] is not None else ("",) * 9
        sealed = render_sealed(fact, row[13] or contract_id, row[9], row[10], row[11])
        yield render_line("fact", sealed, row[12])
    for root in roots[at:]:
        yield from _render_close(root, days.pop(root[0], []), contract_id)
    for left in days.values():
        for row in left:
            yield render_line("verdict", render_verdict_day(row[:10], contract_id), row[10])


def _render_close(root: Any, days: list[Any], contract_id: str) -> Iterator[str]:
    for row in days:
        yield render_line("verdict", render_verdict_day(row[:10], contract_id), row[10])
    yield render_line("root", render_root(root[:9], contract_id), root[9], root[10])


def _hashed(kind: str, data: str) -> str:
    return render_line(kind, data, sm3_of_text(data))


def _stream(connection: Connection, query: Any, given: dict[str, str]) -> Iterator[Any]:
    yield from connection.execute(query, given, execution_options={"yield_per": _PAGE})
