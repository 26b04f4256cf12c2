"""Checking the evidence where it is kept, or in a file of any kind."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path

from sqlalchemy import Connection, select, text
from sqlalchemy.exc import DatabaseError

from yunqi.kernel.errors import Problem
from yunqi.kernel.words import _
from yunqi.store.checks import sm3_hex
from yunqi.store.contracts import list_signatures, require_contract
from yunqi.store.database import Database, open_database
from yunqi.store.export import count_lines, render_records
from yunqi.store.records import ENCODING_ERRORS
from yunqi.store.tables import contract, document
from yunqi.store.verify import Finding, VerifyReport, verify_file, verify_lines

_SQLITE_MAGIC = b"SQLite format 3\0"
_UNCHAINED = text(
    "SELECT f.id FROM fact f LEFT JOIN chain c ON c.fact_no = f.no LEFT JOIN fact_pending p ON p.fact_no = f.no "
    "WHERE f.contract_id = :contract AND c.fact_no IS NULL AND p.fact_no IS NULL ORDER BY f.no"
)
_TWICE = text(
    "SELECT f.id FROM fact_pending p JOIN chain c ON c.fact_no = p.fact_no JOIN fact f ON f.no = p.fact_no "
    "WHERE p.contract_id = :contract ORDER BY f.no"
)


def verify_evidence(
    source: Path | Database,
    contract_id: str | None = None,
    *,
    expected_roots: Mapping[str, str] | None = None,
    trusted_keys: frozenset[str] | None = None,
) -> tuple[VerifyReport, ...]:
    """Checks an exported file, a SQLite file or an open database; one report a contract.

    Raises `Problem` evidence.unreadable for a file that can't be opened.
    """
    if isinstance(source, Path):
        try:
            with source.open("rb") as file:
                magic = file.read(len(_SQLITE_MAGIC))
        except OSError as error:
            raise Problem(
                "evidence.unreadable",
                "无法打开文件 {path}：{reason}",
                field="file",
                path=source,
                reason=error.strerror,
                way_out="请核对路径与权限",
            ) from error
        if magic != _SQLITE_MAGIC:
            return (verify_file(source, expected_roots=expected_roots, trusted_keys=trusted_keys),)
        opened = open_database(f"sqlite:///{source}")
        try:
            return verify_evidence(opened, contract_id, expected_roots=expected_roots, trusted_keys=trusted_keys)
        finally:
            opened.close()
    if contract_id is None:
        with source.read() as connection:
            ids = list(connection.scalars(select(contract.c.id).order_by(contract.c.id)))
    else:
        ids = [contract_id]
    return tuple(verify_database(source, one, expected_roots=expected_roots, trusted_keys=trusted_keys) for one in ids)


def verify_database(
    database: Database,
    contract_id: str,
    *,
    expected_roots: Mapping[str, str] | None = None,
    trusted_keys: frozenset[str] | None = None,
    on_line: Callable[[int], None] | None = None,
) -> VerifyReport:
    """Checks all evidence of a contract in the database, its document and the signed contract data included.

    `on_line` is told after each record how many were checked.
    """
    try:
        report = _verify(database, contract_id, expected_roots, trusted_keys, tolerant=False, on_line=on_line)
        if database.is_sqlite:
            _check_file(database, report)
        return report  # noqa: TRY300 - the whole is tried
    except DatabaseError as error:
        if not database.is_sqlite:
            raise
        if "decode" not in str(error.orig):
            return _damaged(contract_id, str(error.orig))
    try:  # a text that is no UTF-8 any more: read every text as bytes that may be anything
        return _verify(database, contract_id, expected_roots, trusted_keys, tolerant=True)
    except DatabaseError as error:
        return _damaged(contract_id, str(error.orig))


def _verify(
    database: Database,
    contract_id: str,
    expected_roots: Mapping[str, str] | None,
    trusted_keys: frozenset[str] | None,
    *,
    tolerant: bool,
    on_line: Callable[[int], None] | None = None,
) -> VerifyReport:
    with database.read() as connection:
        raw = connection.connection.dbapi_connection
        if tolerant and isinstance(raw, sqlite3.Connection):
            raw.text_factory = lambda given: given.decode("utf-8", ENCODING_ERRORS)
        try:
            records = render_records(connection, contract_id)
            told = records if on_line is None else count_lines(records, on_line)
            lines = (line.encode(errors=ENCODING_ERRORS) + b"\n" for line in told)
            report = verify_lines(lines, expected_roots=expected_roots, trusted_keys=trusted_keys, whole=False)
            _check_around(connection, contract_id, report)
        finally:
            if tolerant and isinstance(raw, sqlite3.Connection):
                raw.text_factory = str
    return report


def _check_file(database: Database, report: VerifyReport) -> None:
    """SQLite's own check of its file: an index that no longer agrees with its table hides records from queries."""
    with database.read() as connection:
        for (said,) in connection.exec_driver_sql("PRAGMA integrity_check(20)"):
            if said != "ok":
                report.findings.append(Finding("database.damaged", _("数据库文件"), report.contract, detail=said))


def _check_around(connection: Connection, contract_id: str, report: VerifyReport) -> None:
    """What an exported file can't hold: facts outside the chain, the document's bytes, the signed data."""
    for code, query in (("fact.unchained", _UNCHAINED), ("fact.twice", _TWICE)):
        for (fact,) in connection.execute(query, {"contract": contract_id}):
            report.findings.append(Finding(code, _("事实 {fact}", fact=fact), contract_id, fact=fact))
    original = select(document.c.sm3, document.c.content, document.c.file_name).join(
        contract, contract.c.document_id == document.c.id
    )
    sm3, content, file_name = connection.execute(original.where(contract.c.id == contract_id)).one()
    if sm3_hex(content) != sm3:
        report.findings.append(Finding("document.changed", _("合同原文 {name}", name=file_name), contract_id))
    found = require_contract(connection, contract_id)
    for signature in list_signatures(connection, contract_id):
        if signature.data_sm3 != found.data_sm3:
            name = _("合同数据（由 {person} 签署）", person=signature.person_id)
            report.findings.append(Finding("contract.changed", name, contract_id))


def _damaged(contract_id: str, reason: str) -> VerifyReport:
    return VerifyReport(
        contract_id, findings=[Finding("database.damaged", _("数据库文件"), contract_id, detail=reason)]
    )
