"""What the band of a month's score takes from the fee; a score that nobody handed in is asked for."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING

from .answers import Answers
from .breach import About, Breach
from .clauses import Row, as_number, range_of

if TYPE_CHECKING:
    from .breaches import Breaches

FEE = "penalty_fee.score"


def add_scores(month: Breaches) -> None:
    """Adds what the bands take to the breaches found."""
    bands, case, law = month.law.score_bands, month.case, month.law
    if not bands:
        return
    choices = ("none", *(f"score#{place}" for place in range(len(bands))))
    given = [
        one
        for one in sorted(case.events, key=lambda each: (each.at, each.id))
        if one.measures == "score" and one.other is None and case.start_at <= one.at < case.end_at
    ]
    if not given and month.answers.find("unmeasured.score") != "met":
        event = f"score:{case.name}"
        about = About(event, event, frozenset({event}), None)
        for place, band in enumerate(bands):

            def lacking(answers: Answers, name: str = f"score#{place}") -> bool:
                asked = answers.ask("unmeasured.score", ("met", "evidence")) == "evidence"
                return asked and answers.ask("evidence.score", choices) == name

            _add(month, about, place, band, lacking)
    for one in given:
        root = (one.cause if law.by_cause else None) or one.id
        about = About(one.id, one.id, frozenset({root}), one.system)
        reaches = [range_of(band) for band in bands]
        inside = [at for at, reach in enumerate(reaches) if reach and one.value is not None and reach.holds(one.value)]
        if len(inside) == 1:
            _add(month, about, inside[0], bands[inside[0]], lambda _answers: True)
            continue
        for place, band in enumerate(bands):

            def said(answers: Answers, code: str = f"score_band.{one.id}", name: str = f"score#{place}") -> bool:
                return answers.ask(code, choices) == name

            _add(month, about, place, band, said)


def _add(month: Breaches, about: About, place: int, band: Row, holds: Callable[[Answers], bool]) -> None:
    share = as_number(band.get("share"))
    rate = Fraction(1) if share is None else 1 - share
    if rate <= 0:
        return
    month.named.add(about.event)
    total = month.law.total_fen
    for choice in ("contract_total", "month"):
        whole = choice == "contract_total"

        def meant(answers: Answers, choice: str = choice) -> bool:
            if not holds(answers) or (share is None and answers.ask("evidence.score_share", ("none", "all")) != "all"):
                return False
            return answers.ask(FEE, ("contract_total", "month")) == choice

        month.found.append(
            Breach(
                f"{about.event}/score.{place}.{choice}",
                about.event,
                about.roots,
                (4, place),
                meant,
                "other.score",
                None if whole else rate,
                rate * total if whole and total is not None else None,
                system=about.system,
                lines=about.lines,
            )
        )
