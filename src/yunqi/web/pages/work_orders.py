"""统一工单: whose turn it is, what this person may do next, who did what when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from markupsafe import Markup
from pydantic import ValidationError
from starlette.responses import Response

from yunqi.kernel.errors import Problem
from yunqi.kernel.rights import Target
from yunqi.kernel.words import _
from yunqi.web import badges
from yunqi.web.clauses import role_word
from yunqi.web.forms import Form
from yunqi.web.page import Page, PageOf
from yunqi.web.pieces import Happening
from yunqi.web.tables import Column, Empty, Filter, Table
from yunqi.wire.base import ById
from yunqi.wire.contracts import ListContracts
from yunqi.wire.parties import ListSystems
from yunqi.wire.work_orders import (
    AdvanceWorkOrder,
    ListWorkOrders,
    NextEvent,
    OpenWorkOrder,
    TimelineEntry,
    WorkOrderDetail,
    WorkOrderRow,
)

router = APIRouter(prefix="/work-orders")
KIND_WORDS: Mapping[str, tuple[str, str]] = {
    "onboarding": ("系统入云", "系统第一次部署到云上"),
    "go_live": ("系统上线", "测试完成，正式对外服务"),
    "change": ("服务变更", "缩容或调整资源"),
    "scale_out": ("扩容", "要求在约定的期限内增加资源，逾期计违约"),
    "exit": ("服务退出", "迁出、关停并擦除数据"),
}
PATH_WORDS: Mapping[str, str] = {
    "drafted": "拟稿",
    "filed": "备案",
    "approved": "受理",
    "carried_out": "实施",
    "closed": "办结",
}
EVENT_HELP: Mapping[str, str] = {
    "file": "核对后给出备案号，云服务商才能受理。",
    "approve": "受理后，使用单位可以据此订购资源。",
    "carry_out": "工单要求的事项已经全部实施。",
    "press": "书面通知云服务商在限期之内满足扩容需求；限期已过仍未实施的，可按违约表计违约金。",
    "close": "确认实施结果，工单就此办结。",
    "reject": "退回后不能继续办理，须说明原因。",
    "withdraw": "撤回后不能继续办理，须说明原因。",
}
_OFF = frozenset({"reject", "withdraw"})


@dataclass(frozen=True, slots=True)
class Step:
    """A stage of the way: done, the present one, or to come."""

    words: str
    state: str


def turn(page: Page, row: WorkOrderRow) -> Markup:
    """Whose turn it is: the caller's organisation stands out."""
    if not row.waits_for:
        return Markup("")
    if page.caller.organisation_role in row.waits_for:
        return badges.badge("orange", _("轮到本单位"))
    return Markup("{}").format(role_word(row.waits_for[0]))


def work_orders_table(page: Page) -> Table:
    """The list of work orders."""
    states = tuple((code, badges.state_words("work_order", code)) for code in badges.STATES["work_order"])
    kinds = tuple((code, _(KIND_WORDS[code][0])) for code in KIND_WORDS)
    mine = page.caller.organisation_role
    opening = page.may("work_order.open")
    return Table(
        "work-orders",
        _("统一工单"),
        (
            Column("title", _("事项"), link=lambda row: page.url(f"/work-orders/{row.id}"), sort="title", main=True),
            Column("number", _("编号"), "code", sort="number"),
            Column("kind_name", _("类型")),
            Column("system", _("信息系统")),
            *(() if mine == "using_unit" else (Column("using_unit", _("使用单位")),)),
            *(() if mine == "provider" else (Column("provider", _("云服务商")),)),
            Column("state", _("状态"), "state", of="work_order", sort="state"),
            Column("waits_for", _("轮到谁"), "html", value=lambda row: turn(page, row)),
            Column("opened_at", _("提交时间"), "instant", sort="opened_at"),
        ),
        filters=(
            Filter("text", _("编号或事项")),
            Filter("state", _("状态"), states),
            Filter("kind", _("类型"), kinds),
            Filter("waiting", _("待办"), (("true", _("轮到本单位")),)),
        ),
        empty=Empty(
            _("还没有统一工单"),
            _("系统入云、上线、变更和退出都从统一工单开始：使用单位拟稿，管理单位备案，云服务商受理并实施。"),
            page.url("/work-orders/new") if opening else "",
            _("提交工单"),
            "clipboard-list",
        ),
    )


@router.get("")
def list_work_orders(page: PageOf) -> Response:
    """The work orders that the caller may see."""
    return page.show_list(
        "work_orders/list.html", work_orders_table(page), page.reader("work_order.list", ListWorkOrders)
    )


def _choices(page: Page) -> dict[str, Any]:
    contracts = page.read("contract.list", ListContracts(state="signed")).items if page.may("contract.list") else ()
    systems = page.read("system.list", ListSystems()).items
    return {
        "contracts": [(one.id, f"{one.number or ''} {one.title}".strip()) for one in contracts],
        "systems": [(one.id, one.name) for one in systems],
        "kinds": [(code, _(KIND_WORDS[code][0]), _(KIND_WORDS[code][1])) for code in KIND_WORDS],
    }


