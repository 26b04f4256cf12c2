"""Contracts written from their data: as a document to sign, and what it leaves to fill in."""

from __future__ import annotations

from yunqi.contract.draft import find_gaps, find_losses, render_draft
from yunqi.operations.actions import aims
from yunqi.operations.actions.base import Content, Desk, action
from yunqi.operations.actions.made import safe_name
from yunqi.operations.documents import media_type_of
from yunqi.wire.base import ById
from yunqi.wire.drafts import DraftCheck


@action(
    "contract.draft",
    "GET",
    "/contracts/{id}/draft",
    "起草合同文本",
    request=ById,
    answer=Content,
    aim=aims.contract,
)
def draft(desk: Desk, request: ById) -> Content:
    """The contract's data as a contract in Word; imported again it gives the same data."""
    found = aims.require_contract_of(desk, request.id)
    name = f"合同文本-{safe_name(found.number or found.id)}.docx"
    return Content(name, media_type_of(name), render_draft(found.data))


@action(
    "contract.draft_check",
    "GET",
    "/contracts/{id}/draft/check",
    "核对合同文本草案",
    request=ById,
    answer=DraftCheck,
    aim=aims.contract,
)
def check(desk: Desk, request: ById) -> DraftCheck:
    """The paths of the data that the draft leaves to fill in, and those that it would not read back the same."""
    data = aims.require_contract_of(desk, request.id).data
    return DraftCheck(gaps=tuple(find_gaps(data)), losses=tuple(find_losses(data, render_draft(data))))
