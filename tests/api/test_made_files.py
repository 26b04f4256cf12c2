"""Runs that make files, over HTTP: begun, followed, fetched by who may."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from openpyxl import load_workbook
from starlette.testclient import TestClient
from tests.kits.desk import People

from yunqi.operations.actions.worker import work_runs
from yunqi.operations.installation import Installation

CLERK = {"X-Person": "clerk"}


@pytest.fixture
def worker(site: Installation) -> Iterator[None]:
    stop = threading.Event()
    thread = threading.Thread(target=work_runs, args=(site, stop))
    thread.start()
    yield
    stop.set()
    thread.join()


def follow(client: TestClient, begun: Any) -> list[dict[str, Any]]:
    """What was told of a run until its end."""
    assert begun.status_code == 202, begun.text
    with client.stream("GET", begun.headers["location"] + "/events", headers=CLERK) as stream:
        return [json.loads(line[6:]) for line in stream.iter_lines() if line.startswith("data: ")]


@pytest.mark.usefixtures("worker")
def test_a_list_is_fetched_as_a_workbook(client: TestClient) -> None:
    asked = {"list": "contract.list", "filters": {"state": "signed"}, "sort": "-number"}
    told = follow(client, client.post("/api/v1/table-exports", json=asked, headers=CLERK))
    assert told[-1]["state"] == "done", told[-1]
    address = f"/api/v1/files/{told[-1]['result']['file']}"
    got = client.get(address, headers=CLERK)
    assert got.headers["content-type"].endswith("spreadsheetml.sheet")
    sheet = load_workbook(io.BytesIO(got.content)).active
    assert sheet is not None
    assert sheet.max_row == 2
    assert client.get(address, headers={"X-Person": "operator"}).status_code == 404
    refused = client.post("/api/v1/table-exports", json={"list": "colour.list"}, headers=CLERK)
    assert (refused.status_code, refused.json()["code"]) == (422, "table.list")


@pytest.mark.usefixtures("worker")
def test_evidence_is_fetched_and_checked_with_progress(client: TestClient, people: People) -> None:
    contract = people.cast.first.contract
    told = follow(client, client.post(f"/api/v1/contracts/{contract}/evidence-files", json={}, headers=CLERK))
    assert told[-1]["state"] == "done", told[-1]
    got = client.get(f"/api/v1/files/{told[-1]['result']['file']}", headers=CLERK)
    assert json.loads(got.content.splitlines()[0])["type"] == "bundle"
    sent = client.post("/api/v1/files", files={"file": ("evidence.jsonl", got.content)}, headers=CLERK)
    assert sent.status_code == 201, sent.text
    checked = follow(
        client,
        client.post(f"/api/v1/contracts/{contract}/verifications", json={"file": sent.json()["id"]}, headers=CLERK),
    )
    assert checked[-1]["result"]["passed"]
    here = follow(client, client.post(f"/api/v1/contracts/{contract}/verifications", json={}, headers=CLERK))
    assert here[-1]["result"]["passed"]
    assert here[-1]["total"] > 0
    assert here[-1]["note"]
