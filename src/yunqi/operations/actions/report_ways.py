"""Sending and receipt of reports as actions: to the receiver that the register names, and to every further one."""

from __future__ import annotations

from typing import Any

from yunqi.kernel.rights import Target
from yunqi.operations.actions import aims
from yunqi.operations.actions.base import Desk, action
from yunqi.operations.actions.made import require_own_file
from yunqi.operations.actions.reports import show_entry
from yunqi.store.contracts import require_contract
from yunqi.store.parties import require_organisation
from yunqi.store.report_lists import require_visible_report
from yunqi.store.report_receivers import list_receivers
from yunqi.store.report_ways import deliver_further, receive_further
from yunqi.store.reports import APPROVED, deliver_report, receive_report, require_report
from yunqi.wire.reports import DeliverReport, ReceiveReport, ReportRow


def _aim(desk: Desk, request: Any) -> Target:
    found = require_report(desk.connection, request.id)
    return aims.target_of_contract(desk, require_contract(desk.connection, found.contract_id))


@action(
    "report.deliver", "POST", "/reports/{id}/deliver", "报送报告", request=DeliverReport, answer=ReportRow, aim=_aim
)
def deliver(desk: Desk, request: DeliverReport) -> ReportRow:
    """Says that an approved report was sent, to one receiver or to all that it was not sent to yet.

    Raises `Problem` report_entry.state, …author, …time and …no_receiver.
    """
    found = require_visible_report(desk.connection, request.id, desk.caller)
    further = list_receivers(desk.connection, (found.id,)).get(found.id, ())
    given: dict[str, Any] = {
        "organisation_id": desk.caller.organisation_id or "",
        "person_id": desk.person_id,
        "way": request.way,
        "at": request.at or desk.now,
        "now": desk.now,
    }
    waiting = [one.organisation_id for one in further if one.delivered_at is None]
    if request.receiver is not None:
        waiting = [require_organisation(desk.connection, request.receiver).id]
    elif found.state == APPROVED or not waiting:
        waiting.insert(0, found.receiver_id)
    for one in waiting:
        if one == found.receiver_id:
            deliver_report(desk.connection, found.id, **given)
        else:
            deliver_further(desk.connection, found.id, one, **given)
    return show_entry(desk, found.id)


@action(
    "report.receipt", "POST", "/reports/{id}/receipt", "登记报告签收", request=ReceiveReport, answer=ReportRow, aim=_aim
)
def receipt(desk: Desk, request: ReceiveReport) -> ReportRow:
    """Records who received it, when and how: evidence of its arrival.

    Raises `Problem` report_entry.state, …party, …proof, …time, …no_receiver and file.unknown.
    """
    found = require_visible_report(desk.connection, request.id, desk.caller)
    if request.file:
        require_own_file(desk, request.file)
    mine = desk.caller.organisation_id or ""
    further = {one.organisation_id for one in list_receivers(desk.connection, (found.id,)).get(found.id, ())}
    receiver = mine if mine in further else found.receiver_id
    if request.receiver is not None:
        receiver = require_organisation(desk.connection, request.receiver).id
    given: dict[str, Any] = {
        "organisation_id": mine,
        "person_id": desk.person_id,
        "received_by": request.received_by,
        "way": request.way,
        "at": request.at or desk.now,
        "file_id": request.file,
        "now": desk.now,
    }
    if receiver == found.receiver_id:
        receive_report(desk.connection, found.id, **given)
    else:
        receive_further(desk.connection, found.id, receiver, **given)
    return show_entry(desk, found.id)
