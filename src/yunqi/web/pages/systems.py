"""Information systems: which there are, their flags with since when, where they run, what runs for them."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from fastapi import APIRouter
from markupsafe import Markup
from pydantic import ValidationError
from starlette.responses import Response

from yunqi.kernel.errors import Problem
from yunqi.kernel.period import day_start
from yunqi.kernel.rights import Target
from yunqi.kernel.words import _
from yunqi.web import badges, figures
from yunqi.web.page import Page, PageOf
from yunqi.web.tables import Column, Empty, Filter, Table, listing_of
from yunqi.wire.base import ById
from yunqi.wire.incidents import ListIncidents
from yunqi.wire.parties import AddSystem, DeploySystem, FlagSystem, ListSystems, ListTenants, SystemDetail, SystemRow
from yunqi.wire.resources import ListResources

router = APIRouter(prefix="/systems")
FLAG_WORDS: Mapping[str, str] = {
    "grade": "等保等级",
    "important": "重要信息系统",
    "internet_facing": "面向互联网",
    "fee_share": "占合同总价的比例",
}
GRADE_WORDS: Mapping[str, str] = {"1": "一级", "2": "二级", "3": "三级", "4": "四级", "5": "五级"}
_SHOWN = 20


def flag_value(name: str, value: str | None) -> Markup:
    """A flag's value in words; unknown is not "no"."""
    if value is None:
        return figures.nothing()
    if name == "grade":
        return Markup("{}").format(_(GRADE_WORDS[value]) if value in GRADE_WORDS else value)
    if name == "fee_share":
        return figures.percent(Fraction(value))
    return badges.state("yes_no", value)


def systems_table(page: Page) -> Table:
    """The list of information systems."""

    def flag(name: str) -> Any:
        return lambda row: flag_value(name, row.flags.get(name))

    def places(row: SystemRow) -> str:
        return _("、").join(one.provider for one in row.deployments)

    adding = page.may("system.add")
    owner = () if page.caller.organisation_role == "using_unit" else (Column("using_unit", _("使用单位")),)
    return Table(
        "systems",
        _("信息系统"),
        (
            Column("name", _("名称"), link=lambda row: page.url(f"/systems/{row.id}"), sort="name", main=True),
            *owner,
            Column("grade", _(FLAG_WORDS["grade"]), "html", value=flag("grade")),
            Column("important", _(FLAG_WORDS["important"]), "html", value=flag("important")),
            Column("internet_facing", _(FLAG_WORDS["internet_facing"]), "html", value=flag("internet_facing")),
            Column("fee_share", _("费用比例"), "html", value=flag("fee_share")),
            Column("deployments", _("部署在"), value=places),
        ),
        filters=(Filter("text", _("名称")),),
        empty=Empty(
            _("还没有信息系统"),
            _("导入合同时会登记合同列出的信息系统，也可以先登记再提交统一工单。"),
            page.url("/systems/new") if adding else "",
            _("登记信息系统"),
            "sitemap",
        ),
    )


@router.get("")
def list_systems(page: PageOf) -> Response:
    """The systems that the caller may see."""
    return page.show_list("systems/list.html", systems_table(page), page.reader("system.list", ListSystems))


@router.get("/new")
def show_new(page: PageOf) -> Response:
    """The form that registers a system."""
    return page.render("systems/new.html")


@router.post("/new")
def add_system(page: PageOf) -> Response:
    """Registers it and goes on to its page, where its flags are set."""
    try:
        outcome = page.do("system.add", AddSystem(name=page.form.text("name")))
    except (Problem, ValidationError) as error:
        return page.refuse("systems/new.html", error)
    return page.done(outcome, f"/systems/{outcome.value.id}", _("已登记，请设置等保等级等标记"))


def target_of(page: Page, system: SystemRow) -> Target:
    """The system as an object of rights: a provider stands to it as such where it runs in one of its tenants."""
    provider = page.caller.organisation_id if page.caller.organisation_role == "provider" else None
    return Target(system.organisation_id, provider, system.id)


