"""What was assessed once and counts in a month: the score of an acceptance, and monthly assessments failed in a row."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from fractions import Fraction

from sqlalchemy import Connection

from yunqi.kernel.errors import Problem
from yunqi.kernel.period import day_start
from yunqi.kernel.words import _
from yunqi.operations.registered import month_at
from yunqi.operations.terms import read_term
from yunqi.settlement.breaches import ASSESSED, FAILURES
from yunqi.settlement.inputs import Occurrence
from yunqi.settlement.scores import SCORE
from yunqi.store.contracts import require_contract
from yunqi.store.facts import Fact, list_facts

OCCURRENCE_FACT = "occurrence.recorded"
ASSESSMENT = "assessment"
PASSED, FAILED = "1", "0"
ANSWERS = ("acceptance.pass", "acceptance.rework", "acceptance.fail")
_MOMENT = timedelta(microseconds=1)


def read_found(
    connection: Connection, contract_id: str, *, end_at: datetime, known_at: datetime
) -> tuple[Occurrence, ...]:
    """The scores of acceptances and the runs of failed assessments, of what counts before `end_at`.

    An acceptance's score counts in the month of its answer; given after the term, in the term's last month, by the
    term that was known then.
    """
    kind = OCCURRENCE_FACT
    assessed = list_facts(connection, contract_id, kind=kind, subject=ASSESSMENT, end_at=end_at, known_at=known_at)
    answers = list_facts(connection, contract_id, kind=ANSWERS, known_at=known_at)
    end_on = read_term(connection, require_contract(connection, contract_id), known_at, known_at).end_on
    last = None if end_on is None else day_start(end_on + timedelta(days=1)) - _MOMENT
    scores = [one for one in _scores(answers, last) if one.at < end_at]
    return (*scores, *_runs(assessed))


def _scores(answers: Iterable[Fact], last: datetime | None) -> list[Occurrence]:
    final = {one.subject: one for one in sorted(answers, key=lambda one: one.recorded_at)}
    return [
        Occurrence(
            one.id,
            SCORE,
            one.at if last is None else min(one.at, last),
            Fraction(str(score)),
            _("验收 {number} 的评分", number=one.payload["number"]),
            facts=(one.id,),
            sample=one.sample,
        )
        for one in final.values()
        if one.kind != "acceptance.rework" and (score := one.payload["data"].get("score")) is not None
    ]


def _runs(assessed: Iterable[Fact]) -> list[Occurrence]:
    """One occurrence for each month assessed: its value how many assessments in a row have failed, none where the month
    has passed. What was said last of a month counts.
    """
    by_month = {str(month_at(one.at)): one for one in sorted(assessed, key=lambda one: one.recorded_at)}
    found, run = [], list[Fact]()
    for month, one in sorted(by_month.items()):
        run = [*run, one] if one.payload["value"] == FAILED else []
        found.append(
            Occurrence(
                f"{ASSESSED}{month}",
                FAILURES,
                one.at,
                Fraction(len(run)),
                _("{month} 月度考核：连续 {count} 次未通过", month=month, count=len(run)),
                facts=tuple(each.id for each in run) or (one.id,),
                sample=any(each.sample for each in run),
            )
        )
    return found


def leave_out_entered(said: Iterable[Occurrence], found: Iterable[Occurrence]) -> tuple[Occurrence, ...]:
    """All that counts: a score or a count that follows from what was recorded once stands in place of the same thing
    entered by hand for its month.
    """
    counted = tuple(found)
    known = {(one.measures, month_at(one.at)) for one in counted}
    return (*(one for one in said if (one.measures, month_at(one.at)) not in known), *counted)


def require_not_found(found: Iterable[Occurrence], measures: str, at: datetime) -> None:
    """Raises `Problem` occurrence.found for a score or a count that follows for its month from what was recorded."""
    month = month_at(at)
    if any(one.measures == measures and month_at(one.at) == month for one in found):
        raise Problem(
            "occurrence.found",
            "{month} 的该项由验收评分或月度考核结果算出，不能另行登记",
            field="measures",
            month=str(month),
            way_out="请核对验收的评分，或更正当月的考核结果（measures 填 assessment）",
        )


def check_assessment(measures: str, value: str | None) -> None:
    """Raises `Problem` occurrence.assessment for an assessment that neither passed nor failed."""
    if measures == ASSESSMENT and value not in (PASSED, FAILED):
        raise Problem(
            "occurrence.assessment",
            "月度考核的结果「{value}」不可用",
            field="value",
            value="—" if value is None else value[:40],
            way_out="通过填 1，未通过填 0",
        )
