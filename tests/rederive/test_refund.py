"""The refund of an early end is worked out again by the independent program, to the fen; planted faults are named."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kits.desk import People, ask
from tests.kits.session import Session
from tools.rederive.calendar_time import midnight, write_instant
from tools.rederive.chain import Ledger
from tools.rederive.command import rederive
from tools.rederive.findings import Findings
from tools.rederive.package import open_package
from tools.rederive.refund import check_refunds

from yunqi.kernel.period import add_months
from yunqi.operations.evidence_package import export_package
from yunqi.operations.refunds import figures_of
from yunqi.settlement import leaving as leaving_module
from yunqi.settlement.leaving import Text, compute_refund

KNOWN = write_instant(datetime(2027, 1, 5, tzinfo=UTC))
SIGNED = date(2023, 12, 20)
LEAP: dict[str, Any] = {
    "total_fen": 36_600_000,
    "signed_on": SIGNED.isoformat(),
    "term": {"start_on": "2024-01-01", "end_on": "2024-12-31"},
    "penalties": {
        "critical": [{"level": "A", "remedy": ["terminate", "refund"]}, {"level": "B", "remedy": ["terminate"]}]
    },
}
DOUBLED = {**LEAP, "total_fen": 73_200_000}
DAY = timedelta(days=1)


def fact(kind: str, subject: str, payload: dict[str, Any]) -> dict[str, Any]:
    return {"kind": kind, "subject": subject, "at": KNOWN, "recorded_at": KNOWN, "payload": payload}


def checked(
    contract: dict[str, Any],
    left_on: date,
    *,
    paid: int = 30_000_000,
    offset: int = 1_000_000,
    later: tuple[date, dict[str, Any]] | None = None,
    ground: str | None = None,
    reading: str | None = None,
    spoil: Callable[[dict[str, Any]], None] | None = None,
) -> set[str]:
    """What the independent program blames in the export of one refund that the product worked out."""
    versions = [later] if later is not None and later[0] <= left_on else []
    refund = compute_refund(
        versions[-1][1] if versions else contract,
        left_on,
        paid_fen=paid,
        offset_fen=offset,
        reading=reading,
        signed_on=SIGNED,
        ground=ground,
        earlier=(Text(None, contract), *(Text(on, data) for on, data in versions)),
    )
    row = {"exit": "cas-1", "left_on": left_on.isoformat(), "ground": ground, "known_at": KNOWN, **figures_of(refund)}
    if spoil is not None:
        spoil(row)
    opened = {"data": {"cause": "termination", "left_on": left_on.isoformat(), "ground": ground}}
    facts: list[Any] = [
        fact("exit.opened", "cas-1", opened),
        fact("payment.made", "instalment:1", {"amount_fen": paid}),
    ]
    at = "2024-01-01T00:00:00.000000Z"
    agreed = {
        "id": "r",
        "code": "exit.refund",
        "value": reading,
        "valid_from": at,
        "valid_until": None,
        "recorded_at": at,
    }
    registers = {
        "refunds": [row],
        "state": "signed",
        "readings": [] if reading is None else [agreed],
        "versions": [
            {"id": "v", "data": data, "valid_from": write_instant(midnight(on)), "recorded_at": KNOWN}
            for on, data in ([later] if later else [])
        ],
    }
    found = Findings()
    check_refunds(Ledger(facts=facts), contract, registers, {"instalment:1": offset, "bond": 7}, found)
    return {one.code for one in found.wrong}


SAME: tuple[tuple[str, dict[str, Any]], ...] = (
    ("nothing was served", {"left_on": date(2023, 12, 31)}),
    ("the day before the leap day", {"left_on": date(2024, 2, 28)}),
    ("the leap day", {"left_on": date(2024, 2, 29)}),
    ("the last day", {"left_on": date(2024, 12, 31)}),
    ("by days, as agreed", {"left_on": date(2024, 5, 7), "reading": "days"}),
    ("by months, as agreed", {"left_on": date(2024, 5, 7), "reading": "months"}),
    ("everything, as agreed", {"left_on": date(2024, 5, 7), "reading": "everything"}),
    ("a breach that gives all back", {"left_on": date(2024, 5, 7), "ground": "A"}),
    ("a breach that does not", {"left_on": date(2024, 5, 7), "ground": "B"}),
    ("the price changed before", {"left_on": date(2024, 5, 7), "later": (date(2024, 3, 1), DOUBLED)}),
    ("the price changed on that day", {"left_on": date(2024, 5, 7), "later": (date(2024, 5, 7), DOUBLED)}),
    ("the price changed afterwards", {"left_on": date(2024, 5, 7), "later": (date(2024, 5, 8), DOUBLED)}),
    ("by the texts", {"left_on": date(2024, 5, 7), "later": (date(2024, 3, 1), DOUBLED), "reading": "texts"}),
    ("by the texts, of one text", {"left_on": date(2024, 5, 7), "reading": "texts"}),
)


@pytest.mark.parametrize(("why", "asked"), SAME, ids=[one[0] for one in SAME])
def test_both_programs_come_to_the_same_fen(why: str, asked: dict[str, Any]) -> None:
    assert checked(LEAP, **asked) == set(), why


@settings(max_examples=60, deadline=None)
@given(
    start=st.dates(date(2023, 1, 1), date(2025, 12, 31)),
    length=st.one_of(
        st.integers(1, 800).map(lambda days: (0, days)), st.integers(1, 24).map(lambda months: (months, 0))
    ),
    served=st.integers(-1, 900),
    total=st.integers(1, 10**12),
    paid=st.integers(1, 10**12),
)
def test_every_term_comes_to_the_same(start: date, length: tuple[int, int], served: int, total: int, paid: int) -> None:
    months, days = length
    end = add_months(start, months) - DAY if months else start + (days - 1) * DAY
    left_on = min(end, start + served * DAY)
    contract = {
        "total_fen": total,
        "signed_on": SIGNED.isoformat(),
        "term": {"start_on": str(start), "end_on": str(end)},
    }
    assert checked(contract, left_on, paid=paid, offset=0) == set()


def a_day_more(patch: pytest.MonkeyPatch) -> None:
    real = leaving_module._parts
    patch.setattr(leaving_module, "_parts", lambda start, end, left, months: real(start, end, left - DAY, months))


def the_leap_day_lost(patch: pytest.MonkeyPatch) -> None:
    def lost(start: date, end: date, left_on: date, months: Fraction | None) -> dict[str, Fraction]:
        return {**real(start, end, left_on, months), "days": Fraction((end - left_on).days, 365)}

    real = leaving_module._parts
    patch.setattr(leaving_module, "_parts", lost)


def rounded_up(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(leaving_module, "round_fen", lambda exact: -((-exact.numerator) // exact.denominator) + 1)


DAYS = {"refund.way.days", "refund.way.months"}


@pytest.mark.parametrize(
    ("plant", "blamed"),
    [(a_day_more, DAYS), (the_leap_day_lost, {"refund.way.days"}), (rounded_up, {*DAYS, "refund.way.begun_months"})],
)
def test_a_fault_planted_in_the_product_is_named(plant: Callable[[pytest.MonkeyPatch], None], blamed: set[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        plant(patch)
        assert checked(LEAP, date(2024, 5, 7)) == blamed


def test_what_was_changed_in_the_export_is_named() -> None:
    asked: dict[str, Any] = {"contract": LEAP, "left_on": date(2024, 5, 7), "reading": "days"}
    assert checked(**asked, spoil=lambda row: row.update(total_fen=36_500_000)) == {"refund.total_fen"}
    assert checked(**asked, spoil=lambda row: row.update(amount_fen=1)) == {"refund.amount_fen"}
    assert checked(**asked, spoil=lambda row: row.update(exit="cas-2")) == {"refund.unknown", "refund.missing"}
    assert checked(**asked, spoil=lambda row: row.update(left_on="2024-05-08")) >= {"refund.changed"}
    assert checked(**asked, spoil=lambda row: row["ways"].pop("months")) == {"refund.way.months"}


def test_a_set_off_that_is_forgotten_is_named() -> None:
    def forget(row: dict[str, Any]) -> None:
        other = compute_refund(
            LEAP, date(2024, 5, 7), paid_fen=30_000_000, offset_fen=0, reading=None, signed_on=SIGNED
        )
        row.update(figures_of(other))

    ways = {f"refund.way.{one}" for one in ("days", "months", "begun_months")}
    assert checked(LEAP, date(2024, 5, 7), spoil=forget) == {"refund.paid_fen", "refund.offset_fen", *ways}


def test_the_refund_goes_out_with_the_evidence(settled_template: Session, tmp_path: Path) -> None:
    session = settled_template.copy(tmp_path / "home")
    with session.installation() as site:
        people = People(site, session)
        end = ask(site, people.clerk, "contract.read", id=session.number).value.end_on
        given = {"contract": session.number, "cause": "termination", "evidence": "函", "left_on": end - 40 * DAY}
        made = ask(site, people.approver, "exit.open", **given).value
        path = export_package(site, session.number, tmp_path / "package.zip")
    found = Findings()
    package = open_package(path, found, {}, frozenset())
    (row,) = package.registers["refunds"]
    assert (row["exit"], row["left_on"], len(row["ways"])) == (made.id, str(end - 40 * DAY), 3)
    rederive(package, found)
    assert [one for one in found.wrong if one.code.startswith("refund")] == []
    row["total_fen"] += 1
    rederive(package, found)
    assert "refund.total_fen" in {one.code for one in found.wrong}
