"""Official letters as an action: the document of a numbered draft, made of the statement that it is about."""

from __future__ import annotations

from typing import Any

from yunqi.kernel.errors import Problem
from yunqi.kernel.period import date_of
from yunqi.kernel.rights import Target
from yunqi.operations.actions import aims
from yunqi.operations.actions.base import Desk, action
from yunqi.operations.actions.made import keep_made, safe_name
from yunqi.operations.actions.reports import LETTERS
from yunqi.operations.documents import media_type_of, statement_data
from yunqi.reports import load_report, render_bytes
from yunqi.store.contracts import require_contract
from yunqi.store.files import keep_file
from yunqi.store.parties import require_organisation
from yunqi.store.report_lists import require_visible_report
from yunqi.store.reports import ReportEntry, attach_file, require_report
from yunqi.store.statements import StatementRow, require_statement
from yunqi.wire.reports import MadeLetter, MakeLetter


def _aim(desk: Desk, request: MakeLetter) -> Target:
    found = require_report(desk.connection, request.id)
    return aims.target_of_contract(desk, require_contract(desk.connection, found.contract_id))


@action(
    "letter.make",
    "POST",
    "/reports/{id}/letter",
    "编制函件",
    request=MakeLetter,
    answer=MadeLetter,
    aim=_aim,
    kind="run",
)
def make(desk: Desk, request: MakeLetter) -> MadeLetter:
    """The letter of breach or of reclaim as PDF, which becomes the draft's document, and as a Word file to edit.

    Raises `Problem` letter.kind, letter.statement, letter.nothing, letter.nothing_unused, report_entry.state and
    …author.
    """
    with desk.site.database.read() as connection:
        found = require_visible_report(connection, request.id, desk.caller)
        kind = LETTERS.get(found.kind)
        if kind is None:
            raise Problem(
                "letter.kind",
                "「{value}」不是可以编制的函件",
                field="id",
                value=found.kind,
                known="、".join(LETTERS),
                way_out="可编制的函件：{known}",
            )
        if found.statement_id is None:
            raise Problem(
                "letter.statement",
                "该函件没有指明所依据的结算单",
                field="statement",
                value=found.id,
                way_out="请重新编号，并指明结算单",
            )
        row = require_statement(connection, found.statement_id)
        sender = require_organisation(connection, found.organisation_id).name
        receiver = require_organisation(connection, found.receiver_id).name
    data = _letter_data(row, found, request, sender, receiver, desk)
    pdf_report, word_report = load_report(f"{kind}_letter_pdf"), load_report(f"{kind}_letter")
    name = safe_name(f"{found.kind}-{found.year}-{found.number}-v{found.version}")
    pdf, word = render_bytes(pdf_report.name, data), render_bytes(word_report.name, data)
    with desk.site.database.write() as connection:
        kept = keep_file(
            connection,
            name=f"{name}{pdf_report.suffix}",
            media_type=media_type_of(f"x{pdf_report.suffix}"),
            content=pdf,
            now=desk.site.clock.now(),
            organisation_id=desk.caller.organisation_id,
            person_id=desk.caller.person_id,
            run_id=desk.run_id,
        )
        attach_file(connection, found.id, kept.id, organisation_id=desk.caller.organisation_id or "")
    made = keep_made(
        desk,
        name=f"{name}{word_report.suffix}",
        media_type=media_type_of(f"x{word_report.suffix}"),
        content=word,
        contract_id=None,
    )
    return MadeLetter(report=found.id, pdf=kept.id, pdf_name=kept.name, word=made)


def _letter_data(
    row: StatementRow, found: ReportEntry, request: MakeLetter, sender: str, receiver: str, desk: Desk
) -> dict[str, Any]:
    dated_on = request.dated_on or date_of(desk.site.clock.now())
    return {
        **statement_data(row),
        "letter": {
            "sender": sender,
            "receiver": receiver,
            "code": request.code,
            "year": found.year,
            "number": found.number,
            "dated_on": dated_on.isoformat(),
            "contact": request.contact,
        },
    }
