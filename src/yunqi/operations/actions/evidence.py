"""Evidence as actions: facts, signed days and verdicts listed; checked, handed out, taken in, sealed."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import fields
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

from yunqi.kernel.clock import render_local
from yunqi.kernel.errors import Problem
from yunqi.kernel.period import Month, date_of
from yunqi.kernel.rights import Target
from yunqi.kernel.words import _
from yunqi.metering import Availability
from yunqi.operations.actions import aims
from yunqi.operations.actions.base import Desk, action
from yunqi.operations.actions.made import keep_made, require_own_file, safe_name
from yunqi.operations.availability import Seen, read_seen, span_of
from yunqi.operations.evidence import export_evidence, seal, verify_bundle, verify_contract
from yunqi.operations.fact_words import fact_word
from yunqi.operations.subject_words import subject_words
from yunqi.store.contracts import Contract
from yunqi.store.evidence_lists import count_loose, count_records, fact_listing, list_public_keys, root_listing
from yunqi.store.files import load_content
from yunqi.store.listing import read_page
from yunqi.store.object_names import name_objects, name_people
from yunqi.store.parties import require_organisation
from yunqi.store.scopes import find_visible_contract
from yunqi.store.verdicts import OBSERVER
from yunqi.store.verify import Finding, VerifyReport
from yunqi.wire.base import Page
from yunqi.wire.contracts import OfContract
from yunqi.wire.evidence import (
    EvidenceFinding,
    ExportEvidence,
    FactRow,
    KeyRow,
    ListEvidence,
    ListRoots,
    ListVerdicts,
    MadeFile,
    RootList,
    RootRow,
    SealedEvidence,
    VerdictList,
    VerdictObject,
    VerdictSpanRow,
    VerifiedEvidence,
    VerifyEvidence,
)

_TELL_EVERY = 2000
FILE_LIMIT_BYTES = 512 * 2**20
_SPAN_LIMIT = timedelta(days=800)
_NDJSON = "application/x-ndjson"


@action(
    "evidence.list",
    "GET",
    "/contracts/{contract}/facts",
    "列出证据",
    request=ListEvidence,
    answer=Page[FactRow],
    aim=aims.contract,
)
def list_evidence(desk: Desk, request: ListEvidence) -> Page[FactRow]:
    """The facts of a contract, the last recorded first, each with its place in the chain."""
    found = aims.require_contract_of(desk, request.contract)
    listing = fact_listing(
        found.id,
        id_=request.id,
        kind=request.kind,
        subject=request.subject,
        origin=request.origin,
        from_at=request.from_at,
        until_at=request.until_at,
        sealed=request.sealed,
        sample=request.sample,
    )
    rows, following = read_page(
        desk.connection, listing, limit=request.limit, cursor=request.cursor, sort=request.sort, make=lambda row: row
    )
    names = name_objects(desk.connection, (row.subject for row in rows))
    people = name_people(desk.connection, (str(row.payload.get("person") or "") for row in rows))

    def view(row: Any) -> FactRow:
        return FactRow(
            id=row.id,
            kind=row.kind,
            kind_name=fact_word(row.kind),
            subject=row.subject,
            subject_name=subject_words(row.subject, names),
            at=row.at,
            recorded_at=row.recorded_at,
            origin=row.origin,
            sample=row.sample,
            person=people.get(str(row.payload.get("person") or ""), ""),
            payload=dict(row.payload),
            sealed=row.position is not None,
            position=row.position,
            sm3=row.sm3,
            sealed_at=row.sealed_at,
        )

    return Page[FactRow](items=tuple(view(row) for row in rows), next_cursor=following)


@action(
    "evidence.roots",
    "GET",
    "/contracts/{contract}/roots",
    "列出日根",
    request=ListRoots,
    answer=RootList,
    aim=aims.contract,
)
def list_roots(desk: Desk, request: ListRoots) -> RootList:
    """The signed days of a contract, with the public keys that check them."""
    found = aims.require_contract_of(desk, request.contract)

    def view(row: Any) -> RootRow:
        return RootRow(
            day=date.fromisoformat(row.day),
            first_position=row.first_position,
            last_position=row.last_position,
            fact_count=row.last_position - row.first_position + 1,
            verdict_count=row.verdict_count,
            previous=row.previous,
            sm3=row.sm3,
            signature=row.signature,
            key_id=row.key_id,
            closed_at=row.closed_at,
        )

    items, following = read_page(
        desk.connection,
        root_listing(found.id),
        limit=request.limit,
        cursor=request.cursor,
        sort=request.sort,
        make=view,
    )
    unsealed, unsigned = count_loose(desk.connection, found.id)
    keys = tuple(KeyRow(key_id=one, public_key=key) for one, key in list_public_keys(desk.connection, found.id))
    return RootList(items=items, next_cursor=following, unsealed=unsealed, unsigned=unsigned, keys=keys)


@action(
    "verdict.list",
    "GET",
    "/contracts/{contract}/verdicts",
    "查看可用性",
    request=ListVerdicts,
    answer=VerdictList,
    aim=aims.contract,
)
def list_verdicts(desk: Desk, request: ListVerdicts) -> VerdictList:
    """What was seen of a contract's objects, and their availability so far; raises `Problem` verdict.span."""
    found = aims.require_contract_of(desk, request.contract)
    span = span_of(request.from_at, request.until_at, Month.parse(date_of(desk.now).isoformat()[:7]).span, desk.now)
    if span is None or span.length > _SPAN_LIMIT:
        raise Problem(
            "verdict.span",
            "时段不可用：结束应晚于开始，且不超过 {days} 天",
            field="until_at",
            days=_SPAN_LIMIT.days,
            way_out="请核对两个时间",
        )
    seen = read_seen(desk.connection, found.id, span, object_=request.object)
    observers = {whose for one in seen for stream in one.streams if (whose := find_observer(stream))}
    names = name_objects(desk.connection, (one.object for one in seen))
    names |= {one: require_organisation(desk.connection, one).name for one in observers}
    return VerdictList(
        contract_id=found.id,
        from_at=span.start_at,
        until_at=span.end_at,
        items=tuple(seen_view(one, names, spans=request.object is not None) for one in seen),
    )


