"""Months, statements and money as actions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from tests.kits.desk import People, ask
from tests.kits.identity import refusal
from tests.kits.session import Session

from yunqi.kernel.period import date_of
from yunqi.operations.actions.worker import work_one
from yunqi.operations.installation import Installation
from yunqi.operations.months import close_month


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


def test_a_month_is_worked_out_under_assumptions(site: Installation, people: People) -> None:
    contract = people.cast.first.contract
    final = ask(site, people.clerk, "statement.list", last=True).value.items[0]
    same = ask(
        site, people.clerk, "month.what_if", contract=contract, month=final.month, assume=("trigger:x=2026-01-01",)
    )
    assert same.value.changes == ()
    incidents = ask(site, people.clerk, "statement.read", id=final.id).value.data["incidents"]
    without = tuple(f"without:{one['number']}" for one in incidents)
    assert without
    made = ask(site, people.auditor, "month.what_if", contract=contract, month=final.month, assume=without).value
    assert made.penalty_fen == final.penalty_fen
    assert {one.what for one in made.changes} >= {"事件时限"}
    assert [one.version for one in ask(site, people.clerk, "statement.list", last=True).value.items] == [final.version]
    unknown = partial(ask, site, people.clerk, "month.what_if", contract=contract, month=final.month)
    refusal("what_if.unknown", partial(unknown, assume=("without:INC-1900-0001",)))
    refusal("object.unknown", partial(ask, site, people.other_clerk, "month.what_if", contract=contract,
                                      month=final.month, assume=without))  # fmt: skip


def test_a_dispute_freezes_a_line_until_it_is_settled(site: Installation, people: People) -> None:
    final = ask(site, people.clerk, "statement.list", last=True).value.items[0]

    def close_again() -> dict[str, Any]:
        site.clock.advance(timedelta(minutes=1))
        made = close_month(site, final.contract_id, final.month).data
        site.clock.advance(timedelta(minutes=1))
        return made

    data = ask(site, people.clerk, "statement.read", id=final.id).value.data
    line, fen = next((one["id"], one["amount_fen"]) for one in data["candidates"] if one["state"] == "chosen")
    say = partial(ask, site, people.lead, "statement.dispute", id=final.id)
    refusal("dispute.line", partial(say, line="nothing", reason="没有这一项"))
    made = say(line=line, reason="该时段的中断由运营商引起，见附件").value
    assert (made.question, made.answer, made.state) == ("disputed", "yes", "proposed")
    assert final.month in made.event_name
    refusal("dispute.open", partial(say, line=line, reason="再次提出"))
    steps = {one.event: one.may for one in ask(site, people.approver, "adjudication.read", id=made.id).value.next}
    assert steps["contest"]
    assert not steps["withdraw"]
    refusal("case.not_own", partial(ask, site, people.approver, "adjudication.advance", id=made.id, event="withdraw"))
    frozen = close_again()
    assert (frozen["penalty_fen"], frozen["frozen_fen"], frozen["provisional"]) == (data["penalty_fen"], fen, False)
    assert sum(one["amount_fen"] for one in frozen["offset"]) == data["penalty_fen"] - fen
    # Contested by the other party, and decided by the administration: the line is owed after all.
    ask(site, people.approver, "adjudication.advance", id=made.id, event="contest", reason="与监测证据不符")
    assert close_again()["frozen_fen"] == fen
    ask(site, people.officer, "adjudication.advance", id=made.id, event="decide", answer="no", evidence="裁定书 1 号")
    owed = close_again()
    assert (owed["penalty_fen"], owed["frozen_fen"]) == (data["penalty_fen"], 0)
    # Raised again and confirmed by both, it falls away.
    again = say(line=line, reason="新的证据").value
    for person in (people.lead, people.approver):
        ask(site, person, "adjudication.confirm", id=again.id)
    assert line not in {one["id"] for one in close_again()["candidates"]}
    # Each version is found again as it was known when it was made: before the dispute, in it, and after.
    every = ask(site, people.clerk, "statement.list", month=final.month).value.items
    versions = [one for one in every if one.version >= final.version]
    assert len(versions) == 4
    for one in versions:
        assert ask(site, people.clerk, "statement.recompute", id=one.id).value.same, one.version
