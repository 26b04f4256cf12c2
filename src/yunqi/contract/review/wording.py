"""The review of wording: outdated citations, slips, foreign text, duties said twice, clauses that lack."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from yunqi.contract.clauses.base import Finding, source_of
from yunqi.contract.model import Contract
from yunqi.contract.outline import Outline
from yunqi.contract.review.codes import find_by
from yunqi.contract.review.passages import Passage, list_passages

Check = Callable[[Contract, Outline], Iterator[Finding]]

_CLASSICAL = re.compile(r"[之乎者也矣焉哉曰吾汝尔]")
_FOREIGN_STAMP = re.compile(
    r"[一二三四五六七八九十]年级|班级|学号|考试|试卷|答题|作文|警察法|古文|译文|选择题|阅读下[文列]|中学|小学"
)
_LONG = 16
_NOTICE = (
    r"送达|通知(?:应|须|均|以)[^。]{0,12}书面|书面形式[^。]{0,8}通知|通知(?:条款|方式|地址)|联系(?:人|方式)|电子邮箱"
)
_DUTIES = {"培训": r"培训", "应急演练": r"演练", "漏洞扫描": r"漏洞扫描|漏扫", "渗透测试": r"渗透测试", "巡检": r"巡检"}
_TIMES = re.compile(r"(?:不少于|至少|不低于|开展|进行|组织|提供)?(?P<count>[一二两三四五六七八九十\d]{1,3})次")


@cache
def _load(name: str) -> list[dict[str, Any]]:
    loaded: list[dict[str, Any]] = yaml.safe_load((files(__package__) / name).read_text("utf-8"))
    return loaded


def check_citations(contract: Contract, outline: Outline) -> Iterator[Finding]:
    """Rules of law and standards that were replaced, with the one that holds; numbers that are wrong."""
    passages = list_passages(outline)
    for entry in _load("citations.yaml"):
        hits = [passage for passage in passages if re.search(entry["find"], passage.text)]
        if hits:
            yield find_by(
                "law.superseded",
                [passage.source for passage in hits[:4]],
                old=entry["old"],
                new=entry["new"],
                since=entry["since"],
            )
    for entry in _load("document_numbers.yaml"):
        hits = [passage for passage in passages if re.search(entry["find"], passage.text)]
        if hits and any(entry["near"] in passage.text for passage in passages):
            words = re.search(entry["find"], hits[0].text)
            yield find_by(
                "law.number",
                [passage.source for passage in hits],
                old=words[0] if words is not None else "",
                new=entry["new"],
            )


def check_slips(contract: Contract, outline: Outline) -> Iterator[Finding]:
    """Slips of the pen or of a scan, and text that belongs to no contract."""
    passages = list_passages(outline)
    for entry in _load("slips.yaml"):
        hits = [passage for passage in passages if re.search(entry["find"], passage.text)]
        if hits:
            words = re.search(entry["find"], hits[0].text)
            yield find_by(
                "text.typo",
                [passage.source for passage in hits[:4]],
                word=words[0] if words is not None else "",
                right=entry["right"],
            )
    foreign = [passage for passage in passages if passage.source.cell is None and _is_foreign(passage.text)]
    if foreign:
        yield find_by(
            "text.foreign",
            [passage.source for passage in foreign[:6]],
            count=len(foreign),
            word=foreign[0].text[:24],
        )


def _is_foreign(text: str) -> bool:
    """Whether a sentence is schoolwork or classical prose: no word of a contract, and many particles of old Chinese."""
    if re.search(r"合同|协议|甲方|乙方|服务|系统|平台|数据|设备|费用|信息|项目|人员|安全|附件|工作|日期|签", text):
        return False
    particles = len(_CLASSICAL.findall(text))
    return _FOREIGN_STAMP.search(text) is not None or (len(text) >= _LONG and particles * 8 >= len(text))


def check_repeated_duties(contract: Contract, outline: Outline) -> Iterator[Finding]:
    """A duty with a number of times that stands in two articles."""
    found: dict[str, list[tuple[str, Passage]]] = {}
    for passage in list_passages(outline):
        if passage.part or passage.source.cell or not re.search("乙方|服务商|云平台|供应商|中标人", passage.text):
            continue
        for duty, pattern in _DUTIES.items():
            where = re.search(pattern, passage.text)
            times = _TIMES.search(passage.text)
            if where is not None and times is not None and abs(times.start() - where.start()) < 2 * _LONG:
                found.setdefault(duty, []).append((times[0], passage))
    for duty, hits in found.items():
        if len({passage.source.article for __, passage in hits}) > 1:
            yield find_by(
                "duty.repeated",
                [passage.source for __, passage in hits],
                words="、".join(f"{passage.source.article} {duty}{words}" for words, passage in hits),
                count=re.sub(r"^.*?([一二两三四五六七八九十\d]{1,3})次$", r"\1", hits[0][0]),
            )


def check_numbering(contract: Contract, outline: Outline) -> Iterator[Finding]:
    """Articles whose number stands twice."""
    headings = [clause for clause in outline.clauses if clause.is_heading and not clause.part]
    counts = Counter(clause.article for clause in headings)
    # A bare decimal may be an item of another article: only what is marked as an article counts.
    repeated = [article for article, times in counts.items() if times > 1 and not article.isdigit()]
    for article in repeated:
        yield find_by(
            "number.repeated",
            [source_of(clause) for clause in headings if clause.article == article],
            article=article,
        )


def check_clauses(contract: Contract, outline: Outline) -> Iterator[Finding]:
    """Clauses that every contract needs: change, notice, termination, disputes; and court or arbitration, not both."""
    whole = "\n".join(passage.text for passage in list_passages(outline) if not passage.part)
    anchor = [contract.parties.source]
    for code, pattern in (
        ("clause.amendment_missing", r"补充(?:协议|合同)|(?:合同|协议)(?:内容)?(?:的)?(?:变更|修改)"),
        ("clause.notice_missing", _NOTICE),
        ("clause.termination_missing", r"(?:解除|终止)(?:本)?(?:合同|协议)|(?:合同|协议)(?:的)?(?:解除|终止)"),
        ("clause.disputes_missing", r"仲裁|人民法院|诉讼"),
    ):  # fmt: skip
        if not re.search(pattern, whole):
            yield find_by(code, anchor)
    disputes = [
        passage
        for passage in list_passages(outline)
        if not passage.part and re.search(r"仲裁委员会|提交仲裁|申请仲裁|人民法院", passage.text)
    ]
    text = "".join(passage.text for passage in disputes)
    chosen = r"第(?:[(]?[一二1-9][)]?)(?:种|项)?(?:方式|项)|按(?:下列|以下|照)?第|选择[^。]{0,6}[(]?[一二12]"
    both = re.search(r"仲裁", text) and re.search(r"人民法院[^。]{0,6}(?:起诉|诉讼|提起)|向[^。]{0,20}人民法院", text)
    if both and not re.search(chosen, whole) and not re.search(r"不服仲裁|撤销|仲裁(?:裁决)?[^。]{0,10}执行", text):
        yield find_by("dispute.both", [passage.source for passage in disputes])


WORDING_CHECKS: tuple[Check, ...] = (
    check_citations,
    check_slips,
    check_repeated_duties,
    check_numbering,
    check_clauses,
)