def _context(page: Page, identifier: str) -> dict[str, Any]:
    system: SystemDetail = page.read("system.read", ById(id=identifier))
    since = {}
    for one in reversed(system.history):
        if one.value == system.flags.get(one.name):
            since[one.name] = one
    resources = page.read("resource.list", ListResources(system=identifier, limit=_SHOWN))
    incidents = page.read("incident.list", ListIncidents(system=identifier, limit=_SHOWN))
    target = target_of(page, system)
    taken = {one.provider_id for one in system.deployments}
    tenants = page.read("tenant.list", ListTenants(using_unit=system.organisation_id)).items
    return {
        "system": system,
        "flags": [
            (name, _(FLAG_WORDS[name]), flag_value(name, system.flags.get(name)), since.get(name))
            for name in FLAG_WORDS
        ],
        "history": [(_(FLAG_WORDS[one.name]), flag_value(one.name, one.value), one) for one in system.history],
        "resources": listing_of(_resources_table(page), resources.items),
        "more_resources": bool(resources.next_cursor),
        "incidents": listing_of(_incidents_table(page), incidents.items),
        "may_flag": page.may("system.flag", target),
        "providers": [(one.provider_id, one.provider) for one in tenants if one.provider_id not in taken]
        if page.may("system.deploy", target)
        else [],
    }


def _resources_table(page: Page) -> Table:
    return Table(
        "resources",
        _("资源"),
        (
            Column("name", _("名称"), link=lambda row: page.url(f"/resources/{row.id}"), main=True),
            Column("phase", _("状态"), "state", of="resource"),
            Column("contract_number", _("合同"), "code"),
            Column("created_at", _("订购时间"), "instant"),
        ),
        empty=Empty(_("还没有资源"), _("统一工单受理后，可以为这个系统订购资源。"), icon="server"),
        export=False,
    )


def _incidents_table(page: Page) -> Table:
    return Table(
        "incidents",
        _("故障与事件"),
        (
            Column("title", _("事项"), link=lambda row: page.url(f"/incidents/{row.id}"), main=True),
            Column("state", _("状态"), "state", of="incident"),
            Column("opened_at", _("立案时间"), "instant"),
        ),
        empty=Empty(_("没有故障与事件"), icon="circle-check"),
        export=False,
    )


@router.get("/{id}")
def show_system(page: PageOf, id: str) -> Response:  # noqa: A002
    """One system: its flags with since when, where it runs, its resources and incidents."""
    return page.render("systems/one.html", **_context(page, id))


def _flag_context(page: Page, identifier: str, name: str) -> dict[str, Any]:
    if name not in FLAG_WORDS:
        raise Problem("system.flag_name", "没有这个标记", field="flag", way_out="请从信息系统页面进入")
    system: SystemDetail = page.read("system.read", ById(id=identifier))
    choices = {
        "grade": [(code, _(GRADE_WORDS[code])) for code in GRADE_WORDS],
        "important": [("yes", _("是")), ("no", _("否"))],
        "internet_facing": [("yes", _("是")), ("no", _("否"))],
        "fee_share": [],
    }[name]
    now = flag_value(name, system.flags.get(name))
    return {"system": system, "flag": name, "flag_words": _(FLAG_WORDS[name]), "choices": choices, "now": now}


@router.get("/{id}/flags")
def show_flag(page: PageOf, id: str, flag: str = "") -> Response:  # noqa: A002
    """The form that sets one flag from a date on."""
    return page.render("systems/flag.html", **_flag_context(page, id, flag))


@router.post("/{id}/flags")
def set_flag(page: PageOf, id: str) -> Response:  # noqa: A002
    """Sets it: an earlier month is still settled with what held then."""
    name = page.form.text("flag")
    try:
        valid_from = day_start(page.form.day("valid_from")) if page.form.text("valid_from") else None
        asked = FlagSystem(id=id, flag=name, value=_value(page, name), valid_from=valid_from)
        outcome = page.do("system.flag", asked)
    except (Problem, ValidationError) as error:
        if isinstance(error, Problem) and error.field == name:
            error.field = "value"
        return page.refuse("systems/flag.html", error, **_flag_context(page, id, name))
    return page.done(outcome, f"/systems/{id}", _("已设置"))


def _value(page: Page, name: str) -> str:
    text = page.form.text("value")
    return f"{text}%" if name == "fee_share" and text and not text.endswith(("%", "％")) else text


@router.post("/{id}/deployments")
def deploy(page: PageOf, id: str) -> Response:  # noqa: A002
    """Records that it runs in the tenant at a provider."""
    try:
        outcome = page.do("system.deploy", DeploySystem(id=id, provider=page.form.text("provider")))
    except (Problem, ValidationError) as error:
        return page.refuse("systems/one.html", error, **_context(page, id))
    return page.done(outcome, f"/systems/{id}", _("已登记部署"))
