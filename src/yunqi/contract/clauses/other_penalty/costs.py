"""What a sentence says that something costs: shares of a base, multiples, fixed sums; by what they are counted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from yunqi.contract.clauses.base import Duration
from yunqi.contract.numbers import NUMBER, PERCENT, UNIT, find_amounts, read_duration, read_number, read_share
from yunqi.kernel.money import decimal_text

_BASES: Final = (
    (
        "contract_total",
        r"(?:本)?(?:合同|协议|项目)(?:暂定|估算|固定)?(?:总)?(?:价款|价格|金额|总额|总价款|总价|总金额|款|费用|额|价)",
    ),
    (
        "overdue",
        r"逾期(?:支付|付款)(?:的)?(?:款项|金额|费用)|(?:逾期|应付|未付|欠付)(?:(?!合同|协议|项目|支付|服务费)[^,。;]){0,8}?(?:款项|金额|款|费用)",
    ),
    (
        "affected_fee",
        r"(?:该(?!月|季|年|期)|相应|对应|所涉|涉及|受影响|相关)(?:项|部分|系统|资源|时段|期间|的)*(?:云)?(?:服务|资源|租用)?费用?",
    ),
    ("paid_fee", r"已(?:经)?(?:支付|付|收取?)(?:的)?(?:全部)?(?:服务费用?|费用|款项|款)"),
    (
        "service_fee",
        r"(?:(?:当|本|该)(?:月|季度?|年度?|期|日)|月度?|季度?|年度?)?(?:的)?(?:应付|应支付|应结算?)?(?:的)?(?:云)?(?:总)?(?:服务|租用|资源使用)(?:总)?费用?",
    ),
)
_BASE = "|".join(f"(?P<{name}>{pattern})" for name, pattern in _BASES)
_RATED = re.compile(
    rf"(?:{_BASE})(?:总额|金额)?的?(?:每日|按日|日)?(?P<rate>{PERCENT})|(?P<bare>(?:按日?|扣减?|扣除|扣罚|罚|减付|每日|/)(?:加收|支付)?(?P<lone>{PERCENT}))"
)
_TIMES = re.compile(
    rf"(?:{_BASE})(?:总额|金额)?的?(?P<times>{NUMBER})倍|(?P<double>双倍|两倍|加倍)(?:返还|退还|赔偿|赔付)"
)
_BASE_ONLY = re.compile(_BASE)
_WINDOWS = (("month", "月"), ("quarter", "季"), ("year", "年"), ("day", "日"))
_LATE = r"逾期|延期|延迟|迟延|延误|拖延|推迟|超期|超时|超出|超过|超|中断|满|晚|迟到?"
_PER = re.compile(
    rf"每(?P<late>{_LATE})?(?P<n>{NUMBER})?(?P<unit>(?:个)?(?:自然|日历|工作)?(?:{UNIT}))|(?P<by>按日|日(?=万分之|千分之|利率)|/(?:日|天))"
)
_EACH = re.compile(
    r"每(?:发生|出现|发现|缺少|缺|少|擅自更换)?(?:一|1)?个?(?:人次|次|例|起|件|项|台|处|份|人)|/(?:人次|次|例|起|件|项|台|处|份|人)"
)
_PERSON_TIME = re.compile(r"每人每?次|每(?:发生|出现)?(?:一|1)?人次|/人次|/人/次|/次/人")
_CAP = re.compile(r"(?:不超过|不高于|最高|上限|封顶)[^,。;]{0,12}$")
_CAP_AFTER = re.compile(r"^(?:为限|封顶|为上限)")
_COSTS = re.compile(r"违约金(?:为|计|标准为|:|人民币)*$")
_TAKEN = re.compile(
    r"(?:扣减|扣除|扣罚|扣款|扣付|扣|罚款|处罚|罚|赔付|减付)(?:当月|当期|当季|应付|月度?)*(?:云)?(?:服务费用?|费用|款项)?(?:人民币|为|计|:)*$"
)
PENAL: Final = re.compile(r"违约金|滞纳金|违约责任")
_TAKES = re.compile(
    r"扣减|扣除|扣罚|扣款|扣付|扣(?=\d|当|该|[一二三四五六七八九十百])|罚款|处罚|赔付|减付|双倍|加倍|两倍"
)
_BREACH = re.compile(
    r"的,|未|逾期|超时|超期|延误|迟延|延迟|延期|擅自|违反|发生|出现|造成|导致|脱岗|不足|低于|中断|泄露|拒绝|虚假|造假|迟到|缺|不符合|故障|恢复时间|响应时间|[)\]](?:分钟|小时)"
)
_NO_PENALTY = re.compile(r"退还[^,。;]{0,10}保证金|预付款扣回|个人所得税|社会保险|扣分|税")


@dataclass(frozen=True, slots=True)
class Cost:
    """One cost with its span: a rate of a base, or an amount; the words from `before` to `after` belong to it."""

    start: int
    end: int
    rate: str | None
    of: str | None
    window: str | None
    amount_fen: int | None
    cap: bool
    before: int
    after: int


def find_costs(sentence: str) -> list[Cost]:
    """The costs of a comparable sentence in order; none where nothing says that they are penalties."""
    penal = bool(PENAL.search(sentence))
    if not penal and not (_TAKES.search(sentence) and _BREACH.search(sentence) and not _NO_PENALTY.search(sentence)):
        return []
    hits = sorted(
        [*_shares(sentence), *_multiples(sentence), *_amounts(sentence, penal=penal)], key=lambda hit: hit.start
    )
    return [
        Cost(
            hit.start, hit.end, hit.rate, hit.of, hit.window, hit.amount_fen, hit.cap,
            hits[at - 1].end if at else 0, hits[at + 1].start if at + 1 < len(hits) else len(sentence),
        )
        for at, hit in enumerate(hits)
    ]  # fmt: skip


def _shares(sentence: str) -> Iterator[Cost]:
    for match in _RATED.finditer(sentence):
        cap = _is_cap(sentence, match.start(), match.end())
        start = match.start()
        rate = read_share(match["rate"] or match["lone"])
        of = _base(match)
        yield Cost(start, match.end(), rate, of, _window(match, of), None, cap, 0, 0)


def _multiples(sentence: str) -> Iterator[Cost]:
    for match in _TIMES.finditer(sentence):
        if match["double"]:
            named = _BASE_ONLY.search(re.split("[,。;]", sentence[match.end() :])[0])
            of = _base(named) if named is not None else None
            window = _window(named, of) if named is not None else None
            yield Cost(match.start(), match.end(), decimal_text(read_number("两")), of, window, None, False, 0, 0)
            continue
        of = _base(match)
        rate = decimal_text(read_number(match["times"]))
        cap = _is_cap(sentence, match.start(), match.end())
        yield Cost(match.start(), match.end(), rate, of, _window(match, of), None, cap, 0, 0)


def _amounts(sentence: str, *, penal: bool) -> Iterator[Cost]:
    for amount in find_amounts(sentence):
        before, after = sentence[: amount.start], sentence[amount.end :]
        cap = _is_cap(sentence, amount.start, amount.end)
        fined = (
            re.match(r"(?:/[^,。;]{1,4})?的?(?:违约金|罚款)", after) or _COSTS.search(before) or _TAKEN.search(before)
        )
        counted = penal and re.search(r"(?:支付|赔偿|承担|处以?)(?:人民币)?$", before) and _EACH.search(sentence)
        if cap or fined or counted:
            yield Cost(amount.start, amount.end, None, None, None, amount.fen, cap, 0, 0)


def _is_cap(sentence: str, start: int, end: int) -> bool:
    return bool(_CAP.search(sentence[:start]) or _CAP_AFTER.match(sentence[end:]))


def _base(match: re.Match[str]) -> str | None:
    return next((name for name, __ in _BASES if match.groupdict().get(name)), None)


def _window(match: re.Match[str], of: str | None) -> str | None:
    if of != "service_fee":
        return None
    return next((name for name, word in _WINDOWS if word in match[of].split("服务")[0]), None)


@dataclass(frozen=True, slots=True)
class Counting:
    """By what a cost is counted: `kind` as the contract's form names it, `per` a length of time other than a day."""

    kind: str
    per: Duration | None = None
    counted: str | None = None


def read_counting(words: str, *, rated: bool) -> Counting:
    """How often a cost is due, from the words about it.

    >>> read_counting("每迟延一周,", rated=True).per, read_counting("每人每次", rated=False).counted
    (Duration(count=7, unit='day'), 'person_time')
    """
    for match in _PER.finditer(words):
        if match["by"]:
            return Counting("daily")
        unit = match["unit"].removeprefix("个")
        length = read_duration(match["n"] or "1", unit if unit != "月" else "个月")
        if length is None:
            continue
        if length == (1, "day"):
            return Counting("daily")
        if length == (1, "working_day"):
            return Counting("daily", Duration(count=1, unit="working_day"))
        if match["late"]:
            return Counting("per_period", Duration(count=length[0], unit=length[1]))
    if _PERSON_TIME.search(words):
        return Counting("per_case", counted="person_time")
    if _EACH.search(words):
        return Counting("per_case")
    return Counting("percentage" if rated else "fixed")