@router.get("/new")
def show_new(page: PageOf, contract: str = "", system: str = "", kind: str = "") -> Response:
    """The form of a new work order; what the address names is chosen already."""
    choices = _choices(page)
    if not contract and len(choices["contracts"]) == 1:
        contract = choices["contracts"][0][0]
    form = Form({"contract": contract, "system": system, "kind": kind})
    return page.render("work_orders/new.html", form=form, **choices)


@router.post("/new")
def open_work_order(page: PageOf) -> Response:
    """Drafts it; the administration files it next."""
    form = page.form
    try:
        asked = OpenWorkOrder(
            contract=form.text("contract"),
            kind=form.text("kind"),
            title=form.text("title"),
            system=form.optional("system"),
            number=form.optional("number"),
        )
        outcome = page.do("work_order.open", asked)
    except (Problem, ValidationError) as error:
        return page.refuse("work_orders/new.html", error, **_choices(page))
    return page.done(outcome, f"/work-orders/{outcome.value.id}", _("已提交，等待政务云管理单位备案"))


def _steps(order: WorkOrderDetail) -> list[Step]:
    names = list(PATH_WORDS)
    if order.state not in names:
        reached = max((names.index(one.event_state) for one in _reached(order)), default=0)
        done = [Step(_(PATH_WORDS[name]), "done") for name in names[: reached + 1]]
        return [*done, Step(badges.state_words("work_order", order.state), "off")]
    at = names.index(order.state)
    return [
        Step(_(PATH_WORDS[name]), "done" if place <= at else "next" if place == at + 1 else "later")
        for place, name in enumerate(names)
    ]


@dataclass(frozen=True, slots=True)
class _Reached:
    event_state: str


def _reached(order: WorkOrderDetail) -> list[_Reached]:
    after = {"file": "filed", "approve": "approved", "carry_out": "carried_out"}
    return [_Reached(after[one.event]) for one in order.timeline if one.event in after]


def _happening(one: TimelineEntry) -> Happening:
    colours = {
        "file": "blue",
        "approve": "blue",
        "carry_out": "green",
        "close": "green",
        "reject": "red",
        "press": "red",
    }
    by = _("、").join(part for part in (one.organisation, one.person) if part)
    words = {
        "filing_number": _("备案号"),
        "reason": _("原因"),
        "until_on": _("限期"),
        "evidence": _("凭证"),
    }
    note = _("；").join(f"{words.get(name, name)} {value}" for name, value in one.data.items())
    return Happening(one.at, one.event_name, by, note, colours.get(one.event, "grey"))


def _context(page: Page, identifier: str) -> dict[str, Any]:
    order: WorkOrderDetail = page.read("work_order.read", ById(id=identifier))
    mine = [one for one in order.next if one.may]
    sent = page.form.text("event")

    def form_of(event: NextEvent) -> Form:
        return page.form if event.event == sent else Form()

    target = Target(order.using_unit_id, order.provider_id, order.system_id)
    return {
        "order": order,
        "steps": _steps(order),
        "onward": [(one, form_of(one), _(EVENT_HELP[one.event])) for one in mine if one.event not in _OFF],
        "off": [(one, form_of(one), _(EVENT_HELP[one.event])) for one in mine if one.event in _OFF],
        "waits": [role_word(role) for role in order.waits_for],
        "events": [
            *(_happening(one) for one in reversed(order.timeline)),
            Happening(order.opened_at, _("拟稿"), order.using_unit, "", "grey"),
        ],
        "may_order": order.state in {"approved", "carried_out"} and page.may("resource.order", target),
    }


@router.get("/{id}")
def show_work_order(page: PageOf, id: str) -> Response:  # noqa: A002
    """One work order: how far it is, what this person may do now, and what happened."""
    return page.render("work_orders/one.html", **_context(page, id))


@router.post("/{id}/events")
def advance(page: PageOf, id: str) -> Response:  # noqa: A002
    """Takes one step; what it needs is asked beside its button."""
    form = page.form
    try:
        asked = AdvanceWorkOrder(
            id=id,
            event=form.text("event"),
            at=form.instant("at") if form.optional("at") else None,
            filing_number=form.optional("filing_number"),
            reason=form.optional("reason"),
            until_on=form.day("until_on") if form.optional("until_on") else None,
            evidence=form.optional("evidence"),
        )
        outcome = page.do("work_order.advance", asked)
    except (Problem, ValidationError) as error:
        page.form = form.refused(error)
        return page.render("work_orders/one.html", 422, **_context(page, id))
    said = _("已办理，现为{state}", state=outcome.value.state_name) if not outcome.replayed else _("已办理")
    return page.done(outcome, f"/work-orders/{id}", said)
