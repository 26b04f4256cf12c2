"""Runs, proposals and files as actions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from yunqi.kernel.errors import Problem
from yunqi.kernel.rights import Target
from yunqi.operations.actions.base import Content, Desk, action
from yunqi.operations.actions.views import run_view
from yunqi.operations.actions.waiting import decide_proposal, view, withdraw_proposal
from yunqi.store.checks import check_text
from yunqi.store.desk_lists import proposal_listing, run_listing
from yunqi.store.desk_runs import ask_cancel, require_run, to_run
from yunqi.store.files import keep_file, load_content, require_file
from yunqi.store.listing import read_page
from yunqi.store.proposals import require_proposal, to_proposal
from yunqi.wire.base import ById, Page, Proposal, Run
from yunqi.wire.desk import DecideProposal, FileInfo, ListProposals, ListRuns, UploadFile

UPLOAD_KEPT = timedelta(days=1)
_SIGNATURES = {
    ".docx": (b"PK\x03\x04", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ".xlsx": (b"PK\x03\x04", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ".pdf": (b"%PDF-", "application/pdf"),
    ".png": (b"\x89PNG\r\n", "image/png"),
    ".jpg": (b"\xff\xd8\xff", "image/jpeg"),
    ".jpeg": (b"\xff\xd8\xff", "image/jpeg"),
    ".txt": (b"", "text/plain; charset=utf-8"),
    ".md": (b"", "text/markdown; charset=utf-8"),
    ".csv": (b"", "text/csv; charset=utf-8"),
    ".json": (b"", "application/json"),
    ".jsonl": (b'{"data":', "application/x-ndjson"),
}


def _aim_run(desk: Desk, request: ById) -> Target:
    run = require_run(desk.connection, request.id)
    return Target(organisation_id=run.organisation_id or "machine", person_id=run.person_id)


@action("run.list", "GET", "/runs", "列出任务", request=ListRuns, answer=Page[Run])
def list_runs(desk: Desk, request: ListRuns) -> Page[Run]:
    """Long work of the caller's organisation, the newest first."""
    listing = run_listing(desk.caller, state=request.state)

    def make(row: Any) -> Run:
        return run_view(to_run(row))

    items, following = read_page(
        desk.connection, listing, limit=request.limit, cursor=request.cursor, sort=request.sort, make=make
    )
    return Page[Run](items=items, next_cursor=following)


@action("run.read", "GET", "/runs/{id}", "查看任务进度", request=ById, answer=Run, aim=_aim_run)
def read_run(desk: Desk, request: ById) -> Run:
    """One run: how far it is, what came of it."""
    return run_view(require_run(desk.connection, request.id))


@action("run.cancel", "POST", "/runs/{id}/cancellation", "取消任务", request=ById, answer=Run, aim=_aim_run, status=200)
def cancel_run(desk: Desk, request: ById) -> Run:
    """Asks that a run end at its next step."""
    return run_view(ask_cancel(desk.connection, request.id, desk.now))


def _aim_proposal(desk: Desk, request: ById | DecideProposal) -> Target:
    row = require_proposal(desk.connection, request.id, desk.now)
    if row.needs == "counterparty":
        return Target(row.using_unit_id, row.provider_id, person_id=row.proposed_by)
    return Target(organisation_id=row.organisation_id, person_id=row.proposed_by)


@action("proposal.list", "GET", "/proposals", "列出待复核事项", request=ListProposals, answer=Page[Proposal])
def list_proposals(desk: Desk, request: ListProposals) -> Page[Proposal]:
    """What waits, or waited, for a second person, the newest first."""
    listing = proposal_listing(desk.caller, state=request.state, mine=request.mine, now=desk.now)

    def make(row: Any) -> Proposal:
        return view(desk, to_proposal(row, desk.now))

    items, following = read_page(
        desk.connection, listing, limit=request.limit, cursor=request.cursor, sort=request.sort, make=make
    )
    return Page[Proposal](items=items, next_cursor=following)


@action("proposal.read", "GET", "/proposals/{id}", "查看待复核事项", request=ById, answer=Proposal, aim=_aim_proposal)
def read_proposal(desk: Desk, request: ById) -> Proposal:
    """One proposal."""
    return view(desk, require_proposal(desk.connection, request.id, desk.now))


@action(
    "proposal.decide",
    "POST",
    "/proposals/{id}/decision",
    "复核",
    request=DecideProposal,
    answer=Proposal,
    aim=_aim_proposal,
    status=200,
)
def decide(desk: Desk, request: DecideProposal) -> Proposal:
    """The second person agrees, and the deed is done; or refuses, with a reason."""
    if not request.agree and not request.reason.strip():
        raise Problem("proposal.reason", "不同意时须说明理由", field="reason", way_out="请填写理由")
    return decide_proposal(desk, request.id, agree=request.agree, reason=request.reason)


@action(
    "proposal.withdraw",
    "POST",
    "/proposals/{id}/withdrawal",
    "撤回待复核事项",
    request=ById,
    answer=Proposal,
    aim=_aim_proposal,
    status=200,
)
def withdraw(desk: Desk, request: ById) -> Proposal:
    """The proposer takes it back."""
    return withdraw_proposal(desk, request.id)


def _aim_file(desk: Desk, request: ById) -> Target:
    found = require_file(desk.connection, request.id)
    return Target(organisation_id=found.organisation_id or "machine", person_id=found.person_id)


@action(
    "file.upload",
    "POST",
    "/files",
    "上传文件",
    request=UploadFile,
    answer=FileInfo,
    secret_fields=("content",),
)
def upload(desk: Desk, request: UploadFile) -> FileInfo:
    """Keeps a file for a day, until something takes it. Its ending and its first bytes must agree.

    Raises `Problem` file.kind, file.empty and text.characters.
    """
    # A name has no folders, no line ends and no marks that turn the direction of reading: it is shown, and handed out.
    name = check_text("file", request.name.replace("\\", "/").rpartition("/")[2], 255)
    ending = "." + name.rpartition(".")[2].lower()
    begins, media_type = _SIGNATURES.get(ending, (None, ""))
    if not request.content:
        raise Problem("file.empty", "文件「{name}」是空的", field="file", name=name, way_out="请重新选择文件")
    if begins is None or not request.content.startswith(begins):
        raise Problem(
            "file.kind",
            "文件「{name}」的内容与扩展名不符，或不是可接受的类型",
            field="file",
            name=name,
            kinds="、".join(sorted(_SIGNATURES)),
            way_out="可接受的类型：{kinds}",
        )
    kept = keep_file(
        desk.connection,
        name=name,
        media_type=media_type,
        content=request.content,
        now=desk.now,
        organisation_id=desk.caller.organisation_id,
        person_id=desk.caller.person_id,
        expires_at=desk.now + UPLOAD_KEPT,
    )
    return FileInfo.model_validate(kept, from_attributes=True)


@action("file.read", "GET", "/files/{id}", "下载文件", request=ById, answer=Content, aim=_aim_file)
def read_file(desk: Desk, request: ById) -> Content:
    """A file's bytes."""
    found = require_file(desk.connection, request.id)
    return Content(found.name, found.media_type, load_content(desk.connection, found.id))
