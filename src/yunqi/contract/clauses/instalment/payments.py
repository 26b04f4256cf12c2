"""Reads payments from sentences: by amount, by share, the rest, at once, or again in each month or quarter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from yunqi.contract.clauses.base import Duration, source_of
from yunqi.contract.clauses.code_words import BLANK
from yunqi.contract.clauses.instalment.schema import Instalment
from yunqi.contract.clauses.instalment.total import NET, TAX, TOTAL
from yunqi.contract.clauses.words import WITHIN
from yunqi.contract.numbers import DATE, NUMBER, PERCENT, Amount, read_date, read_duration, read_number, read_share
from yunqi.contract.outline import Clause
from yunqi.kernel.money import decimal_text, round_fen

TRIGGERS = (
    (
        "effective",
        r"(?:合同|协议)(?:双方)?(?:签订|签署|签约|签字|盖章|生效|并|后|正式)*(?:生效|签订|签署|签字|盖章|签约)|签订(?:后|之日|生效|本?合同|本?协议)|签署(?:后|之日)|生效(?:后|之日)",
    ),
    ("assessment", r"(?:考核|评价|评估)(?:结果)?(?:为)?(?:合格|通过|达标)"),
    ("acceptance", r"验收|终验|初验"),
    ("invoice", r"发票"),
    ("funds", r"(?:财政)?(?:资金|拨款|经费|款项)(?:拨付)?(?:到位|到账|下达|落实)|拨付到位|(?:预算|财政)批复"),
    (
        "expiry",
        r"(?:合同|服务期?|租赁服务期|协议)(?:期限)?(?:到期|届满|期满|结束|终止|完成)|期满|到期|服务期限?(?:届满|结束)|期限届满",
    ),
)
_PAYS = re.compile(r"支付|付款|付清|拨付|结清|结算|首付|付")
_NOT_PAYMENT = re.compile(
    r"违约金|滞纳金|赔偿|罚|退还|返还|扣除|扣减|保证金|乙方[^,。;]{0,16}(?:向甲方|应)支付|(?:不予|无需|停止|拒绝|暂停|逾期|迟延|延迟|未按)[^,。;]{0,8}(?:支付|付款)"
)
_INVOICE_OF = re.compile(r"的?(?:等额|合法|有效|增值税|正规|合规|相应|全额|符合甲方要求)*[^,。;]{0,12}发票")
_SHARE_AFTER = re.compile(
    rf"^元?\)?[,、(]?(?:即|占|为|合)?(?:合同|协议|项目)?(?:总)?(?:金额|价款|价格|费用|价|额|款)?的?({PERCENT})"
)
_REST = re.compile(
    r"(?:剩余|其余|余下|剩下)(?:的|全部)*(?:合同|服务|项目)*(?:价款|款项|费用|金额|款)|余款|尾款|剩余部分"
)
_ALL = re.compile(
    r"(?:一次性|全额)[^,。;]{0,10}(?:支付|付清|结清)|(?:支付|付清)(?:合同)?(?:全部|全款|全额)|全部(?:合同)?(?:价款|款项|费用)"
)
_EVERY = (
    ("month", r"按月(?!度?报)|每个?月(?:末|底|初|支付|结算|\d|月|度|结束|服务)?|逐月|月付"),
    ("quarter", r"按季度?|每个?季度?|逐季|季付"),
    ("half_year", r"按半年|每半年|半年付"),
    ("year", r"按年度?(?:支付|结算|付款)|每个?年度?(?:末|底|初|支付|结算|结束)|年付"),
)
_BY_USE = re.compile("实际|据实|用量|使用量|当[月季年期](?:的)?(?:服务)?费用")
"""What is paid for use is no equal part of the total."""
_TIMES = re.compile(rf"(?:共|总共|共计|合计|分)(?:支付|付款|付)?({NUMBER})(?:次|期|笔)")
MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}


@dataclass(frozen=True, slots=True)
class Told:
    """What one sentence says of a payment, before amounts and shares are completed."""

    instalment: Instalment
    conflict: tuple[int, ...] = ()
    rest: bool = False
    every: str | None = None
    times: int | None = None


def read_payments(clause: Clause, amounts: list[Amount], total_at: Amount | None) -> Iterator[Told]:
    """The payments of a clause in order."""
    text = clause.text
    opening = 0
    for begin, end in clause.plain.sentences():
        sentence = text[begin:end]
        if _NOT_PAYMENT.search(sentence) or not _PAYS.search(sentence):
            if not re.search(r"\d%|[元¥]", sentence) and not _NOT_PAYMENT.search(sentence):
                continue  # a condition that the next sentence goes on with
            opening = end
            continue
        position = begin
        found: list[Told] = []
        for amount in amounts:
            if not begin <= amount.start < end:
                continue
            before = text[position : amount.start]
            if amount is total_at or NET.search(text[: amount.start]) or TAX.search(text[: amount.start]):
                position = amount.end
                continue
            if not _PAYS.search(text[begin : amount.start]) or (
                TOTAL.search(before[-16:]) and not re.search(PERCENT, before)
            ):
                continue
            start = position if position > begin or has_trigger(text[begin : amount.start]) else min(opening, begin)
            found.append(_told(clause, start, amount.start, amount.end, amount))
            position = amount.end
        if not found:
            found.extend(_read_shares(clause, begin, end, min(opening, begin)))
        yield from found
        if found:
            opening = end


def has_trigger(words: str) -> bool:
    """Whether the words name an event, a date or a period."""
    return any(re.search(pattern, words) for __, pattern in TRIGGERS) or bool(re.search(DATE, words))


def read_triggers(context: str) -> list[str]:
    """The events that a payment waits for, in the order of the words.

    >>> read_triggers("合同签订生效且甲方收到发票后10个工作日内"), read_triggers("服务期满并验收合格后")
    (['effective', 'invoice'], ['expiry', 'acceptance'])
    """
    found = sorted(
        (match.start(), name)
        for name, pattern in TRIGGERS
        for match in [re.search(pattern, context)]
        if match is not None
    )
    return [name for __, name in found]


def read_by_on(context: str) -> str | None:
    """The words of the date before which a payment is due."""
    found = None
    for match in re.finditer(DATE, context):
        if re.match(r"\)?(?:之)?前|以前|前|\(含\)前|止", context[match.end() :]):
            found = match[0]
    return found


def read_within(context: str) -> Duration | None:
    """The last period of the words."""
    last: Duration | None = None
    for match in WITHIN.finditer(context):
        duration = read_duration(match["count"], match["unit"])
        if duration is not None:
            last = Duration(count=duration[0], unit=duration[1])
    return last


def _read_shares(clause: Clause, begin: int, end: int, opening: int) -> Iterator[Told]:
    text = clause.text
    position, none = begin, True
    for match in re.finditer(PERCENT, text[begin:end]):
        at = begin + match.start()
        before, after = text[position:at], text[begin + match.end() : end]
        if (
            _INVOICE_OF.match(after)
            or re.search(r"税率|税|发票$", before[-6:])
            or not re.search("付", text[position:end])
        ):
            continue
        if not re.search(r"付|计|剩余|余款|尾款|其余", text[begin:at]) and not re.match(r"[^,。;]{0,12}付", after):
            continue
        start = position if position > begin or has_trigger(text[begin:at]) else opening
        yield _told(clause, start, begin + match.end(), begin + match.end(), None)
        position, none = begin + match.end(), False
    rest = _REST.search(text[position:end])
    if rest is not None and re.search("付|结清", text[position:end]):
        at = position + rest.end()
        yield _told(clause, position, at, at, None, rest=True)
        return
    every = _find_every(text[begin:end])
    everything = _ALL.search(text[begin:end])
    if none and every is None and everything is not None and re.search("甲方|采购人|合同|款", text[begin:end]):
        told = _told(clause, begin, begin + everything.end(), begin + everything.end(), None)
        told.instalment.share, told.instalment.share_stated = "1", True
        yield told
    elif none and every is not None and re.search(r"支付|付款|结算", text[begin:end]):
        yield _told(clause, begin, end, end, None)


def _find_every(words: str) -> str | None:
    return next((name for name, pattern in _EVERY if re.search(pattern, words)), None)


def _find_times(words: str) -> int | None:
    said = _TIMES.search(words)
    return None if said is None else int(read_number(said[1]))


def _told(clause: Clause, start: int, stop: int, end: int, amount: Amount | None, *, rest: bool = False) -> Told:
    text = clause.text
    context = text[start:stop]
    shares = [
        match
        for match in re.finditer(PERCENT, context)
        if not _INVOICE_OF.match(context[match.end() :])
        and not re.search(r"税率|增值税", context[: match.start()][-6:])
    ]
    stated = read_share(shares[-1][0]) if shares and not rest else None
    after = _SHARE_AFTER.match(text[end:]) if amount is not None and stated is None else None
    if after is not None:
        stated, end = read_share(after[1]), end + after.end()
    tail = re.match(r"[^。;]{0,60}", text[end:])
    triggers = read_triggers(context)
    within = read_within(context)
    if not triggers and within is None and tail is not None:
        triggers, within = read_triggers(tail[0]), read_within(tail[0])
    by = read_by_on(context)
    if by is not None:
        triggers.append("date")
    lead = len(context) - len(context.lstrip(",.;:、)。"))
    return Told(
        Instalment(
            no=0,
            amount_fen=amount.fen if amount is not None else None,
            share=stated,
            share_stated=stated is not None,
            triggers=triggers,
            within=within,
            by_on=read_date(by) if by is not None else None,
            source=source_of(clause, start + lead, min(end + 1, len(text))),
        ),
        amount.candidates if amount is not None and amount.fen is None else (),
        rest,
        _find_every(context if amount is not None or stated is not None else f"{context}{tail[0] if tail else ''}"),
        _find_times(context + (tail[0] if tail else "")),
    )


def spread(told: Told, total: int | None, months: int | None) -> list[Instalment]:
    """The instalments of a payment that comes again: as many as the term holds, where shares or amounts prove it."""
    one = told.instalment
    if told.every is None or total is None or months is None or months % MONTHS[told.every]:
        one.every = told.every
        return [one]
    count = months // MONTHS[told.every]
    one.every = told.every
    if one.share is None and one.amount_fen is None:
        if _BY_USE.search(one.source.text):
            return [one]
        share = Fraction(1, count)
        text = decimal_text(share) if Fraction(decimal_text(share)) == share else None
        exact = share * total
        amount = int(exact) if exact.denominator == 1 else None
        return [one.model_copy(update={"share": text, "amount_fen": amount}) for __ in range(count)]
    proven = told.times == count or (one.share is not None and Fraction(one.share) * count == 1)
    proven = proven or (one.amount_fen is not None and one.amount_fen * count == total)
    return [one.model_copy() for __ in range(count if proven else 1)]


def complete(found: list[Instalment], rest: set[int], total: int | None) -> None:
    """Amounts from shares and shares from amounts, where exact; the rest from the others. `rest` holds positions."""
    for entry in found:
        if entry.share is None and entry.amount_fen is not None and total:
            entry.share = share_of_amount(entry.amount_fen, total)
        if BLANK in entry.source.text:
            continue  # an amount that is still to be filled in
        if entry.amount_fen is None and entry.share is not None and total is not None and entry.share_stated:
            exact = Fraction(entry.share) * total
            entry.amount_fen = int(exact) if exact.denominator == 1 else None
    for position in rest if len(rest) == 1 else ():
        others = [entry for at, entry in enumerate(found) if at != position]
        if others and all(entry.share is not None for entry in others):
            share = 1 - sum(Fraction(entry.share or 0) for entry in others)
            if 0 < share < 1:
                found[position].share = decimal_text(share)
        if others and total is not None and all(entry.amount_fen is not None for entry in others):
            left = total - sum(entry.amount_fen or 0 for entry in others)
            found[position].amount_fen = left if left > 0 else None


def share_of_amount(fen: int, total: int) -> str | None:
    """The share in whole hundredths of a percent that gives the amount to the fen, if there is one."""
    share = Fraction(round(Fraction(fen, total) * 10000), 10000)
    return decimal_text(share) if round_fen(share * total) == fen else None
