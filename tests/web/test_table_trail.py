"""Who takes a list away as a workbook stands in the audit trail."""

from __future__ import annotations

from tests.kits.front import Front


def test_a_workbook_is_recorded_before_it_leaves(front: Front) -> None:
    clerk = front.seat("clerk")
    answer = clerk.http.get("/console/incidents?format=xlsx&state=recovered")
    assert answer.content.startswith(b"PK")
    rows = front.seat("trail").http.get("/api/v1/audit", params={"action": "table.export"}).json()["items"]
    (row,) = rows
    assert (row["person_id"], row["object"]) == (front.people["clerk"], "incidents")
    assert row["action_name"] == "导出列表"
    assert row["detail"]["rows"] == 3
    assert row["detail"]["filter.state"] == "recovered"
    assert row["outcome"] == "done"
