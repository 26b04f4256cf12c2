"""Money that two persons record: what is refused at once, what is the same said again, and nobody else's contracts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.kits.desk import People, act_as, ask, refusal

from yunqi.kernel.clock import render_local
from yunqi.kernel.period import date_of
from yunqi.operations.installation import Installation
from yunqi.wire.base import Proposal


def test_an_occurrence_of_two_persons(site: Installation, people: People) -> None:
    at = site.clock.now() - timedelta(days=1)
    fields = {"contract": people.cast.first.contract, "measures": "complaint_count", "at": at, "value": "3"}
    refusal("occurrence.computed", site, people.clerk, "occurrence.record", **{**fields, "measures": "availability"})
    refusal("occurrence.measures", site, people.clerk, "occurrence.record", **{**fields, "measures": "colour"})
    refusal("occurrence.value", site, people.clerk, "occurrence.record", **{**fields, "value": "-1"})
    refusal("object.unknown", site, people.other_clerk, "occurrence.record", **fields)
    made = ask(site, people.clerk, "occurrence.record", **fields).value
    assert isinstance(made, Proposal)
    assert made.title == f"其他违约情形：用户投诉次数 3 {render_local(at)}"
    done = ask(site, people.lead, "proposal.decide", id=made.id, agree=True).value
    assert done.outcome["id"].startswith("fct-")
    refusal("payment.known", site, people.clerk, "occurrence.record", **fields)


@pytest.mark.parametrize(("action", "more"), [("payment.record", {"no": 1}), ("bond.record", {})])
def test_money_is_recorded_by_two_colleagues(
    site: Installation, people: People, action: str, more: dict[str, int]
) -> None:
    on = date_of(site.clock.now())
    fields = {"contract": people.cast.first.contract, "amount": "1200000", "on": on, **more}
    refusal("access.role", site, people.approver, action, **fields)
    refusal("access.role", site, people.operator, action, **fields)
    refusal("object.unknown", site, people.other_clerk, action, **fields)
    refusal("payment.future", site, people.clerk, action, **{**fields, "on": on + timedelta(days=1)})
    refusal("money.unreadable", site, people.clerk, action, **{**fields, "amount": "很多"})
    made = ask(site, people.clerk, action, **fields).value
    assert isinstance(made, Proposal)
    assert made.title.endswith(f"1,200,000.00 元，{on.isoformat()}")
    assert (made.needs, made.contract_id is not None) == ("colleague", True)
    refusal("object.unknown", site, people.lead, "proposal.decide", id=made.id, agree=True)
    refusal("proposal.not_yours", site, act_as(people.clerk, "approver"), "proposal.decide", id=made.id, agree=True)
    ask(site, people.approver, "proposal.decide", id=made.id, agree=True)
    seen = ask(site, people.auditor, "payment.list", contract=people.cast.first.contract).value
    assert [(one.amount_fen, one.person) for one in seen.records] == [(120_000_000, people.clerk.person_name)]
    refusal("payment.known", site, people.clerk, action, **fields)


def test_payments_are_apart(site: Installation, people: People) -> None:
    refusal("object.unknown", site, people.other_lead, "payment.list", contract=people.cast.first.contract)
    trigger = {"contract": people.cast.first.contract, "trigger": "acceptance", "on": date_of(site.clock.now())}
    refusal("object.unknown", site, people.other_approver, "payment.trigger", **trigger)
    refusal("access.role", site, people.auditor, "payment.trigger", **trigger)


def test_a_trigger_is_named_in_words_and_corrected(site: Installation, people: People) -> None:
    contract = people.cast.first.contract
    on = date_of(site.clock.now())
    trigger = ask(site, people.clerk, "payment.list", contract=contract).value.triggers[-1]
    for day in (on, on - timedelta(days=1)):
        made = ask(site, people.operator, "payment.trigger", contract=contract, trigger=trigger, on=day).value
        assert isinstance(made, Proposal)
        assert trigger.partition(":")[0] not in made.title
        assert made.title.endswith(day.isoformat())
        ask(site, people.approver, "proposal.decide", id=made.id, agree=True)
    refusal("payment.known", site, people.operator, "payment.trigger", contract=contract, trigger=trigger, on=day)
