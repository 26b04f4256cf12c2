"""A report with several receivers: each has its own sending and its own receipt, and both are facts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.kits.desk import People, ask, refusal
from tests.operations.actions.test_compositions import compose
from tests.operations.actions.test_reports import upload

from yunqi.kernel.clock import render_instant
from yunqi.operations.installation import Installation
from yunqi.store.facts import list_facts


def submission(site: Installation, people: People, **fields: Any) -> Any:
    day = site.clock.now().date().isoformat()
    asked = {"contract": people.cast.first.contract, "report": "submission", "period_start": day, "period_end": day}
    return compose(site, people.operator, **asked, **fields)


def facts(site: Installation, contract_id: str, kind: str) -> list[str]:
    with site.database.read() as connection:
        return [str(one.payload.get("receiver")) for one in list_facts(connection, contract_id, kind=kind)]


def test_a_submission_goes_to_the_administration_and_the_supervisor(site: Installation, people: People) -> None:
    made = submission(site, people)
    assert made["receiver"] == people.officer.organisation_name
    assert [one["organisation"] for one in made["others"]] == [people.auditor.organisation_name]
    identifier = made["id"]
    ask(site, people.lead, "report.approve", id=identifier)
    sent = ask(site, people.operator, "report.deliver", id=identifier, way="exchange").value
    assert sent.state == "delivered"
    assert [(one.way, one.received_at) for one in sent.others] == [("exchange", None)]
    assert facts(site, sent.contract_id, "report.delivered_further") == [people.auditor.organisation_id]
    # Each receipt by its own receiver; one says nothing of the other.
    taken = ask(site, people.auditor, "report.receipt", id=identifier, received_by="监管", way="exchange").value
    assert (taken.state, taken.received_by, taken.others[0].received_by) == ("delivered", None, "监管")
    refusal("report_entry.state", site, people.auditor, "report.receipt", id=identifier, received_by="再", way="paper")
    refusal("report_entry.party", site, people.clerk, "report.receipt", id=identifier, received_by="甲", way="paper")
    done = ask(site, people.officer, "report.receipt", id=identifier, received_by="管理", way="exchange").value
    assert "签收" in done.others_name[0]
    assert (done.state, done.received_by, done.others[0].received_by) == ("received", "管理", "监管")
    assert ask(site, people.auditor, "report.read", id=identifier).value.side == "further"
    refusal("report_entry.state", site, people.operator, "report.deliver", id=identifier, way="paper")


@pytest.mark.parametrize("signed", ["sqlite"], indirect=True)
def test_one_receiver_after_the_other_and_the_senders_proof(site: Installation, people: People) -> None:
    contract, supervisor = people.cast.first.contract, people.auditor.organisation_id
    asked = {"contract": contract, "kind": "重大事件通知", "others": [supervisor, supervisor], "file": None}
    made = ask(site, people.operator, "report.number", **asked).value
    assert [one.organisation_id for one in made.others] == [supervisor]
    ask(site, people.operator, "report.attach", id=made.id, file=upload(site, people.operator))
    ask(site, people.lead, "report.approve", id=made.id)
    sending = {"id": made.id, "way": "paper"}
    refusal("report_entry.state", site, people.operator, "report.deliver", **sending, receiver=supervisor)
    refusal(
        "report_entry.no_receiver",
        site,
        people.operator,
        "report.deliver",
        **sending,
        receiver=people.officer.organisation_id,
    )
    first = ask(site, people.operator, "report.deliver", **sending, receiver=people.clerk.organisation_id).value
    assert (first.state, first.others[0].delivered_at) == ("delivered", None)
    early = {"id": made.id, "received_by": "监管", "way": "paper", "receiver": supervisor}
    refusal("report_entry.state", site, people.auditor, "report.receipt", **early)
    refusal("report_entry.author", site, people.auditor, "report.deliver", **sending, receiver=supervisor)
    ask(site, people.operator, "report.deliver", **sending)  # to all that it was not sent to yet
    refusal("report_entry.proof", site, people.operator, "report.receipt", **early)
    past = render_instant(site.clock.now() - timedelta(days=1))
    proof = upload(site, people.operator)
    refusal("report_entry.time", site, people.operator, "report.receipt", **early, file=proof, at=past)
    taken = ask(site, people.operator, "report.receipt", **early, file=proof).value
    assert (taken.state, taken.others[0].received_by) == ("delivered", "监管")
    # The next version has the same receivers, and neither its sending nor its receipt yet.
    second = ask(site, people.operator, "report.number", contract=contract, revises=made.id).value
    assert [(one.organisation_id, one.delivered_at) for one in second.others] == [(supervisor, None)]
    refusal(
        "report_entry.receiver",
        site,
        people.operator,
        "report.number",
        **asked | {"others": [people.operator.organisation_id]},
    )
