"""What was agreed may be replaced from a day on and taken back; what each reading would cost is worked out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.kits.desk import People, ask, refusal
from tests.kits.session import Session

from yunqi.kernel.period import Month
from yunqi.operations.installation import Installation

CODE = "penalty.rounding"


@pytest.fixture
def people(settled_site: Installation, settled: Session) -> People:
    return People(settled_site, settled)


def agree(site: Installation, people: People, action: str = "reading.record", **fields: object) -> None:
    contract = people.cast.first.contract
    proposed = ask(site, people.lead, action, contract=contract, **fields).value
    ask(site, people.approver, "proposal.decide", id=proposed.id, agree=True)


def test_a_reading_is_replaced_and_taken_back_and_all_of_it_is_kept(settled_site: Installation, people: People) -> None:
    contract = people.cast.first.contract

    def agreed() -> str | None:
        rows = ask(settled_site, people.clerk, "reading.list", contract=contract).value.items
        return next((one.choice for one in rows if one.code == CODE), None)

    def states() -> list[tuple[str | None, str]]:
        rows = ask(settled_site, people.clerk, "reading.history", contract=contract).value.items
        return [(one.choice, one.state) for one in rows if one.code == CODE]

    agree(settled_site, people, code=CODE, value="once", agreement="会议纪要 1")
    assert agreed() == "once"
    now = settled_site.clock.now()
    later = now + timedelta(days=40)
    agree(settled_site, people, code=CODE, value="monthly_fee_first", agreement="会议纪要 2", valid_from=later)
    assert agreed() == "once"
    assert states() == [("monthly_fee_first", "later"), ("once", "in_force")]
    agree(settled_site, people, code=CODE, value="monthly_fee_first", agreement="会议纪要 3", valid_from=now)
    assert agreed() == "monthly_fee_first"
    agree(settled_site, people, "reading.withdraw", code=CODE, agreement="会议纪要 4")
    assert agreed() is None
    assert states() == [
        (None, "withdrawn"),
        ("monthly_fee_first", "replaced"),
        ("monthly_fee_first", "later"),
        ("once", "replaced"),
    ]
    open_again = ask(settled_site, people.clerk, "reading.points", contract=contract).value.items
    assert CODE in {one.code for one in open_again}


def test_what_is_not_agreed_is_not_taken_back(settled_site: Installation, people: People) -> None:
    asked = {"contract": people.cast.first.contract, "code": CODE, "agreement": "会议纪要 4"}
    refusal("reading.none", settled_site, people.lead, "reading.withdraw", **asked)


def test_the_figure_of_the_agreed_reading_is_that_of_the_statement(
    settled_site: Installation, settled: Session, people: People
) -> None:
    contract = people.cast.first.contract
    last = settled.statements[-1]
    before = ask(settled_site, people.clerk, "statement.list", contract=contract).value.items
    agreed = ask(settled_site, people.clerk, "reading.list", contract=contract).value.items
    differing = []
    for one in agreed:
        found = ask(
            settled_site, people.clerk, "reading.figures", contract=contract, code=one.code, month=last.month
        ).value
        assert found.month == last.month
        (held,) = [each for each in found.items if each.agreed]
        assert (held.value, held.penalty_fen) == (one.choice, last.data["penalty_fen"])
        assert all(each.low_fen <= each.high_fen for each in found.items)
        differing += [one.code for each in found.items if each.penalty_fen != held.penalty_fen]
    assert differing
    assert ask(settled_site, people.clerk, "statement.list", contract=contract).value.items == before


def test_only_what_contracts_leave_open_is_worked_out(
    settled_site: Installation, settled: Session, people: People
) -> None:
    contract = people.cast.first.contract
    refusal("reading.code", settled_site, people.clerk, "reading.figures", contract=contract, code="no.such")
    after = str(Month.parse(settled.statements[-1].month))[:4]
    refusal(
        "month.outside_term",
        settled_site,
        people.clerk,
        "reading.figures",
        contract=contract,
        code=CODE,
        month=f"{int(after) - 9}-01",
    )


def test_the_review_says_what_each_reading_gives(settled_site: Installation, people: People) -> None:
    contract = people.cast.first.contract
    points = ask(settled_site, people.clerk, "reading.points", contract=contract).value.items
    agreed = ask(settled_site, people.clerk, "reading.list", contract=contract).value.items
    shown = [choice.figure for one in (*points, *agreed) for choice in one.choices if choice.figure]
    assert any("元" in figure or "分钟" in figure for figure in shown)
