"""Which sentences and rows became data, and which did not: those are listed, so that nothing is lost in silence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from yunqi.contract.clauses.base import Source
from yunqi.contract.documents import Place, squeeze
from yunqi.contract.documents.rows import is_header
from yunqi.contract.model import Contract, Coverage, Unread
from yunqi.contract.outline import Outline

_PAGE_NUMBER = re.compile(
    r"^[-·.—_]*(?:第?\d{1,3}页?|第[一二三四五六七八九十]{1,4}页)(?:[,/(]?(?:共)?\d{1,3}页?\)?)?[-·.—_]*$"
)
_REFERENCE = re.compile(
    r"第[一二三四五六七八九十百\d.]+[条款项章节部]|附[件录表][一二三四五六七八九十\d]+"
    r"|《[^《》]*》|\([一二三四五六七八九十\d]+\)"
)
_FIGURE = re.compile(
    r"\d|百分之|千分之|万分之"
    r"|[一二两三四五六七八九十百]+个?(?:日|天|小时|分钟|次|份|倍|成|年|月|周|季度|元|万|工作日)"
)
_DUTY = re.compile(r"应[当该]?|须|不得|负责|承担|支付|赔偿|扣除|扣减|有权|保证|确保|提供|提交|不予")
_OWES = re.compile(r"甲方|乙方|使用单位|云服务商")
"""A row that names a party says what it owes, in however few words."""
_SUM = re.compile(r"^(?:合计|总计|小计|总价|总和)")
_HEADING_LENGTH = 20


def find_unread(outline: Outline, contract: Contract) -> tuple[list[Unread], Coverage]:
    """The sentences and rows that no datum has as its source, and how many there are of each.

    Headings and page numbers are neither, nor is a row that no datum has and that has no figure, no duty and no party.
    """
    read: dict[str, list[str]] = {}
    lines: set[tuple[int | None, str]] = set()
    for source in each_source(contract):
        read.setdefault(source.article.partition(" #")[0], []).append(squeeze(source.text))
        lines.add((source.page, squeeze(source.text)))
    unread: list[Unread] = []
    counts = Coverage()
    for article, text, words, place, is_row in _each(outline):
        bears = is_bearing(text)
        known = read.get(article, [])
        found = (place.page, text) in lines or any(
            text in other or other.rstrip("。;") in text for other in known if other
        )
        if is_row and not (bears or found or _OWES.search(text)):
            continue
        counts.sentences += 1
        counts.bearing += bears
        counts.read += bears and found
        if not found:
            counts.unread += bears
            line = place.line if place.page is None else None
            unread.append(Unread(article=article, text=words, line=line, page=place.page))
    return unread, counts


def is_bearing(text: str) -> bool:
    """Whether a sentence in comparable form has a figure or a duty; a number that only names a clause is no figure.

    >>> [is_bearing(text) for text in ("在30分钟内响应", "乙方应当保密", "见第三条", "本合同一式四份")]
    [True, True, False, True]
    """
    bare = _REFERENCE.sub("", text)
    return _FIGURE.search(bare) is not None or _DUTY.search(bare) is not None


def is_no_sentence(text: str) -> bool:
    """Whether a whole paragraph in comparable form is a heading or a page number.

    >>> [is_no_sentence(text) for text in ("第3页共20页", "服务内容和范围", "服务期满后验收。", "违约金5%")]
    [True, True, False, False]
    """
    if _PAGE_NUMBER.match(text):
        return True
    return len(text) <= _HEADING_LENGTH and not re.search(r"[。;:!?,]", text) and not is_bearing(text)


def _each(outline: Outline) -> Iterator[tuple[str, str, str, Place, bool]]:
    for clause in outline.clauses:
        if clause.is_heading or clause.text == clause.part_title or is_no_sentence(clause.text):
            continue
        for start, end in clause.plain.sentences():
            sentence = clause.text[start:end].rstrip("。;")
            if len(sentence) > 1:
                yield clause.article, sentence, clause.plain.words(start, end), clause.place, False
        for start, end in clause.plain.left_out:  # an option that was not ticked is no data
            words = clause.plain.raw[start:end].strip()
            yield clause.article, squeeze(words).rstrip("。;"), words, clause.place, False
    for placed in outline.tables:
        for row in placed.table.rows:
            words = " ".join(cell.strip() for cell in row.cells if cell.strip())
            text = squeeze(words)
            if len(text) > 1 and not is_header(row.cells) and not _SUM.match(text):
                yield placed.article, text, words, row.place, True


def each_source(value: Any) -> Iterator[Source]:
    """The sources in contract data, at any depth."""
    if isinstance(value, Source):
        yield value
    elif isinstance(value, BaseModel):
        for __, part in value:
            yield from each_source(part)
    elif isinstance(value, list):
        for part in value:
            yield from each_source(part)
    elif isinstance(value, dict):
        for part in value.values():
            yield from each_source(part)
