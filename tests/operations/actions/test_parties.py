"""Organisations, people, tenants and systems: who sees whom, who may register what, what was said when."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.kits.desk import People, act_as, ask, refusal
from tests.kits.session import Session

from yunqi.kernel.period import day_start
from yunqi.kernel.rights import Caller
from yunqi.operations.actions import at_machine
from yunqi.operations.installation import Installation
from yunqi.store.parties import add_organisation


def admin(role: str) -> Caller:
    """One of the three administrators of the installation."""
    return Caller(None, "管理员", None, "", "", frozenset({role}))


def names(site: Installation, caller: Caller, action: str, **fields: Any) -> set[str]:
    return {one.name for one in ask(site, caller, action, **fields).value.items}


def test_nobody_meets_a_competitor(site: Installation, people: People) -> None:
    first, second = people.cast.first, people.cast.second
    over = {people.cast.administration, people.auditor.organisation_name}
    assert names(site, people.clerk, "organisation.list") == {first.using_unit, first.provider} | over
    assert names(site, people.operator, "organisation.list") == {first.using_unit, first.provider} | over
    assert names(site, people.other_operator, "organisation.list") == {second.using_unit, second.provider} | over
    everybody = {first.using_unit, first.provider, second.using_unit, second.provider} | over
    for caller in (people.officer, people.auditor, at_machine(), admin("system_admin")):
        assert names(site, caller, "organisation.list") == everybody
    assert names(site, people.officer, "organisation.list", role="provider") == {first.provider, second.provider}
    assert names(site, people.officer, "organisation.list", text="%") == set()


def test_an_integrator_meets_whoever_its_systems_belong_to(site: Installation, people: People) -> None:
    with site.database.write() as connection:
        mine = add_organisation(connection, name="集成公司", role="integrator", now=site.clock.now())
    system = ask(site, people.clerk, "system.list", limit=1).value.items[0]
    engineer = Caller(None, "工程师", mine, "集成公司", "integrator", frozenset({"operator"}))
    assert names(site, engineer, "system.list") == set()
    assert names(site, engineer, "tenant.list") == set()
    serving = act_as(engineer, "operator", system_ids=frozenset({system.id}))
    assert names(site, serving, "system.list") == {system.name}
    assert len(ask(site, serving, "tenant.list").value.items) == 1
    first = people.cast.first
    assert {first.using_unit, first.provider, "集成公司"} < names(site, serving, "organisation.list")
    assert people.cast.second.provider not in names(site, serving, "organisation.list")
    # A using unit sees integrators: one of them is to serve its systems. A provider does not, before one does.
    assert "集成公司" in names(site, people.clerk, "organisation.list")
    assert "集成公司" not in names(site, people.operator, "organisation.list")


def test_only_the_system_administrator_registers_organisations(site: Installation, people: People) -> None:
    for caller in (people.clerk, people.approver, people.officer, people.auditor, admin("security_admin")):
        refusal("access.role", site, caller, "organisation.add", name="新单位", role="using_unit")
    made = ask(site, admin("system_admin"), "organisation.add", name="新单位", role="using_unit").value
    assert (made.name, made.role) == ("新单位", "using_unit")
    refusal("party.exists", site, admin("system_admin"), "organisation.add", name="新单位", role="provider")


def test_people_are_their_organisations_own(site: Installation, people: People) -> None:
    assert names(site, people.clerk, "person.list") == {"周予安", "林知远"}
    assert names(site, people.operator, "person.list") == {"唐砚", "沈川"}
    assert names(site, people.officer, "person.list") == {"顾长明"}
    everybody = names(site, admin("security_admin"), "person.list")
    assert {"周予安", "唐砚", "许清和", "顾长明", "温书言"} <= everybody
    other = people.cast.first.provider
    assert names(site, admin("audit_admin"), "person.list", organisation=other) == {"唐砚", "沈川"}
    refusal("object.unknown", site, people.clerk, "person.list", organisation=other)
    refusal("object.unknown", site, people.officer, "person.list", organisation=other)
    refusal("object.unknown", site, people.clerk, "person.read", id=people.operator.person_id)
    rows = {one.name: one.roles for one in ask(site, people.clerk, "person.list").value.items}
    assert rows == {"周予安": ("operator",), "林知远": ("approver",)}


def test_an_administrator_registers_people_of_its_own(site: Installation, people: People) -> None:
    refusal("access.role", site, people.clerk, "person.add", name="新人")
    boss = act_as(people.clerk, "administrator")
    made = ask(site, boss, "person.add", name="新人").value
    assert (made.organisation, made.roles, made.history) == (people.cast.first.using_unit, (), ())
    refusal("party.exists", site, boss, "person.add", name="新人")
    refusal("object.unknown", site, boss, "person.add", name="别人", organisation=people.cast.first.provider)
    refusal("object.unknown", site, boss, "person.add", name="别人", organisation="没有的单位")
    of = people.cast.first.provider
    assert ask(site, admin("system_admin"), "person.add", name="别人", organisation=of).value.organisation == of
    refusal("party.unnamed", site, admin("system_admin"), "person.add", name="别人")


def test_roles_have_a_history(site: Installation, people: People, signed: Session) -> None:
    security = admin("security_admin")
    who = str(people.clerk.person_id)
    for caller in (people.clerk, act_as(people.clerk, "administrator")):
        refusal("access.role", site, caller, "person.roles", id=who, role="approver")
    refusal("object.unknown", site, admin("system_admin"), "person.roles", id=who, role="approver")
    until = site.clock.now() + timedelta(days=10)
    given = ask(site, security, "person.roles", id=who, role="approver", valid_until=until).value
    assert given.roles == ("approver", "operator")
    assert (given.history[0].role, given.history[0].granted, given.history[0].valid_until) == ("approver", True, until)
    signed.clock.advance(timedelta(days=11))
    assert ask(site, security, "person.read", id=who).value.roles == ("operator",)
    taken = ask(site, security, "person.roles", id=who, role="operator", granted=False).value
    assert taken.roles == ()
    assert len(taken.history) == 3
    refusal("role.apart", site, security, "person.roles", id=people.lead.person_id, role="audit_admin")
    early = site.clock.now() - timedelta(days=1)
    refusal("role.span", site, security, "person.roles", id=who, role="reader", valid_until=early)


def test_tenants(site: Installation, people: People) -> None:
    first, second = people.cast.first, people.cast.second
    mine = ask(site, people.operator, "tenant.list").value.items
    assert [(one.using_unit, one.provider) for one in mine] == [(first.using_unit, first.provider)]
    assert len(ask(site, people.officer, "tenant.list").value.items) == 2
    assert names(site, people.officer, "tenant.list", provider=second.provider) == {second.using_unit}
    assert names(site, people.operator, "tenant.list", provider=second.provider) == set()
    refusal("party.exists", site, people.operator, "tenant.add", using_unit=first.using_unit)
    made = ask(site, people.operator, "tenant.add", using_unit=second.using_unit).value
    assert (made.using_unit, made.provider) == (second.using_unit, first.provider)
    refusal(
        "object.unknown", site, people.operator, "tenant.add", using_unit=first.using_unit, provider=second.provider
    )
    refusal("access.role", site, people.clerk, "tenant.add", using_unit=first.using_unit, provider=first.provider)
    refusal("party.unnamed", site, act_as(people.officer, "operator"), "tenant.add", using_unit=first.using_unit)


def test_systems_show_flags_since_when_and_where_they_run(site: Installation, people: People, signed: Session) -> None:
    first = people.cast.first
    page = ask(site, people.clerk, "system.list", sort="name").value.items
    assert {one.name for one in page} == set(first.systems)
    one = next(row for row in page if row.name == first.systems[0])
    assert one.flags == {"grade": "3", "important": "yes", "internet_facing": "yes", "fee_share": "1/5"}
    assert [place.provider for place in one.deployments] == [first.provider]
    since = day_start(site.clock.now().date()) - timedelta(days=9)
    ask(site, people.clerk, "system.flag", id=one.id, flag="important", value="否", valid_from=since)
    found = ask(site, people.operator, "system.read", id=one.id).value
    assert found.flags["important"] == "no"
    latest = found.history[0]
    assert (latest.name, latest.value, latest.valid_from, latest.recorded_at) == (
        "important",
        "no",
        since,
        site.clock.now(),
    )
    assert [was.value for was in found.history if was.name == "important"] == ["no", "yes"]
    refusal("system.flag", site, people.clerk, "system.flag", id=one.id, flag="grade", value="九")
    refusal("access.role", site, people.operator, "system.flag", id=one.id, flag="grade", value="2")
    refusal("object.unknown", site, people.other_clerk, "system.flag", id=one.id, flag="grade", value="2")
    refusal("object.unknown", site, people.other_operator, "system.read", id=one.id)
    assert ask(site, people.auditor, "system.read", id=one.id).value.name == one.name
    assert names(site, people.other_operator, "system.list") == set(people.cast.second.systems)


def test_a_system_is_registered_and_deployed_by_its_unit(site: Installation, people: People) -> None:
    first, second = people.cast.first, people.cast.second
    refusal("access.role", site, people.operator, "system.add", name="新系统")
    made = ask(site, people.clerk, "system.add", name="新系统").value
    assert (made.using_unit, made.flags, made.deployments) == (first.using_unit, {}, ())
    # A provider does not know of it before it runs there.
    refusal("object.unknown", site, people.operator, "system.read", id=made.id)
    refusal("tenant.missing", site, people.clerk, "system.deploy", id=made.id, provider=second.provider)
    refusal("object.unknown", site, people.other_operator, "system.deploy", id=made.id, provider=second.provider)
    refusal("object.unknown", site, people.operator, "system.deploy", id=made.id, provider=second.provider)
    placed = ask(site, people.clerk, "system.deploy", id=made.id, provider=first.provider).value
    assert [one.provider for one in placed.deployments] == [first.provider]
    assert ask(site, people.operator, "system.read", id=made.id).value.name == "新系统"


def test_a_provider_is_not_told_where_else_a_system_runs(site: Installation, people: People) -> None:
    first, second = people.cast.first, people.cast.second
    ask(site, people.other_operator, "tenant.add", using_unit=first.using_unit)
    one = ask(site, people.clerk, "system.list", limit=1).value.items[0]
    ask(site, people.clerk, "system.deploy", id=one.id, provider=second.provider)
    seen = {
        who: [place.provider for place in ask(site, caller, "system.read", id=one.id).value.deployments]
        for who, caller in (("unit", people.clerk), ("one", people.operator), ("two", people.other_operator))
    }
    assert seen == {"unit": [first.provider, second.provider], "one": [first.provider], "two": [second.provider]}


@pytest.mark.parametrize("action", ["organisation.list", "person.list", "tenant.list", "system.list"])
def test_pages_hold_every_row_once_in_every_order(site: Installation, people: People, action: str) -> None:
    caller = people.officer if action != "person.list" else admin("security_admin")
    whole = [one.id for one in ask(site, caller, action).value.items]
    for sort in ("name", "-name", "id", "-recorded_at"):
        seen: list[str] = []
        cursor = None
        while True:
            page = ask(site, caller, action, limit=1, cursor=cursor, sort=sort).value
            seen += [one.id for one in page.items]
            cursor = page.next_cursor
            if cursor is None:
                break
        assert sorted(seen) == sorted(whole), sort
