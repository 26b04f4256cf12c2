"""When notice or proof of force majeure counts as received, case by case: nobody dates what he gave back by himself."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from yunqi.operations.suspensions import Proof

TYPED, DELIVERED, CAME, RECORDED, AFTER = (datetime(2026, 3, 2, hour, tzinfo=UTC) for hour in (1, 2, 3, 4, 5))
CASES = (
    # why, confirmed by the other party, our message arrived, counts from, because
    ("typed back, nothing shows it", None, None, RECORDED, "recorded"),
    ("a message of ours had arrived before", None, DELIVERED, DELIVERED, "delivered"),
    ("a message of ours arrived after it was recorded", None, AFTER, RECORDED, "recorded"),
    ("the other party says when it came", CAME, None, CAME, "confirmed"),
    ("the other party says a later hour than the record", AFTER, None, AFTER, "confirmed"),
    ("its word stands before the message's arrival", CAME, DELIVERED, CAME, "confirmed"),
)


@pytest.mark.parametrize(("why", "confirmed", "delivered", "counts", "shown"), CASES, ids=[one[0] for one in CASES])
def test_it_counts_from_what_the_other_side_or_the_ledger_shows(
    why: str, confirmed: datetime | None, delivered: datetime | None, counts: datetime, shown: str
) -> None:
    found = Proof(TYPED, RECORDED, confirmed, delivered)
    assert (found.received_at, found.shown_by) == (counts, shown), why
