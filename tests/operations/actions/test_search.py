"""One box over everything: grouped, ranked, and never what the caller may not see."""

from __future__ import annotations

from typing import Any

import pytest
from tests.kits.desk import People, act_as, ask, refusal

from yunqi.kernel.rights import Caller
from yunqi.operations.cases import open_incident
from yunqi.operations.installation import Installation
from yunqi.store.tables import allocation


def hits(site: Installation, caller: Caller, text: str, **more: Any) -> dict[str, list[str]]:
    groups = ask(site, caller, "search.read", text=text, **more).value.groups
    return {one.group: [item.title for item in one.items] for one in groups}


@pytest.fixture
def filled(site: Installation, people: People) -> None:
    side = people.cast.first
    order: dict[str, Any] = {"contract": side.contract, "work_order": side.work_order}
    for number in range(10):
        spec = {"cidr": f"10.64.{number}.0/24"}
        ask(site, people.clerk, "resource.order", kind="network", name=f"portal-{number}", spec=spec, **order)
    ask(site, people.clerk, "resource.order", kind="network", name="portal", spec={"cidr": "10.65.0.0/24"}, **order)
    found = ask(site, people.clerk, "resource.list", name="portal-3").value.items[0]
    with site.database.write() as connection:
        connection.execute(
            allocation.insert().values(
                id="alc-1",
                resource_id=found.id,
                pool="ip",
                scope="x",
                value="10.64.3.77",
                recorded_at=site.clock.now(),
            )
        )
    open_incident(
        site,
        side.contract,
        "门户页面打不开",
        occurred_at=None,
        system=side.systems[0],
        subject="platform",
        kind="fault",
        type_="interruption",
    )


@pytest.mark.usefixtures("filled")
def test_kinds_of_things_are_found_by_any_part(site: Installation, people: People) -> None:
    side = people.cast.first
    assert side.systems[0] in hits(site, people.clerk, "门户网站")["system"]
    assert hits(site, people.clerk, "打不开") == {"incident": ["门户页面打不开"]}
    assert "contract" in hits(site, people.clerk, side.contract)
    assert "contract" in hits(site, people.clerk, side.contract.lower())
    assert any("vCPU" in one for one in hits(site, people.clerk, "vcpu")["line"])
    assert hits(site, people.clerk, "10.64.3.77") == {"resource": ["portal-3"]}
    assert hits(site, people.clerk, "周予安") == {"person": ["周予安"]}
    assert "document" in hits(site, people.clerk, "contract-sample")
    assert side.provider in hits(site, people.clerk, side.provider)["organisation"]


@pytest.mark.usefixtures("filled")
def test_the_exact_name_stands_first_and_eight_are_enough(site: Installation, people: People) -> None:
    group = ask(site, people.clerk, "search.read", text="portal", group="resource").value.groups[0]
    assert (len(group.items), group.more, group.items[0].title) == (8, True, "portal")


def test_words_of_clauses_are_shown_where_they_stand(site: Installation, people: People) -> None:
    group = ask(site, people.clerk, "search.read", text="不得转委托").value.groups[0]
    assert group.group == "contract"
    assert "乙方不得转委托" in group.items[0].found_in
    assert '"' not in group.items[0].found_in


@pytest.mark.usefixtures("filled")
def test_nobody_finds_what_is_not_theirs(site: Installation, people: People) -> None:
    side = people.cast.first
    for text in (side.contract, "portal", "打不开", "10.64.3.77", side.systems[0], "唐砚", side.provider):
        assert hits(site, people.other_clerk, text) == {}, text
        assert hits(site, people.other_operator, text) == {}, text
    assert "resource" in hits(site, people.auditor, "portal")
    assert hits(site, people.operator, "周予安") == {}  # another organisation's people
    engineer = act_as(people.clerk, "operator", role="integrator", organisation_id="org-x")
    assert hits(site, engineer, "portal") == {}
    assert hits(site, engineer, side.contract) == {}
    # A token finds no more than it may list.
    token = act_as(people.clerk, "operator", actions=frozenset({"search.read", "system.list"}))
    assert set(hits(site, token, "门户")) == {"system"}
    refusal("access.role", site, Caller(None, "", None, "", "", frozenset({"audit_admin"})), "search.read", text="x")


@pytest.mark.parametrize("text", ["%", "_", "\\", "';--", "100%", "合同\\"])
def test_signs_are_looked_for_as_they_are(site: Installation, people: People, text: str) -> None:
    for titles in hits(site, people.officer, text).values():
        assert all(titles)
    assert "resource" not in hits(site, people.officer, text)


def test_nothing_is_not_looked_for(site: Installation, people: People) -> None:
    for text in ("  ", "\0"):
        refusal("search.empty", site, people.clerk, "search.read", text=text)
