"""When a termination before the end of the term binds both parties, case by case.

Source: 民法典 第562条 (both agree), 第563、565条 (notice of the one who may end the contract).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from tests.kits.early_ends import CASES, EARLY, SAID

from yunqi.cases import exit as leaving
from yunqi.cases.exit.early import find_early_end
from yunqi.cases.machine import Event
from yunqi.kernel.errors import Problem


@pytest.mark.parametrize(("why", "opened", "later", "since"), CASES, ids=[one[0] for one in CASES])
def test_an_early_end_binds_once_both_stand_by_it(
    why: str, opened: dict[str, Any], later: list[tuple[str, str, datetime]], since: datetime | None
) -> None:
    found = find_early_end(opened, SAID, later)
    assert (None if found is None else (found.left_on, found.since)) == (
        None if since is None else (date(2026, 3, 31), since)
    ), why


def test_only_the_other_party_agrees_and_only_to_an_early_end() -> None:
    opened = leaving.open_exit("termination", EARLY)
    with pytest.raises(Problem) as own:
        leaving.apply(opened, Event("agree_end", SAID, "using_unit", {}))
    assert own.value.code == "exit.own_end"
    assert leaving.apply(opened, Event("agree_end", SAID, "provider", {})).state == "open"
    other = leaving.open_exit("expiry", {"by": "using_unit"})
    with pytest.raises(Problem) as late:
        leaving.apply(other, Event("agree_end", SAID, "provider", {}))
    assert late.value.code == "exit.not_early"
