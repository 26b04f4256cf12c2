"""Months, statements and money as actions."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest
from tests.kits.desk import People, ask
from tests.kits.identity import refusal
from tests.kits.session import Session

from yunqi.kernel.period import date_of
from yunqi.operations.actions.worker import work_one
from yunqi.operations.installation import Installation


@pytest.fixture
def site(settled: Session) -> Iterator[Installation]:
    with settled.installation() as opened:
        yield opened


@pytest.fixture
def people(site: Installation, settled: Session) -> People:
    return People(site, settled)


def test_statements_are_listed_for_their_parties(site: Installation, people: People) -> None:
    mine = ask(site, people.clerk, "statement.list").value.items
    by_version = sorted(mine, key=lambda one: one.version)
    assert [one.version for one in by_version] == list(range(1, len(mine) + 1))
    assert [one.provisional for one in by_version] == [*[True] * (len(mine) - 1), False]
    assert [one.id for one in ask(site, people.lead, "statement.list", last=True).value.items] == [by_version[-1].id]
    assert ask(site, people.other_clerk, "statement.list").value.items == ()
    assert len(ask(site, people.auditor, "statement.list", provisional=True).value.items) == len(mine) - 1


def test_a_list_says_what_the_statements_say(site: Installation, people: People) -> None:
    rows = ask(site, people.clerk, "statement.list", sort="-penalty_high_fen").value.items
    assert [one.penalty_high_fen for one in rows] == sorted((one.penalty_high_fen for one in rows), reverse=True)
    for row in rows:
        data = ask(site, people.clerk, "statement.read", id=row.id).value.data
        said = {name: getattr(row, name) for name in ("sample", "penalty_fen", "penalty_low_fen", "penalty_high_fen")}
        assert said == {name: data[name] for name in said}
        assert row.open_points == len(data["open_points"])


def test_every_figure_of_a_statement_is_traced_to_its_end(site: Installation, people: People) -> None:
    final = ask(site, people.clerk, "statement.list", last=True).value.items[0]
    read = ask(site, people.clerk, "statement.read", id=final.id).value
    assert read.view["summary"]
    seen: set[str] = set()
    waiting = ["penalty", *(one["node"] for one in read.data["levels"])]
    facts = sealed = 0
    while waiting:
        node = waiting.pop()
        if node in seen:
            continue
        seen.add(node)
        step = ask(site, people.auditor, "statement.trace", id=final.id, node=node).value
        assert step.label
        facts += len(step.facts)
        sealed += sum(one.position is not None for one in step.facts)
        waiting += [one.id for one in step.children]
    assert facts
    refusal("statement.node", partial(ask, site, people.clerk, "statement.trace", id=final.id, node="nothing"))
    refusal("object.unknown", partial(ask, site, people.other_clerk, "statement.read", id=final.id))
    refusal("object.unknown", partial(ask, site, people.clerk, "statement.read", id="stm-none"))


def test_a_month_is_closed_as_a_run(site: Installation, people: People) -> None:
    last = ask(site, people.clerk, "statement.list", last=True).value.items[0]
    month = last.month
    begun = ask(site, people.clerk, "month.close", contract=people.cast.first.contract, month=month).value
    assert work_one(site, "worker")
    done = ask(site, people.clerk, "run.read", id=begun.id).value
    assert (done.state, done.result["version"]) == ("done", last.version)
    late = ask(site, people.clerk, "month.close", contract=people.cast.first.contract, month="2031-01").value
    assert work_one(site, "worker")
    failed = ask(site, people.clerk, "run.read", id=late.id).value
    assert (failed.state, failed.error.code) == ("failed", "month.not_over")


def test_a_payment_takes_two_colleagues(site: Installation, people: People) -> None:
    contract = people.cast.first.contract
    before = ask(site, people.clerk, "payment.list", contract=contract).value
    first = before.instalments[0]
    assert first.amount_fen
    today = date_of(site.clock.now())
    asked = {"contract": contract, "no": first.no, "amount": f"{first.amount_fen / 100:.2f}", "on": today}
    proposal = ask(site, people.clerk, "payment.record", **asked).value
    assert proposal.needs == "colleague"
    assert "第 1 期" in proposal.title
    assert ask(site, people.clerk, "payment.list", contract=contract).value.paid_fen == before.paid_fen
    refusal("object.unknown", partial(ask, site, people.lead, "proposal.decide", id=proposal.id, agree=True))
    done = ask(site, people.approver, "proposal.decide", id=proposal.id, agree=True).value
    after = ask(site, people.lead, "payment.list", contract=contract).value
    assert after.paid_fen == before.paid_fen + first.amount_fen
    assert done.outcome["id"] in [one.id for one in after.records]
    assert after.instalments[0].state == "paid"
    refusal("payment.amount", partial(ask, site, people.clerk, "payment.record", **(asked | {"amount": "0"})))


def test_a_trigger_takes_both_parties(site: Installation, people: People) -> None:
    contract = people.cast.first.contract
    listed = ask(site, people.clerk, "payment.list", contract=contract).value
    assert listed.triggers
    today = date_of(site.clock.now())
    proposal = ask(
        site, people.operator, "payment.trigger", contract=contract, trigger=listed.triggers[0], on=today
    ).value
    assert proposal.needs == "counterparty"
    ask(site, people.approver, "proposal.decide", id=proposal.id, agree=True)
    records = ask(site, people.clerk, "payment.list", contract=contract).value.records
    assert records[-1].kind == "payment.trigger"
    refusal(
        "payment.no_trigger",
        partial(ask, site, people.operator, "payment.trigger", contract=contract, trigger="weather", on=today),
    )
