"""Contract text -> contract data: refuses what is no contract, runs every clause kind, then the review."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from yunqi.contract.clauses.base import Extraction, Finding, Uncertain
from yunqi.contract.clauses.registry import load_extractors
from yunqi.contract.coverage import find_unread
from yunqi.contract.documents import Document, Progress, Table, read_document
from yunqi.contract.model import Contract, File
from yunqi.contract.outline import Outline, plan_outline
from yunqi.contract.several import refuse_several
from yunqi.kernel.errors import Problem

_SIGNS = (
    r"甲\s*方",
    r"乙\s*方",
    r"合同|协议",
    r"服务",
    r"第[一二三四五六七八九十百\d]+[条章]|^[(（]?[一二三四五六七八九十]+[)）、]|^\d{1,2}[.．、]",
    r"支付|价款|费用|金额",
    r"违约|验收|保密|期限",
)
_NEEDED = 6


def read_contract(source: Path | bytes, file_name: str | None = None, progress: Progress | None = None) -> Contract:
    """The contract in a file or in bytes.

    Raises `Problem` for a file that can't be read or is no contract; what is unknown is null, and what is unsure or
    contradicts itself is null and stands in `uncertain`. `progress` hears of every page of a scan.
    """
    return extract_contract(read_document(source, file_name, progress))


def extract_contract(document: Document) -> Contract:
    """The contract in a document that was read.

    What a machine recognised without being sure is null and stands in `uncertain`, where it makes any difference.
    """
    from yunqi.contract.review import review

    require_contract(document)
    refuse_several(document)
    found: dict[str, list[Any]] = {}
    if document.recognised:
        from yunqi.contract.doubts import apply_open_values, find_open_values

        document, found = find_open_values(document, _extract)
    contract, outline = _extract(document)
    contract.findings = [*contract.findings, *review(contract, outline)]
    if found:
        apply_open_values(contract, found)
    contract.unread, contract.coverage = find_unread(outline, contract)
    return contract


def _extract(document: Document) -> tuple[Contract, Outline]:
    """What the extractors read, without the review."""
    outline = plan_outline(document)
    values: dict[str, Any] = {}
    uncertain: list[Uncertain] = []
    findings: list[Finding] = []
    for __, extractor in load_extractors():
        extraction: Extraction = extractor.extract(outline, values)
        values.update(extraction.values)
        uncertain.extend(extraction.uncertain)
        findings.extend(extraction.findings)
    contract = Contract.model_construct(
        file=File(name=document.file_name, sm3=document.sm3, size_bytes=document.size_bytes),
        **_nest(values),
        uncertain=uncertain,
        findings=findings,
    )
    return contract, outline


def review_again(contract: Contract, document: Document) -> list[Finding]:
    """The findings on contract data that a person changed since it was read from the document."""
    from yunqi.contract.review import review

    outline = plan_outline(document)
    values: dict[str, Any] = {}
    findings: list[Finding] = []
    for __, extractor in load_extractors():
        extraction = extractor.extract(outline, values)
        values.update(extraction.values)
        findings.extend(extraction.findings)
    return [*findings, *review(contract, outline)]


def require_contract(document: Document) -> None:
    """Raises `Problem` contract.not_a_contract for a document without the marks of a contract."""
    texts: list[str] = []
    for block in document.blocks:
        if isinstance(block, Table):
            texts.extend(cell for row in block.rows for cell in row.cells)
        else:
            texts.append(block.text)
    whole = "\n".join(texts)
    chinese, latin = len(re.findall("[一-龥]", whole)), len(re.findall("[A-Za-z]", whole))
    found = [sign for sign in _SIGNS if re.search(sign, whole, re.MULTILINE)]
    if chinese < latin or len(found) < _NEEDED or not all(sign in found for sign in _SIGNS[:3]):
        raise Problem(
            "contract.not_a_contract",
            "文件「{value}」不像一份合同：没有找到甲方、乙方和合同条款",
            field="file",
            value=document.file_name,
            way_out="请选择甲乙双方签订的合同正文（含价目表和附件）",
        )


def _nest(values: dict[str, Any]) -> dict[str, Any]:
    from yunqi.contract.model import Penalties

    flat = {key: value for key, value in values.items() if "." not in key}
    penalties = {key.split(".", 1)[1]: value for key, value in values.items() if key.startswith("penalties.")}
    return {**flat, "penalties": Penalties.model_construct(**penalties)}
