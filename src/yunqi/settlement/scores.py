"""The score of a month -> what its band takes from the fee. A score that nobody handed in is asked for, never free."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from yunqi.contract.clauses.other_penalty.rule import TOTAL
from yunqi.contract.conditions import ALWAYS, Condition, all_of, needs
from yunqi.contract.terms import Band, number
from yunqi.settlement.case import AS_EVIDENCE, AS_MET, UNMEASURED, Month
from yunqi.settlement.drafts import Draft
from yunqi.settlement.sums import FEE_CHOICES, FEE_CODE, MONTHLY

SCORE, NOTHING = "score", "none"
_MISSING, _NO_SHARE = "evidence.score", "evidence.score_share"


def find_score_breaches(month: Month) -> None:
    """Writes what the bands of the score take from the fee into the book."""
    bands = month.law.score_bands
    if not bands:
        return
    given = [one for one in month.occurrences if one.measures == SCORE and one.other_clause is None]
    everywhere = (NOTHING, *(f"{SCORE}#{place}" for place in range(len(bands))))
    if not given:
        code, event = f"{UNMEASURED}{SCORE}", f"{SCORE}:{month.name}"
        if month.known.get(code) == AS_MET:
            return
        source = bands[0].get("source")
        month.book.ask(code, (AS_MET, AS_EVIDENCE), event, source)
        month.book.ask(_MISSING, everywhere, event, source)
        base = replace(month.blank(event, event, [event]), condition=needs(code, AS_EVIDENCE))
        for place, band in enumerate(bands):
            _add(month, base, place, band, needs(_MISSING, f"{SCORE}#{place}"))
    for one in given:
        base = replace(
            month.blank(one.id, one.id, [(one.root_cause if month.law.joins_causes else None) or one.id]),
            system=one.system,
            facts=one.facts or (one.id,),
            sample=one.sample,
            measured="" if one.value is None else str(one.value),
        )
        reaches = [Band.of(band) for band in bands]
        holding = [
            place
            for place, reach in enumerate(reaches)
            if reach is not None and one.value is not None and reach.contains(one.value)
        ]
        if len(holding) == 1:
            _add(month, base, holding[0], bands[holding[0]], ALWAYS)
            continue
        # A score in no band, or in several: the parties say which.
        code = f"score_band.{one.id}"
        month.book.ask(code, everywhere, one.id, bands[0].get("source"))
        for place, band in enumerate(bands):
            _add(month, base, place, band, needs(code, f"{SCORE}#{place}"))


def _add(month: Month, base: Draft, place: int, band: Mapping[str, Any], held: Condition) -> None:
    share, source = number(band.get("share")), band.get("source") or {}
    taken = None if share is None else 1 - share
    if taken is not None and taken <= 0:
        return
    code, total = f"{FEE_CODE}{SCORE}", month.law.total_fen
    month.book.ask(code, FEE_CHOICES, base.event, band.get("source"))
    common = replace(
        base,
        clause=str(source.get("article") or SCORE),
        text=str(source.get("text") or ""),
        source=band.get("source"),
        order=(4, place),
        table=f"other.{SCORE}",
    )
    name = f"{base.event}/{SCORE}.{place}"
    held = all_of(base.condition, held)
    rate = Fraction(1) if taken is None else taken
    if taken is None:
        # A share that the contract's data lack may take nothing or all, until they say it.
        month.book.ask(_NO_SHARE, (NOTHING, "all"), base.event, band.get("source"))
        held = all_of(held, needs(_NO_SHARE, "all"))
    whole = None if total is None else rate * total
    month.book.drafts += [
        replace(common, id=f"{name}.{TOTAL}", condition=all_of(held, needs(code, TOTAL)), fixed=whole),
        replace(common, id=f"{name}.{MONTHLY}", condition=all_of(held, needs(code, MONTHLY)), coefficient=rate),
    ]
