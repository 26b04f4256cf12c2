"""The review of terms that are no money: parties, dates, systems, acceptance, confidentiality, the end."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from fractions import Fraction

from yunqi.contract.clauses.base import Duration, Finding, Source, Worth
from yunqi.contract.documents import squeeze
from yunqi.contract.model import Contract
from yunqi.contract.numbers import DATE, DURATION, read_date
from yunqi.contract.outline import Outline
from yunqi.contract.review.codes import find_by
from yunqi.contract.review.passages import Passage, list_passages
from yunqi.kernel.period import add_months, months_end, whole_months
from yunqi.kernel.words import _

Check = Callable[[Contract, Outline], Iterator[Finding]]

_DAYS_A_MONTH = 30
_TAIL = re.compile(
    r"(?:服务期|合同)(?:届满|期满|满|到期|结束)(?:后|之后)[^。;]{0,30}(?:继续|延续|仍应?)(?:提供|承担)[^。;]{0,16}(?:服务|运维)"
    r"|\d{4}年\d{1,2}月\d{1,2}日起至[^。;]{0,50}(?:招标|采购)[^。;]{0,16}期间[^。;]{0,16}(?:运维|服务)"
    r"|(?:继续|延续)(?:提供|承担)[^。;]{0,20}(?:服务|运维)[^。;]{0,12}至[^。;]{0,30}(?:招标|采购)"
)


_FROM_TO = re.compile(rf"(?P<first>{DATE})起?(?:,)?(?:至|到|-)(?P<last>{DATE})")
_SILENCE = re.compile(
    r"(?:收到|提交)[^。;]{0,20}(?:文件|材料|申请|报告)[^。;]{0,6}后?\d+(?:个)?(?:工作)?日内"
    r"[^。;]{0,10}(?:没有|未)[^。;]{0,8}(?:答复|回复|异议|提出)"
)


def check_identity(contract: Contract, outline: Outline) -> Iterator[Finding]:
    """What every contract must state."""
    missing = [
        title
        for title, value in (
            ("甲方名称", contract.parties.using_unit),
            ("乙方名称", contract.parties.provider),
            ("合同编号", contract.number),
            ("签订日期", contract.signed_on),
            ("服务起止日期", contract.term.end_on),
            ("合同总金额", contract.total_fen),
        )
        if value is None
    ]
    if missing:
        yield find_by("identity.missing", [contract.parties.source], titles="、".join(missing))


def check_term(contract: Contract, outline: Outline) -> Iterator[Finding]:
    """The months agree with the dates; the contract was signed before the service began; exit notice is possible."""
    term = contract.term
    start, end = term.start_on, term.end_on
    for passage in list_passages(outline):
        match = _FROM_TO.search(passage.text)
        if match is None or passage.part or not re.search("服务|合同期|期限", passage.text):
            continue
        first, last = read_date(match["first"]), read_date(match["last"])
        if first is not None and last is not None and last < first:
            yield find_by("term.end_before_start", [passage.source], start=first, end=last)
            return
    if start is not None and end is not None and term.months is not None:
        expected = months_end(start, term.months)
        stated = term.source is not None and re.search(
            r"\d+个月|[一二两三四五六七八九十]{1,3}(?:个月|年)", squeeze(term.source.text)
        )
        if expected != end and stated:
            yield find_by(
                "term.months",
                [term.source],
                worth=Worth(
                    duration=Duration(count=abs((expected - end).days), unit="day"), words=_("两个终止日之差")
                ),
                months=term.months, start=start, expected=expected, end=end,
            )  # fmt: skip
    if contract.signed_on is not None and start is not None and contract.signed_on > start:
        yield find_by(
            "term.signed_late",
            [contract.signed_source, term.source],
            worth=Worth(
                duration=Duration(count=(contract.signed_on - start).days, unit="day"), words=_("签订之前的服务")
            ),
            signed=contract.signed_on,
            start=start,
        )
    if term.starts_from == "signature" and contract.signed_on is None and term.start_on is None:
        yield find_by("term.from_signature_undated", [term.source, contract.signed_source])
    begin = start or (contract.signed_on if term.starts_from == "signature" else None)
    if (
        begin is not None
        and end is not None
        and end > begin
        and term.months is None
        and not is_whole_months(begin, end)
    ):
        days = (end - begin).days + 1
        months = Fraction(days, _DAYS_A_MONTH)
        yield find_by(
            "term.months_not_whole",
            [term.source, contract.signed_source],
            worth=Worth(duration=Duration(count=days, unit="day"), words=_("服务期")),
            start=begin, end=end, days=days, floor=months.numerator // months.denominator,
            ceiling=-(-months.numerator // months.denominator), months=_tenths(months),
        )  # fmt: skip


def is_whole_months(begin: date, end: date) -> bool:
    """Whether a service from the first to the second day is of whole months."""
    return whole_months(begin, end) is not None


def _tenths(value: Fraction) -> str:
    tenths = (value * 10).numerator // (value * 10).denominator
    return f"{tenths // 10}.{tenths % 10}".removesuffix(".0")


def check_exit(contract: Contract, outline: Outline) -> Iterator[Finding]:
    """A notice period of half the term or more; a tail of service without price, level or end."""
    leaving, term = contract.exit, contract.term
    months = term.months or 0
    if (
        leaving is not None
        and leaving.notice is not None
        and leaving.notice.unit == "month"
        and term.end_on is not None
    ):
        latest = add_months(term.end_on, -leaving.notice.count)
        if months and leaving.notice.count * 2 >= months and leaving.source is not None:
            yield find_by(
                "exit.notice_half_term",
                [leaving.source, term.source],
                worth=Worth(duration=leaving.notice, words=_("服务期中不能再提出退出的部分")),
                count=leaving.notice.count,
                latest=latest,
            )
    passages = list_passages(outline)
    for passage in passages:
        if _TAIL.search(passage.text) is None:
            continue
        clause = "".join(each.text for each in passages if each.source.article == passage.source.article)
        lacks = [
            title
            for title, pattern in (
                ("价格", r"单价|元|费率|按(?:原|本)?合同(?:约定)?(?:的)?(?:价格|标准)|免费|无偿|价目表"),
                ("服务标准", r"服务水平|服务标准|按(?:原|本)?合同|适用本合同"),
                ("终止日", r"最长|不超过\d|至\d{4}年|\d+(?:个)?(?:月|日|天)(?:内|以内|为限)"),
            )
            if not re.search(pattern, clause)
        ]
        if lacks:
            yield find_by("tail.undefined", [passage.source, term.source], lacks="、".join(lacks))
            return


def check_systems(contract: Contract, outline: Outline) -> Iterator[Finding]:
    """Names that repeat."""
    names = Counter(squeeze(system.name) for system in contract.systems)
    repeated = [name for name, times in names.items() if times > 1]
    if repeated:
        yield find_by(
            "system.repeated",
            [system.source for system in contract.systems if squeeze(system.name) in repeated],
            names="、".join(repeated),
        )


def check_acceptance(contract: Contract, outline: Outline) -> Iterator[Finding]:
    """A deadline for the using unit, and one only."""
    acceptance = contract.acceptance
    if acceptance.source is not None and acceptance.deadline is None:
        last = contract.instalments[-1] if contract.instalments else None
        yield find_by(
            "acceptance.no_deadline",
            [acceptance.source, last.source if last is not None else None],
            worth=Worth(fen_high=last.amount_fen, words=_("付款日期不定的尾款"))
            if last is not None and last.amount_fen is not None
            else None,
        )
    for passages in _by_article(list_passages(outline)).values():
        text = "".join(passage.text for passage in passages)
        if "验收" not in text:
            continue
        ended = re.search(
            rf"(?:服务期|租赁服务期|合同期|服务)(?:满|结束|届满|到期)后?{DURATION}内[^。;]{{0,20}}验收", text
        )
        silent = _SILENCE.search(text)
        if ended is not None and silent is not None:
            yield find_by(
                "acceptance.two_clocks",
                [passage.source for passage in passages[:2]],
                words=f"“{ended[0]}”与“{silent[0]}”",
            )
            return


def _by_article(passages: Sequence[Passage]) -> dict[str, list[Passage]]:
    found: dict[str, list[Passage]] = {}
    for passage in passages:
        found.setdefault(passage.source.article, []).append(passage)
    return found


def check_confidentiality(contract: Contract, outline: Outline) -> Iterator[Finding]:
    """The annex says otherwise than the article."""
    clause = contract.confidentiality
    if clause is None:
        return
    sources: list[Source] = [*([clause.source] if clause.source is not None else []), *clause.annex_sources]
    if clause.annex_return == "immediately" and clause.return_within is not None:
        yield find_by(
            "confidentiality.return_differs",
            sources,
            worth=Worth(duration=clause.return_within, words=_("两个期限之差")),
            count=clause.return_within.count,
        )
    if clause.term == "indefinite" and clause.annex_term_length is not None:
        yield find_by("confidentiality.term_differs", sources, count=clause.annex_term_length.count)


TERM_CHECKS: tuple[Check, ...] = (
    check_identity,
    check_term,
    check_exit,
    check_systems,
    check_acceptance,
    check_confidentiality,
)
