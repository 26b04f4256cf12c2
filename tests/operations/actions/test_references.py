"""What is named by a name is looked for among what the caller may see; what needs two persons gets two persons."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.kits.desk import People, act_as, ask, refusal

from yunqi.kernel.rights import Assumption, Caller
from yunqi.operations.installation import Installation
from yunqi.store.parties import set_role

NAME = "db-1"


@pytest.fixture
def twins(site: Installation, people: People) -> dict[str, str]:
    """Two networks of one name, of two agencies at two providers."""
    made = {}
    for number, (who, side) in enumerate([("clerk", people.cast.first), ("other_clerk", people.cast.second)]):
        spec = {"cidr": f"10.64.{40 + number}.0/24"}
        fields = {"kind": "network", "name": NAME, "contract": side.contract, "work_order": side.work_order}
        made[who] = ask(site, getattr(people, who), "resource.order", **fields, spec=spec).value.id
    return made


@pytest.mark.parametrize("action", ["resource.read", "resource.samples"])
def test_a_name_that_two_tenants_use_is_each_ones_own(
    site: Installation, people: People, twins: dict[str, str], action: str
) -> None:
    for who, own in twins.items():
        found = ask(site, getattr(people, who), action, id=NAME).value
        assert action != "resource.read" or found.id == own
    said = refusal("object.unknown", site, people.clerk, action, id=twins["other_clerk"])
    assert twins["other_clerk"] not in str(said)
    # Who may see both is told of both.
    assert set(refusal("resource.ambiguous", site, people.officer, action, id=NAME).values["ids"].split("、")) == set(
        twins.values()
    )


def test_what_is_done_to_a_name_is_done_to_ones_own(site: Installation, people: People, twins: dict[str, str]) -> None:
    assert ask(site, people.other_clerk, "resource.delete", id=NAME).value.id == twins["other_clerk"]
    left = ask(site, people.clerk, "resource.read", id=twins["clerk"]).value
    assert left.delete_asked_at is None


def test_an_incident_names_the_contracts_resource(site: Installation, people: People, twins: dict[str, str]) -> None:
    opened = ask(
        site,
        people.clerk,
        "incident.open",
        contract=people.cast.first.contract,
        title="网络中断",
        object=NAME,
        at=site.clock.now(),
    ).value
    assert opened.object == twins["clerk"]


def assumed(people: People) -> Caller:
    """The provider's operator in the using unit's name."""
    own, unit = people.operator, people.clerk
    assumption = Assumption(
        "asm-1",
        own.person_id or "",
        own.person_name,
        own.organisation_id or "",
        "故障处理",
        people.site.clock.now() + timedelta(hours=1),
        own.organisation_role,
    )
    return replace(
        own,
        organisation_id=unit.organisation_id,
        organisation_role=unit.organisation_role,
        roles=frozenset({"operator"}),
        assumption=assumption,
    )


def test_in_an_assumed_role_nobody_asks_for_what_needs_two(site: Installation, people: People) -> None:
    """Else the provider's people alone would agree with themselves, one of them in the using unit's name."""
    fields = {
        "contract": people.cast.first.contract,
        "code": "availability.window",
        "value": "month",
        "agreement": "会议纪要",
    }
    refusal("access.assumed", site, assumed(people), "reading.record", **fields)
    payment = {"contract": people.cast.first.contract, "no": 1, "amount": "1.00", "on": "2026-11-01"}
    refusal("access.assumed", site, assumed(people), "payment.record", **payment)
    proposal = ask(site, people.clerk, "reading.record", **fields).value
    # Nor agrees to it: an approver of the other party who sits there in another's name is none.
    other = replace(act_as(assumed(people), "approver", role="provider"), organisation_id=people.lead.organisation_id)
    refusal("proposal.not_yours", site, other, "proposal.decide", id=proposal.id, agree=True)


def test_two_sessions_of_one_person_are_one_person(site: Installation, people: People) -> None:
    both = act_as(people.clerk, "operator", "approver", session_id="ses-1")
    payment = {"contract": people.cast.first.contract, "no": 1, "amount": "1.00", "on": "2026-11-01"}
    proposal = ask(site, both, "payment.record", **payment).value
    for change in ({"session_id": "ses-2"}, {"session_id": None, "token_id": "tok-1"}):
        other = replace(both, **change)
        refusal("proposal.not_yours", site, other, "proposal.decide", id=proposal.id, agree=True)
    assert ask(site, people.approver, "proposal.decide", id=proposal.id, agree=True).value.state == "agreed"


def test_who_lost_the_role_gets_nothing_through_by_a_colleagues_word(site: Installation, people: People) -> None:
    payment = {"contract": people.cast.first.contract, "no": 1, "amount": "1.00", "on": "2026-11-01"}
    proposal = ask(site, people.clerk, "payment.record", **payment).value
    now = site.clock.now()
    with site.database.write() as connection:
        set_role(
            connection,
            person_id=people.cast.first.clerk,
            role="operator",
            granted=False,
            valid_from=now - timedelta(seconds=1),
            now=now,
        )
    refusal("proposal.proposer", site, people.approver, "proposal.decide", id=proposal.id, agree=True)
    assert ask(site, people.approver, "proposal.read", id=proposal.id).value.state == "proposed"