def find_observer(stream: str) -> str | None:
    """The id of the organisation whose own probes saw a stream; None where this installation's or a file's did."""
    _probe, _blank, origin = stream.partition(" ")
    return origin.removeprefix(OBSERVER) if origin.startswith(OBSERVER) else None


def stream_words(stream: str, names: dict[str, str]) -> str:
    """What a stream is called: its probe, and who saw it where that is not this installation by itself."""
    whose = find_observer(stream)
    if whose is None:
        return stream
    return _("{probe}（{name} 自行探测）", probe=stream.partition(" ")[0], name=names.get(whose, whose))


def seen_view(one: Seen, names: dict[str, str], *, spans: bool) -> VerdictObject:
    """One object as it was seen, with its spans if they are asked for."""
    measured: Availability = one.availability

    def text(share: Fraction | None) -> str | None:
        return None if share is None else str(share)

    second = timedelta(seconds=1)
    return VerdictObject(
        object=one.object,
        object_name=subject_words(one.object, names),
        streams=tuple(stream_words(stream, names) for stream in one.streams),
        up_s=measured.up // second,
        down_s=measured.down // second,
        unknown_s=measured.unknown // second,
        excluded_s=measured.excluded // second,
        outages=one.outages,
        share=text(measured.share),
        low=text(measured.low),
        high=text(measured.high),
        sample=measured.sample,
        sealed=one.sealed,
        spans=tuple(
            VerdictSpanRow(
                start_at=each.span.start_at,
                end_at=each.span.end_at,
                verdict=each.verdict.value,
                sample=each.sample,
                exclusion=each.exclusion,
            )
            for each in (one.spans if spans else ())
        ),
    )


def _aim_with_file(desk: Desk, request: VerifyEvidence) -> Target:
    """A contract; a file that is named must be of the caller's own organisation."""
    if request.file is not None:
        require_own_file(desk, request.file)
    return aims.contract(desk, request)


def visible_contract(desk: Desk, reference: str) -> Contract:
    """The contract of a reference, where the caller may see it; raises `Problem` contract.unknown."""
    with desk.site.database.read() as connection:
        return find_visible_contract(connection, reference, desk.caller)


