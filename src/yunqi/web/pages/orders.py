"""Ordering: choose what, fill in its form, see while typing what is left of the entitlement."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.responses import Response

from yunqi.kernel.clock import BEIJING
from yunqi.kernel.errors import Problem
from yunqi.kernel.rights import INTEGRATOR
from yunqi.kernel.words import _, render_sentence, render_way_out
from yunqi.web.forms import Form
from yunqi.web.page import Page, PageOf
from yunqi.web.specs import SpecField, plan_fields, read_spec
from yunqi.wire.base import Nothing
from yunqi.wire.contracts import ContractRow, ListContracts
from yunqi.wire.parties import ListSystems, SystemRow
from yunqi.wire.resources import CheckOrder, KindInfo, ListResources, OrderCheck, PlaceOrder
from yunqi.wire.work_orders import ListWorkOrders, WorkOrderRow

router = APIRouter(prefix="/order")
KIND_ICONS: Mapping[str, str] = {"server": "server", "disk": "database", "network": "network", "address": "world"}
_ORDERABLE = ("approved", "carried_out")
_LEAVING = frozenset({"ending", "erasing", "gone"})


def list_kinds(page: Page) -> tuple[KindInfo, ...]:
    """Every kind that can be ordered: what others stand on comes first."""
    found: tuple[KindInfo, ...] = page.read("resource.kinds", Nothing()).items
    by_code = {kind.kind: kind for kind in found}

    def depth(kind: KindInfo) -> int:
        others = (by_code[code] for code in kind.references.values() if code in by_code)
        return 1 + max((depth(other) for other in others if other.kind != kind.kind), default=0)

    return tuple(sorted(found, key=lambda kind: (depth(kind), not kind.keeps_data)))


def find_kind(page: Page, code: str) -> KindInfo:
    """The kind of a code; raises `Problem` service.unknown."""
    for kind in list_kinds(page):
        if kind.kind == code:
            return kind
    raise Problem("service.unknown", "没有「{value}」这种服务", field="kind", value=code, way_out="请从订购页面选择")


def list_valid_contracts(page: Page) -> list[tuple[str, str]]:
    """The contracts that one can order under now: signed, and within their term. Each with its words.

    An integrator sees no contracts: those of the work orders of its systems are the ones.
    """
    today = page.console.clock.now().astimezone(BEIJING).date()
    if page.caller.organisation_role == INTEGRATOR:
        orders = list_valid_work_orders(page, None)
        return list({one.contract_id: one.contract_number or one.contract_id for one in orders}.items())
    rows = page.read("contract.list", ListContracts(state="signed")).items
    return [(one.id, f"{one.number or ''} {one.title}".strip()) for one in rows if _runs(one, today)]


def _runs(contract: ContractRow, today: date) -> bool:
    begun = contract.start_on is None or contract.start_on <= today
    return begun and (contract.end_on is None or today <= contract.end_on)


def list_valid_work_orders(page: Page, contract: str | None) -> list[WorkOrderRow]:
    """The work orders (of one contract, or all) that one can order under: approved, not closed."""
    return [
        one
        for state in _ORDERABLE
        for one in page.read("work_order.list", ListWorkOrders(contract=contract, state=state)).items
    ]


def list_options(page: Page, kind: KindInfo, contract: str) -> dict[str, list[tuple[str, str]]]:
    """For each field that names a resource, those of the contract that stay."""
    found = {}
    for field, other in kind.references.items():
        rows = page.read("resource.list", ListResources(contract=contract, kind=other, limit=500)).items
        found[field] = [
            (one.name, one.name) for one in rows if one.delete_asked_at is None and one.phase not in _LEAVING
        ]
    return found


def _list_systems(page: Page, orders: list[WorkOrderRow], contract: str) -> list[tuple[str, str]]:
    rows: tuple[SystemRow, ...] = page.read("system.list", ListSystems()).items
    tenants = {one.tenant_id for one in orders}
    return [
        (one.id, one.name)
        for one in rows
        if not contract or any(place.tenant_id in tenants for place in one.deployments)
    ]


@router.get("")
def choose_kind(page: PageOf, contract: str = "", work_order: str = "") -> Response:
    """What can be ordered, and under which contract."""
    contracts = list_valid_contracts(page)
    chosen = contract or (contracts[0][0] if len(contracts) == 1 else "")
    kept = {name: value for name, value in (("contract", chosen), ("work_order", work_order)) if value}
    return page.render(
        "orders/kinds.html", kinds=list_kinds(page), icons=KIND_ICONS, contracts=contracts, chosen=chosen, kept=kept
    )


def _context(page: Page, kind: KindInfo, contract: str) -> dict[str, Any]:
    contracts = list_valid_contracts(page)
    orders = list_valid_work_orders(page, contract) if contract else []
    options = list_options(page, kind, contract) if contract else {}
    return {
        "kind": kind,
        "contract": contract,
        "contract_words": dict(contracts).get(contract, ""),
        "contracts": contracts,
        "orders": [(one.id, f"{one.number} {one.title}") for one in orders],
        "systems": _list_systems(page, orders, contract),
        "fields": plan_fields(kind, options),
        "missing": [field for field, found in options.items() if not found],
        "kinds": {one.kind: one.name for one in list_kinds(page)},
    }


@router.get("/{kind}")
def show_order(page: PageOf, kind: str, contract: str = "", work_order: str = "", system: str = "") -> Response:
    """The form of one kind; what the address names is chosen already."""
    found = find_kind(page, kind)
    contracts = list_valid_contracts(page)
    chosen = contract or (contracts[0][0] if len(contracts) == 1 else "")
    context = _context(page, found, chosen)
    orders = context["orders"]
    given = {
        "contract": chosen,
        "work_order": work_order or (orders[0][0] if len(orders) == 1 else ""),
        "system": system,
        **{field.name: field.default for field in context["fields"]},
    }
    for field in context["fields"]:
        if field.shape == "reference" and len(field.choices) == 1:
            given[field.name] = field.choices[0][0]
    return page.render("orders/form.html", form=Form(given), needs=None, **context)


@router.post("/{kind}/check")
def check_order(page: PageOf, kind: str) -> Response:
    """What the order would take: a part of the page while one types, the whole form without JavaScript."""
    found = find_kind(page, kind)
    contract = page.form.text("contract")
    needs = weigh(page, found, plan_fields(found), contract)
    if page.is_fragment:
        return page.render("orders/needs.html", needs=needs)
    return page.render("orders/form.html", form=page.form, needs=needs, **_context(page, found, contract))


def weigh(page: Page, kind: KindInfo, fields: list[SpecField], contract: str, resource: str = "") -> dict[str, Any]:
    """The needs of what was typed, or in words why they can't be told yet."""
    labels = {field.name: field.label for field in fields}
    try:
        spec = read_spec(fields, page.form)
        asked = CheckOrder(kind=kind.kind, contract=contract, resource=resource or None, spec=spec)
        check: OrderCheck = page.read("resource.check", asked)
    except ValidationError:
        return {"said": _("请先选择合同"), "way_out": ""}
    except Problem as problem:
        if problem.code == "spec.missing":
            return {"said": _("填写「{field}」后显示", field=labels.get(problem.field, problem.field)), "way_out": ""}
        return {"said": render_sentence(problem), "way_out": render_way_out(problem)}
    return {"check": check}


@router.post("/{kind}")
def place_order(page: PageOf, kind: str) -> Response:
    """Orders it; a refusal keeps all that was typed and shows what the order would take."""
    found = find_kind(page, kind)
    form = page.form
    fields = plan_fields(found)
    try:
        asked = PlaceOrder(
            kind=kind,
            name=form.text("name"),
            contract=form.text("contract"),
            work_order=form.optional("work_order"),
            system=form.optional("system"),
            spec=read_spec(fields, form),
        )
        outcome = page.do("resource.order", asked)
    except (Problem, ValidationError) as error:
        needs = weigh(page, found, fields, form.text("contract"))
        return page.refuse("orders/form.html", error, needs=needs, **_context(page, found, form.text("contract")))
    return page.done(outcome, f"/resources/{outcome.value.id}", _("已订购，正在建设"))
