"""The bond's last day, its renewal and its release where the term has moved, case by case as a lawyer would ask.

The bond is wanted to 2026-07-30, 30 days after the term's end on 2026-06-30; a letter of guarantee must be renewed 15
working days before its last day (2026-07-09); what is left is given back within 10 working days after the last day of
security. Source: 民法典 第142条, 第201–203条; the notices on days off for 2026.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from yunqi.contract.workdays import load_work_calendar
from yunqi.settlement.bond import Bond, Move, compute_bond, find_renewals
from yunqi.settlement.bond_end import Agreed, Wanted, compute_bond_until, list_wanted

CALENDAR = load_work_calendar()
CLAUSE: dict[str, Any] = {
    "share": "0.05",
    "until_on": "2026-07-30",
    "refund_within": {"count": 10, "unit": "working_day"},
    "renewal": {"count": 15, "unit": "working_day"},
}
END = "2026-06-30"


def text(end: str | None = END, until: str | None = "2026-07-30") -> dict[str, Any]:
    return {"term": {"start_on": "2025-07-01", "end_on": end}, "bond": {**CLAUSE, "until_on": until}}


FIRST = text()
SAID: tuple[tuple[str, list[dict[str, Any]], str, str], ...] = (
    # why, the later texts, until when security is wanted, by when it is given back
    ("nothing was changed", [], "2026-07-30", "2026-08-13"),
    ("12 days of force majeure are added, the bond is not spoken of", [text("2026-07-12")], "2026-08-11", "2026-08-25"),
    ("prolonged over the national holiday", [text("2026-09-01")], "2026-10-01", "2026-10-20"),
    (
        "prolonged twice, the bond is not spoken of",
        [text("2026-07-12"), text("2026-07-15")],
        "2026-08-14",
        "2026-08-28",
    ),
    ("prolonged, and the text names the bond's day", [text("2026-07-12", "2026-08-01")], "2026-08-01", "2026-08-14"),
    (
        "prolonged again after the bond's day was named",
        [text("2026-07-12", "2026-08-01"), text("2026-07-14", "2026-08-01")],
        "2026-08-03",
        "2026-08-17",
    ),
    ("another clause is changed", [{**FIRST, "total_fen": 1}], "2026-07-30", "2026-08-13"),
    ("cut short: what was to secure stays", [text("2026-03-31")], "2026-07-30", "2026-08-13"),
    ("prolonged, then cut short again", [text("2026-07-12"), text("2026-07-02")], "2026-08-01", "2026-08-14"),
    ("the end of the term is taken out", [text(None)], "2026-07-30", "2026-08-13"),
)


def bond(texts: list[dict[str, Any]], *moves: Move, as_of: date = date(2026, 7, 1)) -> Bond:
    wanted = list_wanted([Agreed(None, texts[0]), *(Agreed(date(2026, 6, 1), one) for one in texts[1:])], None)
    return compute_bond(
        CLAUSE, moves, CALENDAR, total_fen=1_000, signed_on=None, end_on=None, as_of=as_of, wanted=wanted
    )


@pytest.mark.parametrize(("why", "later", "until", "release"), SAID, ids=[one[0] for one in SAID])
def test_the_last_day_of_security_follows_a_prolonged_term(
    why: str, later: list[dict[str, Any]], until: str, release: str
) -> None:
    found = bond([FIRST, *later])
    assert (str(found.until_on), str(found.release_by)) == (until, release), why


def test_without_an_agreed_last_day_the_release_counts_from_the_end_of_the_term() -> None:
    clause = {**CLAUSE, "until_on": None}
    days = [
        compute_bond(clause, (), CALENDAR, total_fen=1, signed_on=None, end_on=on, as_of=date(2026, 6, 1)).release_by
        for on in (date(2026, 6, 30), date(2026, 7, 12))
    ]
    assert days == [date(2026, 7, 14), date(2026, 7, 24)]
    assert compute_bond_until([text(until=None)], None) is None


LONGER = text("2026-12-01")  # security until 2026-12-31
RENEWALS = (
    # why, since when the longer term is agreed, the letter's last day, by when to renew it
    ("the letter lasts as long as was agreed", None, "2026-07-30", None),
    ("agreed in good time: 15 working days before the letter ends", "2026-06-01", "2026-07-30", "2026-07-09"),
    ("agreed on that very day", "2026-07-09", "2026-07-30", "2026-07-09"),
    ("agreed the day after: while the letter still secures", "2026-07-10", "2026-07-30", "2026-07-30"),
    ("agreed on the letter's last day", "2026-07-30", "2026-07-30", "2026-07-30"),
    ("agreed when the letter had ended: no day is named", "2026-07-31", "2026-07-30", None),
    ("a letter that lasts to the moved day", "2026-06-01", "2026-12-31", None),
    ("one day too short of it", "2026-06-01", "2026-12-30", "2026-12-09"),
    ("a letter that was too short from the first", "2026-07-20", "2026-07-15", "2026-06-24"),
)


@pytest.mark.parametrize(("why", "since", "ends", "renew_by"), RENEWALS, ids=[one[0] for one in RENEWALS])
def test_a_letter_is_renewed_by_what_was_agreed_on_its_day(
    why: str, since: str | None, ends: str, renew_by: str | None
) -> None:
    texts = [Agreed(None, FIRST)] + ([Agreed(date.fromisoformat(since), LONGER)] if since else [])
    letter = Move("received", date(2025, 6, 28), 50, "G1", "银行保函", date.fromisoformat(ends))
    found = find_renewals(CLAUSE, [letter], CALENDAR, wanted=list_wanted(texts, None))
    assert [str(one.renew_by) for one in found] == ([] if renew_by is None else [renew_by]), why


def test_a_prolonging_that_is_taken_back_before_the_letters_day_asks_for_nothing() -> None:
    texts = [Agreed(None, FIRST), Agreed(date(2026, 6, 1), LONGER), Agreed(date(2026, 6, 20), text("2026-06-30"))]
    wanted = list_wanted(texts, None)
    assert wanted == (
        Wanted(None, date(2026, 7, 30)),
        Wanted(date(2026, 6, 1), date(2026, 12, 31)),
        Wanted(date(2026, 6, 20), date(2026, 7, 30)),
    )
    letter = Move("received", date(2025, 6, 28), 50, "G1", "银行保函", date(2026, 7, 30))
    assert find_renewals(CLAUSE, [letter], CALENDAR, wanted=wanted) == ()