def tell_records(desk: Desk, found: Contract, note: str) -> Callable[[int], None]:
    """Says now and then how far a run is that goes through the evidence of a contract."""
    with desk.site.database.read() as connection:
        total = count_records(connection, found.id)

    def tell(done: int) -> None:
        if desk.progress is not None and done % _TELL_EVERY == 0:
            desk.progress(note, min(done, total), total)

    tell(0)
    return tell


@action(
    "evidence.verify",
    "POST",
    "/contracts/{contract}/verifications",
    "核验证据",
    request=VerifyEvidence,
    answer=VerifiedEvidence,
    aim=_aim_with_file,
    kind="run",
)
def verify(desk: Desk, request: VerifyEvidence) -> VerifiedEvidence:
    """Checks every hash, link and signature of a contract's evidence; what is wrong is in the answer, not an error."""
    found = visible_contract(desk, request.contract)
    if request.file is None:
        report = verify_contract(desk.site, found.id, on_line=tell_records(desk, found, _("正在核验证据")))
    else:
        with desk.site.database.read() as connection:
            content = load_content(connection, request.file)
        with tempfile.TemporaryDirectory(prefix="yunqi-") as folder:
            path = Path(folder) / "evidence.jsonl"
            path.write_bytes(content)
            report = verify_bundle(path)
    return _verified(report, found, foreign=request.file is not None)


def _verified(report: VerifyReport, found: Contract, *, foreign: bool) -> VerifiedEvidence:
    names = [field.name for field in fields(Finding) if field.name != "contract"]
    findings = [EvidenceFinding(**{name: getattr(one, name) for name in names}) for one in report.findings]
    if foreign and report.contract != found.id:
        other = _("文件属于另一份合同")
        findings.append(
            EvidenceFinding(
                code="header.contract", record=other, position=None, fact=None, day=None, line=1, detail=report.contract
            )
        )
    return VerifiedEvidence(
        passed=not findings,
        contract_id=found.id,
        facts=report.facts,
        verdict_days=report.verdict_days,
        results=report.results,
        roots=report.roots,
        unsealed=report.unsealed,
        unsigned=report.unsigned,
        key_ids=report.key_ids,
        last_root_sm3=report.last_root_sm3,
        findings=tuple(findings),
    )


@action(
    "evidence.export",
    "POST",
    "/contracts/{contract}/evidence-files",
    "导出证据",
    request=ExportEvidence,
    answer=MadeFile,
    aim=aims.contract,
    kind="run",
)
def export(desk: Desk, request: ExportEvidence) -> MadeFile:
    """Writes the evidence of a contract into a file that anybody can check; raises `Problem` evidence.too_large."""
    found = visible_contract(desk, request.contract)
    number = safe_name(found.number or found.id)
    name = f"{_('证据')}-{number}-{render_local(desk.now)[:10]}.jsonl"
    with tempfile.TemporaryDirectory(prefix="yunqi-") as folder:
        path = Path(folder) / "evidence.jsonl"
        tell = tell_records(desk, found, _("正在导出证据"))
        export_evidence(desk.site, found.id, path, with_results=request.results, on_line=tell)
        if path.stat().st_size > FILE_LIMIT_BYTES:
            raise Problem(
                "evidence.too_much",
                "证据文件超过 {limit} MB，不能经网页下载",
                field="results",
                limit=FILE_LIMIT_BYTES // 2**20,
                way_out="请不带原始探测结果导出，或在安装所在的机器上执行 yunqi evidence export",
            )
        content = path.read_bytes()
    return keep_made(desk, name=name, media_type=_NDJSON, content=content, contract_id=found.id)


@action(
    "evidence.seal",
    "POST",
    "/contracts/{contract}/seals",
    "封存证据",
    request=OfContract,
    answer=SealedEvidence,
    aim=aims.contract,
    status=200,
)
def seal_facts(desk: Desk, request: OfContract) -> SealedEvidence:
    """Chains the facts of a contract that wait."""
    found = aims.require_contract_of(desk, request.contract)
    sealed, waiting = seal(desk.site, found.id)
    return SealedEvidence(id=found.id, sealed=sealed, waiting=waiting)
