"""Who takes a list away as a workbook stands in the audit trail."""

from __future__ import annotations

import pytest
from tests.kits.front import Front

from yunqi.web.pages.audit import path_of
from yunqi.wire.audit import AuditRow


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


@pytest.mark.parametrize(
    ("action", "identifier", "path"),
    [
        ("contract.sign", "con-1", "/contracts/con-1"),
        ("resource.delete", "srv-1", "/resources/srv-1"),
        ("resource.change", "adr-1", "/resources/adr-1"),
        ("work_order.advance", "cas-1", "/work-orders/cas-1"),
        ("incident.advance", "cas-1", "/incidents/cas-1"),
        ("adjudication.record", "cas-1", "/adjudications/cas-1"),
        ("table.export", "incidents", ""),
        ("session.begin", "", ""),
    ],
)
def test_a_row_of_the_trail_leads_to_its_object(action: str, identifier: str, path: str) -> None:
    row = AuditRow.model_construct(action=action, object=identifier)
    assert path_of(row) == path
