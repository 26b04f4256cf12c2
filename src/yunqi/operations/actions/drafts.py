"""Contracts written from their data, and next year's requirements from what was really used."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from yunqi.contract.draft import find_gaps, find_losses, render_draft
from yunqi.contract.draft.supplement import render_supplement, select_clauses
from yunqi.kernel.words import _
from yunqi.operations.actions import aims
from yunqi.operations.actions.base import Content, Desk, action
from yunqi.operations.actions.made import safe_name
from yunqi.operations.documents import media_type_of
from yunqi.operations.requirements import Asked, read_requirements
from yunqi.wire.base import ById
from yunqi.wire.drafts import DraftCheck, OpinionOf, Requirements, RequirementsFile, RequirementsOf, SupplementOf


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


@action(
    "contract.opinion",
    "GET",
    "/contracts/{contract}/opinion",
    "编制审查意见书",
    request=OpinionOf,
    answer=Content,
    aim=aims.contract,
)
def opinion(desk: Desk, request: OpinionOf) -> Content:
    """What the review found, each with its places, what it is worth and the text proposed instead."""
    from yunqi.reports.opinion import render_opinion, render_opinion_table

    found = aims.require_contract_of(desk, request.contract)
    name = f"审查意见-{safe_name(found.number or found.id)}.{request.format}"
    render = render_opinion if request.format == "docx" else render_opinion_table
    by = desk.caller.organisation_name or _("云契")
    return Content(name, media_type_of(name), render(found.data, made_at=desk.now, by=by))


@action(
    "contract.supplement",
    "GET",
    "/contracts/{contract}/supplement",
    "起草补充协议",
    request=SupplementOf,
    answer=Content,
    aim=aims.contract,
)
def supplement(desk: Desk, request: SupplementOf) -> Content:
    """What the review proposes to agree instead, as a supplementary agreement in Word."""
    found = aims.require_contract_of(desk, request.contract)
    only = [name.strip() for name in request.only.replace("，", ",").split(",") if name.strip()]
    content = render_supplement(found.data, select_clauses(found.data, only), request.effective_on)
    name = f"补充协议-{safe_name(found.number or found.id)}.docx"
    return Content(name, media_type_of(name), content)


def _read(desk: Desk, request: RequirementsOf) -> dict[str, Any]:
    found = aims.require_contract_of(desk, request.contract)
    asked = Asked(request.start_on, request.end_on, request.basis, Fraction(request.reserve), request.months)
    return read_requirements(desk.connection, found, asked, now=desk.now)


@action(
    "contract.requirements",
    "GET",
    "/contracts/{contract}/requirements",
    "测算采购需求",
    request=RequirementsOf,
    answer=Requirements,
    aim=aims.contract,
)
def requirements(desk: Desk, request: RequirementsOf) -> Requirements:
    """Next year's requirements: what was contracted and used, the proposed quantity by its rule, and the budget."""
    return Requirements(data=_read(desk, request))


@action(
    "contract.requirements_file",
    "GET",
    "/contracts/{contract}/requirements/file",
    "编制采购需求文件",
    request=RequirementsFile,
    answer=Content,
    aim=aims.contract,
)
def requirements_file(desk: Desk, request: RequirementsFile) -> Content:
    """The requirements as a workbook (需求清单) or as a document (采购需求书)."""
    from yunqi.reports import render_bytes
    from yunqi.reports.requirements_document import render_requirements

    data = _read(desk, request)
    name = f"采购需求-{safe_name(data['number'])}-{data['start_on']}-{data['end_on']}.{request.format}"
    content = render_requirements(data) if request.format == "docx" else render_bytes("requirements_xlsx", data)
    return Content(name, media_type_of(name), content)
