"""Resources: what stands, how far it is and what it waits for; changed, ended, erased."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from markupsafe import Markup
from pydantic import ValidationError
from starlette.responses import Response

from yunqi.kernel.errors import Problem
from yunqi.kernel.rights import Target
from yunqi.kernel.words import _
from yunqi.reports.words import erase_method_word
from yunqi.web import badges, figures
from yunqi.web.clauses import decimal_words
from yunqi.web.forms import Form
from yunqi.web.page import Page, PageOf
from yunqi.web.pages.orders import find_kind, list_kinds, list_options, list_valid_work_orders, weigh
from yunqi.web.pieces import Happening
from yunqi.web.specs import SpecField, plan_fields, read_spec, show_spec
from yunqi.web.tables import Column, Empty, Filter, Table, listing_of
from yunqi.wire.base import ById
from yunqi.wire.contracts import ContractDetail, ListContracts
from yunqi.wire.parties import ListSystems, SystemDetail
from yunqi.wire.resources import ChangeResource, KindInfo, ListResources, ResourceDetail, SpecWords

router = APIRouter(prefix="/resources")
WAIT_WORDS: Mapping[str, str] = {
    "erase.approval": "退订将销毁数据，等待审批人批准擦除",
    "resource.in_use": "仍被其他资源使用，请先退订它们",
    "pool.exhausted": "地址已用尽，等待云服务商扩大地址范围或有人退订",
    "cidr.overlaps": "网段与本租户另一网络重叠，请退订后改用其他网段重新订购",
    "neighbour.waits": "等待它所依赖的资源先建好",
    "reference.missing": "它所依赖的资源不存在",
    "volume.lost": "云硬盘在平台上不见了：不会以空盘代替，等待云服务商人工查找数据",
    "volume.erased": "云硬盘的数据已被销毁",
    "volume.grade": "云硬盘的存储级别与订购不符，等待云服务商人工迁移",
    "volume.attached": "云硬盘仍被云服务器使用",
    "network.used": "网络仍被使用",
    "data.not_found": "平台上找不到应销毁的数据，等待云服务商找回介质或登记其已物理销毁",
    "guest.silent": "已建成，等待它在网络上应答",
}
PHASE_HELP: Mapping[str, str] = {
    "ordered": "已收到订购，稍后开始建设",
    "building": "正在建设，通常几分钟内完成",
    "ready": "已建成并核对，可以使用",
    "repairing": "平台上的实际情况与订购不一致，正在恢复",
    "waiting": "暂时不能继续",
    "ending": "正在退订",
    "erasing": "正在擦除数据，完成后出具证书",
    "gone": "已退订，不再占用额度",
    "failed": "没有办成，等待云服务商处理",
}
CHOICE_WORDS: Mapping[str, str] = {
    "ip": "内网地址",
    "mac": "网卡地址",
    "cidr": "网段",
    "gateway": "网关",
    "public_ip": "公网地址",
    "host": "所在主机",
}
ACCOUNT = "account"
_SETTLED = frozenset({"ready", "gone", "waiting", "failed"})


def kind_names(page: Page) -> dict[str, str]:
    """What the kinds are called, of what can be ordered and of what is adopted only."""
    return {kind.kind: kind.name for kind in list_kinds(page)} | {ACCOUNT: _("账号与服务")}


def _kind_of(page: Page, code: str) -> KindInfo:
    """The kind of a resource; accounts and services that were adopted are of a kind that nobody can order."""
    if code != ACCOUNT:
        return find_kind(page, code)
    words = {"item": SpecWords(name=_("价目"), choices={}), "count": SpecWords(name=_("数量"), choices={})}
    return KindInfo(
        kind=code,
        name=_("账号与服务"),
        summary="",
        items=(),
        references={},
        fixed=(),
        grows=(),
        keeps_data=False,
        spec_schema={"properties": {"item": {"type": "string"}, "count": {"type": "string"}}},
        words=words,
    )


def resources_table(page: Page) -> Table:
    """The list of resources."""
    kinds = kind_names(page)
    phases = tuple((code, badges.state_words("resource", code)) for code in badges.STATES["resource"])
    contracts = page.read("contract.list", ListContracts()).items if page.may("contract.list") else ()
    systems = page.read("system.list", ListSystems()).items
    ordering = page.may("resource.order")
    owner = () if page.caller.organisation_role == "using_unit" else (Column("tenant", _("租户")),)
    return Table(
        "resources",
        _("资源"),
        (
            Column("name", _("名称"), link=lambda row: page.url(f"/resources/{row.id}"), sort="name", main=True),
            Column("kind", _("类型"), value=lambda row: kinds.get(row.kind, row.kind), sort="kind"),
            Column("phase", _("状态"), "state", of="resource", sort="phase"),
            *owner,
            Column("system", _("信息系统")),
            Column("contract_number", _("合同"), "code"),
            Column("created_at", _("订购时间"), "instant", sort="created_at"),
        ),
        filters=(
            Filter("name", _("名称")),
            Filter("kind", _("类型"), tuple(kinds.items())),
            Filter("phase", _("状态"), phases),
            Filter("contract", _("合同"), tuple((one.id, one.number or one.title) for one in contracts)),
            Filter("system", _("信息系统"), tuple((one.id, one.name) for one in systems)),
        ),
        empty=Empty(
            _("还没有资源"),
            _("统一工单受理后，可以在合同额度内订购云服务器、云硬盘、网络和公网地址。"),
            page.url("/order") if ordering else "",
            _("订购"),
            "server",
        ),
        default_sort="-created_at",
    )


@router.get("")
def list_resources(page: PageOf) -> Response:
    """The resources that the caller may see; those that are gone only when asked for by their phase."""
    return page.show_list("resources/list.html", resources_table(page), page.reader("resource.list", ListResources))


def read_resource(page: Page, identifier: str) -> ResourceDetail:
    """One resource."""
    found: ResourceDetail = page.read("resource.read", ById(id=identifier))
    return found


def target_of(page: Page, found: ResourceDetail) -> Target:
    """The resource as an object of rights: both parties of its contract, its system."""
    if page.may("contract.read"):
        contract: ContractDetail = page.read("contract.read", ById(id=found.contract_id))
        return Target(contract.using_unit_id, contract.provider_id, found.system_id)
    system: SystemDetail | None = page.read("system.read", ById(id=found.system_id)) if found.system_id else None
    return Target(system.organisation_id if system else None, None, found.system_id)


def state_words(found: ResourceDetail) -> str:
    """How far it is and what it waits for, in one sentence."""
    wait = str(found.detail.get("wait", ""))
    if found.adoption_id and found.gone_at is None:
        if found.delete_asked_at is not None:
            return _("已申请退订，等待审批人批准；之后停止计量，由云服务商在平台上实际办理")
        return _("纳管的资源：由云服务商在平台上运行，云契只计量，不变更、不修复、不结束它")
    if wait:
        return _(WAIT_WORDS[wait]) if wait in WAIT_WORDS else wait
    if found.phase == "erasing" or found.delete_asked_at is None or found.phase == "gone":
        return _(PHASE_HELP[found.phase]) if found.phase in PHASE_HELP else ""
    return _("已申请退订，正在办理")


def _head(page: Page, identifier: str) -> dict[str, Any]:
    found = read_resource(page, identifier)
    kind = _kind_of(page, found.kind)
    target = target_of(page, found)
    staying = found.gone_at is None and found.delete_asked_at is None
    return {
        "resource": found,
        "kind": kind,
        "story": state_words(found),
        "settled": found.phase in _SETTLED,
        "may_change": staying
        and found.adoption_id is None
        and set(kind.spec_schema.get("properties", {})) > set(kind.fixed)
        and page.may("resource.change", target),
        "may_delete": staying and page.may("resource.delete", target),
        "may_erase": kind.keeps_data
        and found.delete_asked_at is not None
        and found.erase_approved_at is None
        and found.gone_at is None
        and page.caller.true_person_id != found.delete_asked_by_id
        and page.may("resource.erase", target),
    }


@router.get("/{id}")
def show_resource(page: PageOf, id: str) -> Response:  # noqa: A002
    """One resource: its state in words, its spec, addresses, what it draws, what happened to it."""
    head = _head(page, id)
    found: ResourceDetail = head["resource"]
    names = {one.field: one.name for one in found.stands_on}
    return page.render(
        "resources/one.html",
        **head,
        spec=show_spec(head["kind"], found.spec, names),
        choices=[
            (_(CHOICE_WORDS[pool]) if pool in CHOICE_WORDS else pool, value) for pool, value in found.choices.items()
        ],
        draws=listing_of(_draws_table(), sorted(found.draws, key=lambda one: one.end_at is not None)),
        kinds=kind_names(page),
        erase_words=erase_method_word,
        events=_events(found),
    )


@router.get("/{id}/state")
def show_state(page: PageOf, id: str) -> Response:  # noqa: A002
    """The state alone, while it is being built; once it is settled the page is shown anew."""
    head = _head(page, id)
    answer = page.render("resources/state.html", **head)
    if head["settled"]:
        answer.headers["HX-Refresh"] = "true"
    return answer


def _draws_table() -> Table:
    def quantity(row: Any) -> Markup:
        return decimal_words(row.quantity, row.unit)

    return Table(
        "draws",
        _("占用的额度"),
        (
            Column("name", _("价目"), main=True),
            Column("quantity", _("数量"), "html", value=quantity, numeric=True),
            Column("start_at", _("自"), "instant"),
            Column("end_at", _("至"), "instant"),
        ),
        empty=Empty(_("不占用任何价目的额度")),
        export=False,
    )


def _events(found: ResourceDetail) -> list[Happening]:
    changes = [one for one in found.orders if one.generation > 1]
    told = [
        (found.created_at, _("纳管") if found.adoption_id else _("订购"), found.ordered_by, "blue"),
        (found.ready_at, _("开始计量") if found.adoption_id else _("建成并核对"), "", "green"),
        *((one.asked_at, _("申请变更（{number}）", number=one.work_order), "", "blue") for one in changes),
        *((one.ready_at, _("变更后核对"), "", "green") for one in changes),
        (found.delete_asked_at, _("申请退订"), found.delete_asked_by, "orange"),
        (found.erase_approved_at, _("批准擦除"), found.erase_approved_by, "orange"),
        *((one["issued_at"], _("出具擦除证书"), "", "green") for one in found.certificates),
        (found.gone_at, _("已退订"), "", "grey"),
    ]
    happened = [Happening(at, words, by, "", colour) for at, words, by, colour in told if at is not None]
    return sorted(happened, key=lambda one: figures.instant_of(one.at), reverse=True)


# --- change ---


def _change_context(page: Page, identifier: str) -> dict[str, Any]:
    head = _head(page, identifier)
    found: ResourceDetail = head["resource"]
    kind = head["kind"]
    options = list_options(page, kind, found.contract_id)
    fields = [one for one in plan_fields(kind, options) if one.name not in kind.fixed]
    orders = list_valid_work_orders(page, found.contract_id)
    return {
        **head,
        "fields": fields,
        "grows": [one.label for one in fields if one.name in kind.grows],
        "orders": [(one.id, f"{one.number} {one.title}") for one in orders],
    }


@router.get("/{id}/change")
def show_change(page: PageOf, id: str) -> Response:  # noqa: A002
    """The form of what may be changed, filled with what holds now."""
    context = _change_context(page, id)
    found: ResourceDetail = context["resource"]
    names = {one.field: one.name for one in found.stands_on}
    orders = context["orders"]
    given = {**found.spec, **names, "work_order": orders[0][0] if len(orders) == 1 else ""}
    return page.render("resources/change.html", form=Form(given), needs=None, **context)


def _weigh_change(page: Page, context: Mapping[str, Any]) -> dict[str, Any]:
    found: ResourceDetail = context["resource"]
    return weigh(page, context["kind"], context["fields"], found.contract_id, found.id)


@router.post("/{id}/change/check")
def check_change(page: PageOf, id: str) -> Response:  # noqa: A002
    """What the change would take."""
    context = _change_context(page, id)
    needs = _weigh_change(page, context)
    if page.is_fragment:
        return page.render("orders/needs.html", needs=needs)
    return page.render("resources/change.html", form=page.form, needs=needs, **context)


@router.post("/{id}/change")
def change(page: PageOf, id: str) -> Response:  # noqa: A002
    """Changes what is wanted; only what differs is sent."""
    context = _change_context(page, id)
    found: ResourceDetail = context["resource"]
    try:
        spec = _changed(context["fields"], page.form, found)
        asked = ChangeResource(id=id, work_order=page.form.optional("work_order"), spec=spec)
        outcome = page.do("resource.change", asked)
    except (Problem, ValidationError) as error:
        return page.refuse("resources/change.html", error, needs=_weigh_change(page, context), **context)
    return page.done(outcome, f"/resources/{id}", _("已变更，正在实施"))


def _changed(fields: list[SpecField], form: Form, found: ResourceDetail) -> dict[str, Any]:
    names = {one.field: one.name for one in found.stands_on}
    spec = read_spec(fields, form)
    changed = {key: value for key, value in spec.items() if str(value) != str(names.get(key, found.spec.get(key)))}
    if not changed:
        raise Problem("form.unchanged", "没有改动任何一项", field="", way_out="请修改规格后再提交")
    return changed


# --- end and erasure ---


@router.get("/{id}/delete")
def show_delete(page: PageOf, id: str) -> Response:  # noqa: A002
    """Asks once more before its end is asked for, and says what follows."""
    return page.render("resources/delete.html", **_head(page, id))


@router.post("/{id}/delete")
def delete(page: PageOf, id: str) -> Response:  # noqa: A002
    """Asks for its end; where that destroys data, an approver must approve the erasure."""
    head = _head(page, id)
    try:
        _require_typed(page, head["resource"])
        outcome = page.do("resource.delete", ById(id=id))
    except Problem as problem:
        return page.refuse("resources/delete.html", problem, **head)
    said = _("已申请退订，等待审批人批准擦除数据") if head["kind"].keeps_data else _("已申请退订")
    return page.done(outcome, f"/resources/{id}", said)


@router.get("/{id}/erase")
def show_erase(page: PageOf, id: str) -> Response:  # noqa: A002
    """Names what will be destroyed and who asked for it."""
    return page.render("resources/erase.html", **_head(page, id))


@router.post("/{id}/erase")
def erase(page: PageOf, id: str) -> Response:  # noqa: A002
    """Approves that its data be destroyed."""
    head = _head(page, id)
    try:
        _require_typed(page, head["resource"])
        outcome = page.do("resource.erase", ById(id=id))
    except Problem as problem:
        return page.refuse("resources/erase.html", problem, **head)
    return page.done(outcome, f"/resources/{id}", _("已批准擦除，完成后出具证书"))


def _require_typed(page: Page, found: ResourceDetail) -> None:
    if page.form.text("typed") != found.name:
        raise Problem(
            "form.typed",
            "输入的名称与「{name}」不一致",
            field="typed",
            name=found.name,
            way_out="请照原样输入名称以确认",
        )
