"""Routes: what the wire carries, and what it refuses."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.kits.desk import People
from tests.kits.session import SAMPLE

from yunqi.operations.actions import load_actions
from yunqi.operations.actions.worker import work_runs
from yunqi.operations.installation import Installation
from yunqi.services.registry import load_services

CLERK = {"X-Person": "clerk"}


def network(people: People, name: str = "lan", cidr: str = "10.64.1.0/24") -> dict[str, Any]:
    side = people.cast.first
    return {"name": name, "contract": side.contract, "work_order": side.work_order, "spec": {"cidr": cidr}}


def test_openapi_has_every_action_and_the_schema_of_every_kind(client: TestClient) -> None:
    document = client.get("/api/v1/openapi.json").json()
    operations = {each["operationId"] for path in document["paths"].values() for each in path.values()}
    for name, found in load_actions().items():
        wanted = {f"{name}.{kind}" for kind in load_services()} if found.variants else {name}
        assert wanted <= operations, wanted - operations
    body = document["paths"]["/api/v1/orders/server"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    schema = document["components"]["schemas"][body["$ref"].rpartition("/")[2]]
    spec = document["components"]["schemas"][schema["properties"]["spec"]["$ref"].rpartition("/")[2]]
    assert spec["properties"]["vcpus"] == {"maximum": 64, "minimum": 1, "title": "Vcpus", "type": "integer"}


def test_nobody_is_asked_to_sign_in(client: TestClient) -> None:
    answer = client.get("/api/v1/contracts")
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.json()["code"] == "access.signed_out"
    assert answer.json()["request_id"] == answer.headers["x-request-id"]


def test_an_order_and_what_follows(client: TestClient, people: People) -> None:
    made = client.post(
        "/api/v1/orders/network", json=network(people), headers=CLERK | {"Idempotency-Key": "order-0001"}
    )
    assert made.status_code == 201, made.text
    again = client.post(
        "/api/v1/orders/network", json=network(people), headers=CLERK | {"Idempotency-Key": "order-0001"}
    )
    assert (again.status_code, again.content) == (201, made.content)
    assert again.headers["idempotency-replayed"] == "true"
    address = f"/api/v1/resources/{made.json()['id']}"
    seen = client.get(address, headers=CLERK)
    assert seen.json()["spec"]["cidr"] == "10.64.1.0/24"
    assert client.get(address, headers=CLERK | {"If-None-Match": seen.headers["etag"]}).status_code == 304
    late = client.delete(address, headers=CLERK | {"If-Match": '"00"'})
    assert (late.status_code, late.json()["code"]) == (412, "precondition.changed")
    assert client.delete(address, headers=CLERK | {"If-Match": seen.headers["etag"]}).status_code == 200


def test_a_page_with_chosen_fields(client: TestClient, people: People) -> None:
    for number in range(3):
        client.post(
            "/api/v1/orders/network", json=network(people, f"lan-{number}", f"10.64.{number}.0/24"), headers=CLERK
        )
    first = client.get("/api/v1/resources?limit=2&sort=-name&fields=name,phase", headers=CLERK).json()
    assert first["items"] == [{"name": "lan-2", "phase": "ordered"}, {"name": "lan-1", "phase": "ordered"}]
    second = client.get(
        "/api/v1/resources", params={"limit": 2, "sort": "-name", "cursor": first["next_cursor"]}, headers=CLERK
    ).json()
    assert [one["name"] for one in second["items"]] == ["lan-0"]
    assert second["next_cursor"] is None
    strange = client.get("/api/v1/resources?fields=name,colour", headers=CLERK)
    assert (strange.status_code, strange.json()["code"]) == (422, "list.fields")
    assert client.get("/api/v1/resources?kind=server", headers=CLERK).json()["items"] == []


@pytest.mark.parametrize(
    ("language", "title"),
    [("zh", "没有这个对象，或您无权查看"), ("en", "There is no such object, or you may not see it")],
)
def test_errors_speak_the_callers_language(client: TestClient, language: str, title: str) -> None:
    answer = client.get("/api/v1/resources/srv-none", headers=CLERK | {"Accept-Language": language})
    assert answer.status_code == 404
    assert answer.json()["title"] == title


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "lan"}, "contract"),
        ({"name": "lan", "contract": "x", "spec": {"cidr": "8.8.8.0/24"}}, "spec.cidr"),
        ({"name": "lan", "contract": "x", "spec": {"cidr": "10.0.0.0/24"}, "colour": 1}, "colour"),
        ({"name": 7, "contract": "x", "spec": {"cidr": "10.0.0.0/24"}}, "name"),
    ],
)
def test_a_bad_body_names_its_field(client: TestClient, body: dict[str, Any], field: str) -> None:
    answer = client.post("/api/v1/orders/network", json=body, headers=CLERK)
    assert answer.status_code == 422
    said = answer.json()
    assert said["code"] == "request.invalid"
    assert field in [one["field"] for one in said["errors"]]


def test_a_body_that_is_too_long_or_no_json(client: TestClient) -> None:
    long = client.post("/api/v1/orders/network", content=b"[" * 2_000_000, headers=CLERK)
    assert (long.status_code, long.headers["content-type"]) == (413, "application/problem+json")
    broken = client.post("/api/v1/orders/network", content=b"{", headers=CLERK | {"Content-Type": "application/json"})
    assert (broken.status_code, broken.json()["code"]) == (422, "request.invalid")


def test_no_such_address_and_no_such_method(client: TestClient) -> None:
    assert client.get("/api/v1/nothing", headers=CLERK).json()["code"] == "address.unknown"
    refused = client.put("/api/v1/contracts", headers=CLERK)
    assert (refused.status_code, refused.json()["code"]) == (405, "request.method")


def test_a_contract_comes_in_as_a_run_with_its_progress(client: TestClient, site: Installation) -> None:
    stop = threading.Event()
    worker = threading.Thread(target=work_runs, args=(site, stop))
    worker.start()
    try:
        with SAMPLE.open("rb") as file:
            kept = client.post("/api/v1/files", files={"file": (SAMPLE.name, file)}, headers=CLERK)
        assert kept.status_code == 201, kept.text
        begun = client.post("/api/v1/contracts", json={"file": kept.json()["id"]}, headers=CLERK)
        assert begun.status_code == 202
        with client.stream("GET", begun.headers["location"] + "/events", headers=CLERK) as stream:
            told = [json.loads(line[6:]) for line in stream.iter_lines() if line.startswith("data: ")]
        assert told[-1]["state"] == "done"
        assert told[-1]["result"]["price_lines"] > 0
    finally:
        stop.set()
        worker.join()


def test_the_original_is_handed_out_byte_for_byte(client: TestClient, people: People) -> None:
    answer = client.get(f"/api/v1/contracts/{people.cast.first.contract}/document", headers=CLERK)
    assert answer.content == SAMPLE.read_bytes()
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''")
    other = client.get(f"/api/v1/contracts/{people.cast.first.contract}/document", headers={"X-Person": "other_clerk"})
    assert other.status_code == 404
