"""The documents of a fault as actions: made of an incident as it stands, and filed by `report.compose`."""

from __future__ import annotations

from typing import Any

from yunqi.cases.incident import MACHINE
from yunqi.kernel.errors import Problem
from yunqi.kernel.rights import INTEGRATOR, Target
from yunqi.kernel.words import _
from yunqi.operations.actions.base import Content, Desk, action
from yunqi.operations.actions.casework import require_case_of, target_of_case
from yunqi.operations.actions.composed import TITLES, Made, Subject
from yunqi.operations.actions.made import safe_name
from yunqi.operations.documents import media_type_of
from yunqi.operations.faults import read_fault, withhold
from yunqi.reports import load_report, render_bytes
from yunqi.store.cases import Case
from yunqi.store.contracts import Contract, require_contract
from yunqi.wire.incidents import FaultFile

RECORD, FIRST, FINAL, DOWNTIME = "fault_record", "fault_first", "fault_final", "downtime"
CLOSED, WITHDRAWN = "closed", "withdrawn"


def _aim(desk: Desk, request: FaultFile) -> Target:
    return target_of_case(desk, require_case_of(desk, "incident", request.incident))


@action(
    "fault.file",
    "GET",
    "/incidents/{incident}/reports/{document}/file",
    "编制故障文档",
    request=FaultFile,
    answer=Content,
    aim=_aim,
)
def make_file(desk: Desk, request: FaultFile) -> Content:
    """A document of a fault as it stands now, as a Word file; nothing is numbered.

    Raises `Problem` fault.not_a_fault, …withdrawn, …not_confirmed, …no_root_cause, …not_down, …not_recovered.
    """
    found = require_case_of(desk, "incident", request.incident)
    made = _make(desk, require_contract(desk.connection, found.contract_id), found, request.document)
    return Content(made.name, media_type_of(made.name), made.content)


def make_record(desk: Desk, subject: Subject) -> Made:
    """The record of a fault, as far as it has come."""
    return _make_of(desk, subject, RECORD)


def make_first(desk: Desk, subject: Subject) -> Made:
    """The first report, with what is still open."""
    return _make_of(desk, subject, FIRST)


def make_final(desk: Desk, subject: Subject) -> Made:
    """The second report; refused until the clearing is confirmed and the root cause is found."""
    return _make_of(desk, subject, FINAL)


def make_downtime(desk: Desk, subject: Subject) -> Made:
    """The report of a downtime; refused until it is over."""
    return _make_of(desk, subject, DOWNTIME)


def _make_of(desk: Desk, subject: Subject, document: str) -> Made:
    if subject.incident is None:
        raise LookupError(document)
    return _make(desk, subject.contract, subject.incident, document)


def _make(desk: Desk, contract: Contract, found: Case, document: str) -> Made:
    data = read_fault(desk.connection, contract, found, desk.now, desk.site.calendar)
    if desk.caller.organisation_role == INTEGRATOR:
        data = withhold(data)
    _require_ready(document, data)
    report = load_report(document)
    name = safe_name(f"{report.title}-{found.number}")
    return Made(f"{name}{report.suffix}", render_bytes(document, data))


def _require_ready(document: str, data: dict[str, Any]) -> None:
    """Refuses a document whose time has not come: a report says what is so, not what will be."""
    incident = data["incident"]
    title = _(TITLES[document])
    if incident["kind"] != "fault":
        raise Problem(
            "fault.not_a_fault",
            "「{number}」是运维需求，不是故障，没有「{title}」",
            field="incident",
            value=incident["number"],
            number=incident["number"],
            title=title,
            way_out="请选择故障类的事件",
        )
    if incident["state"] == WITHDRAWN and document != RECORD:
        raise Problem(
            "fault.withdrawn",
            "「{number}」已撤销，不出具「{title}」",
            field="incident",
            value=incident["number"],
            number=incident["number"],
            title=title,
            way_out="撤销的事件只有处置记录",
        )
    if document == FINAL:
        _require_cleared(incident, data["root_cause"] or data["parts"].get("root_cause"))
    if document == DOWNTIME:
        _require_over(incident, data["outage"])


def _require_cleared(incident: dict[str, Any], root_cause: str | None) -> None:
    """Source: what a contract calls 故障处理报告 is handed in after the using unit has confirmed the clearing."""
    if incident["state"] != CLOSED:
        raise Problem(
            "fault.not_confirmed",
            "「{number}」的使用单位尚未确认故障排除（现为「{state}」），不能出具故障处理报告",
            field="incident",
            value=incident["number"],
            number=incident["number"],
            state=_(MACHINE.label(incident["state"])),
            way_out="请由使用单位关闭该事件予以确认；在此之前可出具故障报告（fault_first）",
        )
    if not root_cause:
        raise Problem(
            "fault.no_root_cause",
            "「{number}」没有登记根本原因，不能出具故障处理报告",
            field="root_cause",
            value=incident["number"],
            number=incident["number"],
            way_out="根本原因以「已定位」登记；事件已关闭的，请由云服务商提交故障处理报告（notice.report）写明根本原因",
        )


def _require_over(incident: dict[str, Any], outage: dict[str, Any] | None) -> None:
    if outage is None:
        raise Problem(
            "fault.not_down",
            "「{number}」没有测得或登记中断，不能出具系统宕机报告",
            field="incident",
            value=incident["number"],
            number=incident["number"],
            way_out="性能下降等不中断服务的，请出具故障处置记录或故障报告",
        )
    if not outage["end_at"] or not incident["recovered_at"]:
        raise Problem(
            "fault.not_recovered",
            "「{number}」的服务尚未恢复，不能出具系统宕机报告",
            field="incident",
            value=incident["number"],
            number=incident["number"],
            way_out="恢复之后再出具；在此之前可出具故障报告（fault_first）",
        )
