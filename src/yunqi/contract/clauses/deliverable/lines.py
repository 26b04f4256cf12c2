"""Reads a list of documents to hand in whose table lost its columns: one line, one document."""

from __future__ import annotations

import re
from collections.abc import Iterator

from yunqi.contract.clauses.base import source_of
from yunqi.contract.clauses.deliverable.schema import Deliverable, make_deliverable
from yunqi.contract.outline import Clause, Outline

_BEGINS = re.compile(r"(?:验收材料|交付物|交付成果|输出成果|成果文件)清单(?:如下|见下表)[:;。]?$")
_HEADER = re.compile(r"^(?:序号)?(?:项目|服务)?阶段(?:输出成果|交付成果|交付物|成果名称)(?:备注|说明)?$")
_PHASE = re.compile(r"[一-龥]{2,6}阶段(?![性的])")
_NOTE = re.compile(r"(?:按实际|按需求|按需|视情况)(?:提交|提供)?$")
_IS_DOCUMENT = re.compile(r"报告|月报|周报|日报|季报|年报|方案|计划|记录|总结|手册|清单|台账|通知")


def read_lines(document: Outline, *, before_acceptance: bool) -> list[Deliverable]:
    """The documents of the first list, in its order; none where no such list is announced."""
    found: list[Deliverable] = []
    phase = ""
    for clause in _lines(document):
        text = clause.text
        if _HEADER.match(text):
            continue
        start = 0
        for match in [*_PHASE.finditer(text), None]:
            words = text[start : match.start() if match else len(text)]
            if words:
                if not _IS_DOCUMENT.search(words):
                    return found
                note = _NOTE.search(words)
                name = words[: note.start()] if note else words
                begin = text.index(name, start)
                source = source_of(clause, begin, begin + len(words))
                said = note[0] if note else ""
                found.append(make_deliverable(name, phase, said, source, before_acceptance=before_acceptance))
            if match is not None:
                phase, start = match[0], match.end()
    return found


def _lines(document: Outline) -> Iterator[Clause]:
    article = None
    for clause in document.body():
        if article is None:
            article = clause.article if _BEGINS.search(clause.text) else None
        elif clause.article == article:
            yield clause
        else:
            return
