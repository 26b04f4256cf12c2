"""The independent program says of each early end the same as the product does, by the facts alone."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from tests.kits.early_ends import CASES, SAID
from tools.rederive.calendar_time import write_instant
from tools.rederive.chain import Ledger
from tools.rederive.ended import left_early

LEFT, TICK = date(2026, 3, 31), timedelta(microseconds=1)


def ledger(opened: dict[str, Any], later: list[tuple[str, str, datetime]]) -> Ledger:
    facts = [
        {"kind": "exit.opened", "subject": "cas-1", "recorded_at": write_instant(SAID), "payload": {"data": opened}}
    ]
    for no, (event, state, at) in enumerate(later, 1):
        payload = {"no": no, "state": state}
        facts.append(
            {"kind": f"exit.{event}", "subject": "cas-1", "recorded_at": write_instant(at), "payload": payload}
        )
    return Ledger("con-1", facts=facts)


@pytest.mark.parametrize(("why", "opened", "later", "since"), CASES, ids=[one[0] for one in CASES])
def test_it_ends_when_the_product_says(
    why: str, opened: dict[str, Any], later: list[tuple[str, str, datetime]], since: datetime | None
) -> None:
    book = ledger(opened, later)
    assert left_early(book, "9999", LEFT) == (None if since is None else LEFT), why
    if since is not None:
        assert left_early(book, write_instant(since - TICK), LEFT) is None, "not known yet"
        assert left_early(book, "9999", date(2026, 3, 1)) is None, "neither over nor agreed by then"
