"""Organisations, tenants, people and their roles at the console."""

from __future__ import annotations

from tests.kits.browser import Visits
from tests.kits.front import INTEGRATOR, Front


def test_each_sees_the_organisations_that_concern_them(front: Front) -> None:
    cast = front.session.cast
    assert cast is not None
    clerk = front.seat("clerk")
    page = clerk.sees("/organisations", cast.first.using_unit, cast.first.provider, cast.administration)
    assert cast.second.using_unit not in page
    assert "/console/organisations/new" not in page
    for name in (cast.first.using_unit, cast.second.using_unit, INTEGRATOR):
        front.seat("system").sees("/organisations", name)
    assert "/console/organisations/new" in front.seat("system").get("/organisations")
    assert "Organisations" in front.seat("officer", "en").get("/organisations")


def test_an_organisation_with_its_tenants_systems_and_people(front: Front) -> None:
    cast = front.session.cast
    assert cast is not None
    clerk = front.seat("clerk")
    own = clerk.http.get("/api/v1/session").json()["organisation_id"]
    clerk.sees(f"/organisations/{own}", cast.first.provider, "周予安", "经办", cast.first.systems[0])
    provider = front.seat("operator").http.get("/api/v1/session").json()["organisation_id"]
    page = clerk.sees(f"/organisations/{provider}", "云服务商")
    assert "唐砚" not in page  # another organisation's people are its own affair
    other = front.seat("other_clerk").http.get("/api/v1/session").json()["organisation_id"]
    clerk.get(f"/organisations/{other}", 404)
    clerk.sees("/tenants", cast.first.using_unit, cast.first.provider)


def test_registering_an_organisation_and_a_tenant(front: Front) -> None:
    system = front.seat("system")
    refused = system.send("/organisations/new", "/organisations", 422, name="", role="provider")
    assert "请填写" in refused.text
    made = system.send("/organisations/new", "/organisations", name="云州市应急管理局", role="using_unit")
    assert "云州市应急管理局" in system.follow(made)
    again = system.send("/organisations/new", "/organisations", 422, name="云州市应急管理局", role="using_unit")
    assert "云州市应急管理局" in again.text
    operator = front.seat("operator")
    done = operator.send("/tenants/new", "/tenants", unit_name="云州市应急管理局", name="应急云")
    assert "应急云" in operator.follow(done)
    front.seat("clerk").get("/tenants/new")
    front.seat("clerk").send("/tenants/new", "/tenants", 422, unit_name="云州市应急管理局", provider="x")


def test_people_roles_and_the_three_administrators(front: Front) -> None:
    manager, security = front.seat("manager"), front.seat("security")
    done = manager.send("/people/new", "/people", name="陆离")
    where = done.headers["location"].removeprefix("/console")
    manager.sees(where, "陆离", "没有任何角色", "还没有账号", "没有保密承诺书")
    assert "/roles/new" not in manager.get(where)
    manager.send("/people/new", "/people", 422, name="")
    security.sees(f"{where}/roles/new", "三员分立")
    given = security.send(f"{where}/roles/new", f"{where}/roles", role="operator", valid_until="2027-12-31T18:00")
    assert "经办" in security.follow(given)
    refused = security.send(f"{where}/roles/new", f"{where}/roles", 422, role="audit_admin")
    assert "三员" in refused.text
    late = {"role": "reader", "valid_from": "2027-02-01T00:00", "valid_until": "2027-01-01T00:00"}
    wrong = security.send(f"{where}/roles/new", f"{where}/roles", 422, **late)
    assert "2027-02-01T00:00" in wrong.text  # what was typed stays
    security.send(f"{where}/roles/new", f"{where}/roles", 422, role="reader", valid_from="someday")
    back = security.send(f"{where}/roles/operator/withdrawal", f"{where}/roles/operator/withdrawal")
    assert "没有任何角色" in security.follow(back)
    security.sees(where, "收回", "授予")
    front.seat("clerk").send("/people/new", "/people", 422, name="谁")


def test_people_on_a_desk_and_on_a_phone(front: Front, windows: Visits) -> None:
    person = front.people["clerk"]
    for phone, language in ((False, "zh-CN"), (True, "zh-CN"), (False, "en")):
        visitor = windows.visit(phone=phone, language=language, cookies={"yunqi_session": front.token("security")})
        for name, path in (
            ("organisations", "/organisations"),
            ("people", "/people"),
            ("person", f"/people/{person}"),
            ("role", f"/people/{person}/roles/new"),
        ):
            visitor.open(f"/console{path}")
            visitor.shoot(name)
            visitor.check()
    visitor = windows.visit(cookies={"yunqi_session": front.token("clerk")})
    visitor.open("/console/tenants")
    visitor.shoot("tenants")
    page = visitor.open("/console/organisations")
    page.get_by_role("link", name=front.session.side.using_unit).click()
    visitor.shoot("organisation")
    visitor.check()
