"""Readings go the short way; their bytes, refusals and pages are those of the long one."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, update
from starlette.testclient import TestClient
from tests.kits.desk import People, ask

from yunqi.api.readings import Readings
from yunqi.kernel.rights import PROVIDER, Assumption, Caller, scope_of
from yunqi.operations.actions import load_actions
from yunqi.operations.actions.base import Desk
from yunqi.operations.actions.rows import RowPage, read_rows
from yunqi.operations.installation import Installation
from yunqi.store.database import open_database
from yunqi.store.resource_lists import resource_listing
from yunqi.store.tables import resource
from yunqi.wire.base import Page
from yunqi.wire.resources import ListResources, ResourceDetail, ResourceRow

CLERK = {"X-Person": "clerk"}


@pytest.fixture
def ordered(people: People, site: Installation) -> list[str]:
    """Networks with and without a field, one of them with a name that JSON and a URL must quote."""
    side = people.cast.first
    made = []
    for number, spec in enumerate(({"cidr": "10.64.1.0/24"}, {}, {"cidr": "10.64.3.0/24"})):
        outcome = ask(
            site,
            people.clerk,
            "resource.order",
            kind="network",
            name=f"lan-{number}",
            contract=side.contract,
            work_order=side.work_order,
            spec=spec,
        )
        made.append(outcome.value.id)
    return made


def test_rows_without_models_give_the_bytes_of_models(site: Installation, people: People, ordered: list[str]) -> None:
    outcome = ask(site, people.clerk, "resource.list", limit=2)
    assert isinstance(outcome.made, RowPage)
    page = outcome.value
    assert isinstance(page, Page)
    assert [one.id for one in page.items] == ordered[:2]
    assert outcome.body == page.model_dump_json().encode()
    models = [ask(site, people.clerk, "resource.read", id=one).value for one in ordered[:2]]
    assert all(isinstance(one, ResourceDetail) for one in models)
    plain = [ResourceRow.model_validate(one.model_dump()) for one in models]
    assert (
        outcome.body == Page[ResourceRow](items=tuple(plain), next_cursor=page.next_cursor).model_dump_json().encode()
    )


def test_contracts_without_models_give_the_bytes_of_models(site: Installation, people: People) -> None:
    for caller in (people.clerk, people.officer):
        outcome = ask(site, caller, "contract.list")
        assert outcome.value.items
        assert outcome.body == outcome.value.model_dump_json().encode()


def test_a_scope_leaves_out_the_person_and_nothing_that_limits(people: People) -> None:
    assumed = Assumption("asm-1", "per-1", "某人", "org-1", "查障", datetime(2026, 1, 1, tzinfo=UTC), PROVIDER)
    caller = replace(people.clerk, session_id="s", token_id="t", address="a", assumption=assumed)
    scope = scope_of(caller)
    left_out = {"person_id", "person_name", "organisation_name", "session_id", "token_id", "address"}
    changed = {one.name for one in fields(Caller) if getattr(scope, one.name) != getattr(caller, one.name)}
    assert changed == left_out
    assert scope.only_provider_id == "org-1"
    assert scope_of(replace(people.clerk, person_id=None)).person_id is None


def test_an_assumed_role_does_not_get_the_list_of_the_role_itself(
    site: Installation, people: People, ordered: list[str]
) -> None:
    assert len(ask(site, people.clerk, "resource.list").value.items) == len(ordered)
    own, other = people.operator.organisation_id, people.other_operator.organisation_id
    for provider, expected in ((own, len(ordered)), (other, 0)):
        assert provider is not None
        assumed = Assumption("asm-1", "per-1", "某人", provider, "查障", datetime(2026, 1, 1, tzinfo=UTC), PROVIDER)
        caller = replace(people.clerk, assumption=assumed)
        assert len(ask(site, caller, "resource.list").value.items) == expected


def test_an_empty_page_has_the_bytes_of_its_model(site: Installation, people: People) -> None:
    outcome = ask(site, people.clerk, "resource.list", kind="server")
    assert outcome.body == Page[ResourceRow](items=()).model_dump_json().encode()


@pytest.mark.parametrize("sort", ["id", "-id", "name", "-name", "created_at", "-created_at", "phase", "-kind"])
def test_pages_of_one_row_walk_through_all(site: Installation, people: People, ordered: list[str], sort: str) -> None:
    seen: list[str] = []
    cursor = None
    while True:
        page = ask(site, people.clerk, "resource.list", limit=1, sort=sort, cursor=cursor).value
        seen += [one.id for one in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert sorted(seen) == sorted(ordered)
    assert seen == [one.id for one in ask(site, people.clerk, "resource.list", sort=sort).value.items]


def test_kept_listings_are_of_one_scope(site: Installation, people: People, ordered: list[str]) -> None:
    for caller, expected in ((people.clerk, 3), (people.approver, 3), (people.other_clerk, 0), (people.clerk, 3)):
        assert len(ask(site, caller, "resource.list").value.items) == expected, caller.person_name


def test_a_page_is_made_again_once_anything_has_changed(
    client: TestClient, site: Installation, people: People, ordered: list[str]
) -> None:
    def read() -> tuple[list[str], str]:
        answer = client.get("/api/v1/resources", headers=CLERK)
        return [one["name"] for one in answer.json()["items"]], answer.headers["etag"]

    first = read()
    assert read() == first
    with site.database.write() as connection:
        connection.execute(update(resource).where(resource.c.id == ordered[0]).values(name="lan-9"))
    assert read()[0] == ["lan-9", "lan-1", "lan-2"]
    elsewhere = open_database(site.database.url)  # as another process
    with elsewhere.write() as connection:
        connection.execute(update(resource).where(resource.c.id == ordered[0]).values(name="lan-0"))
    elsewhere.close()
    assert read() == first


def test_what_was_undone_is_not_remembered(site: Installation, people: People, ordered: list[str]) -> None:
    def names(connection: Connection) -> list[str]:
        desk = Desk(site, people.clerk, site.clock.now(), connection)
        return [one.name for one in read_rows(desk, resource_listing(people.clerk), ListResources(), ResourceRow).items]

    def rename_and_fail() -> None:
        with site.database.write() as connection:
            connection.execute(update(resource).where(resource.c.id == ordered[0]).values(name="lan-9"))
            assert names(connection)[0] == "lan-9"
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        rename_and_fail()
    for _turn in range(2):
        with site.database.read() as connection:
            assert names(connection)[0] == "lan-0"


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/resources",
        "/api/v1/resources?limit=2&sort=-name",
        "/api/v1/resources?fields=name,phase",
        "/api/v1/resources?gone=true&kind=network",
        "/api/v1/resources/{id}",
        "/api/v1/resources/none",
        "/api/v1/resources/no%2Fne",
        "/api/v1/contracts/A%2FB/entitlements",
        "/api/v1/resources/",
        "/api/v1/contracts/{contract}",
        "/api/v1/contracts/{contract}/entitlements",
        "/api/v1/resources?limit=0",
        "/api/v1/resources?limit=2&limit=3",
        "/api/v1/resources?colour=red",
        "/api/v1/resources?sort=colour",
        "/api/v1/resources?cursor=x",
        "/api/v1/kinds?x=1",
    ],
)
@pytest.mark.parametrize("person", ["clerk", "other_clerk", ""])
def test_the_long_way_says_the_same(
    client: TestClient,
    people: People,
    ordered: list[str],
    address: str,
    person: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    address = address.format(id=ordered[0], contract=people.cast.first.contract)
    headers = {"X-Person": person} if person else {}
    short = client.get(address, headers=headers)
    monkeypatch.setattr(Readings, "find", lambda *_: None)
    long = client.get(address, headers=headers)
    assert without_moment(short) == without_moment(long)


def without_moment(answer: Any) -> tuple[Any, ...]:
    """Everything of an answer that two askings share."""
    own = {"x-request-id"} | ({"etag"} if b'"at":' in answer.content else set())
    headers = {name: value for name, value in answer.headers.items() if name not in own}
    identifier = answer.headers["x-request-id"]
    body = answer.text.replace(identifier, "")
    return answer.status_code, headers, body if "etag" not in own else ""


def test_the_short_way_takes_every_reading_of_one_place_or_none(site: Installation, people: People) -> None:
    found = Readings(site, lambda _http: people.clerk)
    taken = {one.name for one in found.literal.values()} | {one.name for _place, one in found.placed.values()}
    many = {one.name for one in load_actions().values() if one.method == "GET" and one.path.count("{") > 1}
    readings = {one.name for one in load_actions().values() if one.method == "GET" and one.kind == "read"}
    assert readings - taken <= many
    assert found.find("/api/v1/resources//", b"") is None
    assert found.find("/api/v1/resources/" + "x" * 201, b"") is None
