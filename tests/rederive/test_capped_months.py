"""What other months charge under a cap is read from their statements alike by both programs."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from tests.settlement.sample import inputs
from tests.settlement.test_capped import YUAN, case, rule, settle
from tools.rederive.command import settled_elsewhere

from yunqi.settlement.capped import sum_charged
from yunqi.settlement.payments import sum_taken


def _row(month: str, version: int, made_at: str, data: dict[str, Any], *, provisional: bool = False) -> dict[str, Any]:
    return {"month": month, "version": version, "made_at": made_at, "data": data | {"provisional": provisional}}


def test_the_charge_of_an_earlier_month_is_taken_from_its_last_final_statement() -> None:
    law = rule({"cap": 5_000 * YUAN, "cap_over": "term"})
    made = {
        count: settle(inputs(contract=law, occurrences=tuple(case(one) for one in range(count)))).model_dump(
            mode="json"
        )
        for count in (3, 4)
    }
    rows = [
        _row("2026-02", 1, "2026-03-02T00", made[3]),
        _row("2026-02", 2, "2026-03-09T00", made[4]),
        _row("2026-02", 3, "2026-05-01T00", made[3]),  # made only after the next month was worked out
        _row("2026-01", 1, "2026-02-02T00", made[3], provisional=True),
    ]
    asked = {"month": "2026-03", "known_at": "2026-04-02T00"}
    found = settled_elsewhere(SimpleNamespace(statements=rows), asked)  # type: ignore[arg-type]
    assert found.charged_fen == sum_charged([("2026-02", made[4])]) == {"other.0": {"2026-02": 4_000 * YUAN}}
    assert found.taken_fen == sum_taken([made[4]["offset"]])
