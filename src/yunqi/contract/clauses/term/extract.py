"""Finds the service term."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from yunqi.contract.clauses.base import Extraction, Source, Uncertain, sentence_source
from yunqi.contract.clauses.term.schema import ServiceTerm
from yunqi.contract.numbers import DATE, NUMBER, read_date, read_number
from yunqi.contract.outline import Clause, Outline
from yunqi.kernel.period import months_end

AFTER = ("party",)

_DATES = re.compile(rf"(?:自|从|由|:)?({DATE})(?:零时|0时|起|开始|\(含\))*(?:至|到|-|~|,至|,到)({DATE})")
_FROM_EVENT = re.compile(
    rf"(?:自|从)(?P<event>[^,。;]{{0,16}}?(?:签订|签署|签字|盖章|生效|开通|上线|启用|交付)[^,。;]{{0,8}}?)(?:之日|日)?起(?:至|到)(?P<end>{DATE})"
)
_FROM_EVENT_MONTHS = re.compile(
    r"(?:自|从|(?<=[:,为]))(?P<event>[^,。;:]{0,16}?(?:签订|签署|签字|盖章|生效|开通|上线|启用|交付)[^,。;:]{0,8}?)(?:之日|日)?起"
)
_EFFECTIVE_ON = re.compile(rf"生效(?:日期|时间|日)?(?:为|是|:)({DATE})")
_MONTHS = re.compile(rf"({NUMBER})个月")
_YEARS = re.compile(rf"({NUMBER})年(?!\d|[一二三四五六七八九十]+月)")


def extract(document: Outline, so_far: Mapping[str, Any]) -> Extraction:
    """The term; `start_on` follows the date of signature where the clause says so and the date is known."""
    result = Extraction()
    signed_on: date | None = so_far.get("signed_on")
    clauses = document.under("服务期", "期限", "合同期", "履行期") or []
    found: list[tuple[ServiceTerm, Source]] = []
    for scope in (clauses, list(document.body())):
        for clause in scope:
            if (
                clause in clauses
                or re.search("服务期|期限|服务时间|(?:合同|协议)有效期", clause.text)
                or clause.text.startswith(("自", "从"))
            ):
                read = _read_term(clause, signed_on)
                if read is not None:
                    found.append(read)
        if found:
            break
    different = {(term.start_on, term.end_on) for term, __ in found}
    if not found:
        result.values["term"] = ServiceTerm()
    elif len(different) > 1 and clauses:
        result.values["term"] = ServiceTerm(source=found[0][1])
        result.uncertain.append(
            Uncertain(path="term", candidates=[term.model_dump(mode="json") for term, __ in found], source=found[0][1])
        )
    else:
        term, source = found[0]
        term.source = source
        result.values["term"] = term
    return result


def _read_term(clause: Clause, signed_on: date | None) -> tuple[ServiceTerm, Source] | None:
    text = clause.text
    months = _read_months(text)
    match = _DATES.search(text)
    if match is not None:
        start_on, end_on = read_date(match[1]), read_date(match[2])
        if start_on is not None and end_on is not None and start_on <= end_on:
            term = ServiceTerm(start_on=start_on, end_on=end_on, months=months, **{"from": "date"})
            return term, sentence_source(clause, match.start())
    match = _FROM_EVENT.search(text)
    if match is not None:
        event = _event(match["event"])
        term = ServiceTerm(
            start_on=signed_on if event == "signature" else None,
            end_on=read_date(match["end"]),
            months=months,
            **{"from": event},
        )
        return term, sentence_source(clause, match.start())
    match = _FROM_EVENT_MONTHS.search(text)
    if match is not None and months is not None:
        event = _event(match["event"])
        start_on = _effective_on(match["event"], text) or (signed_on if event == "signature" else None)
        end_on = months_end(start_on, months) if start_on is not None else None
        term = ServiceTerm(start_on=start_on, end_on=end_on, months=months, **{"from": event})
        return term, sentence_source(clause, match.start())
    return None


def _effective_on(event: str, text: str) -> date | None:
    """The date on which the contract takes effect, where the term begins with it and the clause says it."""
    said = _EFFECTIVE_ON.search(text) if "生效" in event else None
    return None if said is None else read_date(said[1])


def _event(words: str) -> str:
    return "signature" if re.search("签订|签署|签字|盖章|生效", words) else "activation"


def _read_months(text: str) -> int | None:
    plain = re.sub(DATE, "", text)
    match = _MONTHS.search(plain)
    if match is not None:
        return int(read_number(match[1]))
    match = _YEARS.search(plain)
    return int(read_number(match[1])) * 12 if match is not None else None
