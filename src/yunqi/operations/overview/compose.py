"""The overview of each role, put together."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from yunqi.cases.work_order import waiting_states
from yunqi.kernel.rights import ADMINISTRATION, INTEGRATOR, PROVIDER, SUPERVISOR, USING_UNIT
from yunqi.kernel.words import _
from yunqi.operations.actions.base import Desk
from yunqi.operations.overview.catalogue import due_of_catalogue
from yunqi.operations.overview.due import (
    due_of_duties,
    due_of_ends,
    due_of_incidents,
    due_of_lateness,
    due_of_money,
    due_of_statements,
    months_to_close,
    ranked,
)
from yunqi.operations.overview.figures import (
    compare,
    downtime_series,
    due_of_budgets,
    incident_series,
    list_budgets,
    list_lines,
)
from yunqi.operations.overview.gathered import SERIES_DAYS, Gathered
from yunqi.operations.overview.points import (
    audit_points,
    exclusion_points,
    find_idle,
    incident_points,
    seal_points,
)
from yunqi.operations.overview.waiting import (
    contracts_to_sign,
    findings_to_answer,
    unready_resources,
    waiting_proposals,
    waiting_work_orders,
)
from yunqi.store.listing import read_page
from yunqi.store.party_lists import system_listing
from yunqi.wire.overview import DueItem, Overview, Tile

SHOWN = 60
_FEW = 20
_MANY = 200


def read_overview(desk: Desk) -> Overview:
    """What a person of this role comes for."""
    found = Gathered(desk)
    role = desk.caller.organisation_role or ADMINISTRATION
    return _BY_ROLE.get(role, _of_overseer)(found, role)


def _overview(found: Gathered, role: str, due: Iterable[DueItem], tiles: Iterable[Tile], **more: Any) -> Overview:
    items = ranked(due)
    return Overview(
        role=role,
        at=found.now,
        month=str(found.month),
        due=tuple(items[:SHOWN]),
        due_count=len(items),
        late_count=sum(one.late for one in items),
        tiles=tuple(tiles),
        **more,
    )


def _resource_count(found: Gathered, *, ready: bool | None = None) -> int:
    return sum(
        count
        for phases in found.resources.values()
        for phase, count in phases.items()
        if ready is None or (phase == "ready") is ready
    )


# --- tiles -----------------------------------------------------------------------------------------------------------


def _incident_tile(found: Gathered) -> Tile:
    late = sum(any(clock.state == "breached" for clock in one.clocks) for one in found.incidents)
    return Tile(
        code="incidents",
        name=_("处置中的事件"),
        value=sum(one.lasts for one in found.incidents),
        late=late,
        series=incident_series(found),
        days=SERIES_DAYS,
    )


def _downtime_tile(found: Gathered) -> Tile:
    series = downtime_series(found)
    minutes = sum(found.down_minutes(one, found.month_span)[0] for one in found.down_contracts)
    return Tile(
        code="downtime",
        name=_("本月中断时间"),
        value=int(minutes),
        unit="minute",
        series=series,
        days=SERIES_DAYS,
    )


def _money_tile(found: Gathered, items: list[DueItem], code: str, name: str) -> Tile:
    del found
    mine = [one for one in items if one.kind == "instalment"]
    return Tile(
        code=code,
        name=name,
        value=sum(one.amount_fen or 0 for one in mine),
        unit="fen",
        late=sum(one.late for one in mine),
    )


def _count_tile(code: str, name: str, items: Iterable[Any]) -> Tile:
    listed = list(items)
    return Tile(code=code, name=name, value=len(listed), late=sum(bool(getattr(one, "late", False)) for one in listed))


def _resource_tile(found: Gathered) -> Tile:
    return Tile(
        code="resources",
        name=_("资源"),
        value=_resource_count(found),
        late=_resource_count(found, ready=False),
    )


# --- roles -----------------------------------------------------------------------------------------------------------


def _of_using_unit(found: Gathered, role: str) -> Overview:
    money, proposals = list(due_of_money(found)), waiting_proposals(found)
    orders, budgets = waiting_work_orders(found, waiting_states(role)), list_budgets(found, only_down=False)
    statements = list(due_of_statements(found))
    due = [
        *due_of_incidents(found),
        *due_of_budgets(budgets),
        *money,
        *contracts_to_sign(found),
        *proposals,
        *findings_to_answer(found, role),
        *orders,
        *statements,
        *unready_resources(found),
        *due_of_duties(found, role),
        *due_of_catalogue(found, role),
        *due_of_ends(found),
    ]
    tiles = (
        _incident_tile(found),
        _downtime_tile(found),
        _money_tile(found, money, "to_pay", _("应付款项")),
        _count_tile("proposals", _("待我复核"), proposals),
        _count_tile("work_orders", _("待我办理的工单"), orders),
        _resource_tile(found),
    )
    return _overview(found, role, due, tiles, lines=list_lines(found), budgets=budgets)


def _of_provider(found: Gathered, role: str) -> Overview:
    money, proposals = list(due_of_money(found)), waiting_proposals(found)
    orders, budgets = waiting_work_orders(found, waiting_states(role)), list_budgets(found, only_down=False)
    incidents, unready = list(due_of_incidents(found)), unready_resources(found)
    late = list(due_of_lateness(found))
    due = [
        *incidents,
        *due_of_budgets(budgets),
        *money,
        *contracts_to_sign(found),
        *proposals,
        *findings_to_answer(found, role),
        *orders,
        *unready,
        *due_of_statements(found),
        *due_of_duties(found, role),
        *due_of_catalogue(found, role),
        *late,
        *due_of_ends(found),
    ]
    at_stake = max((one.stake.high_fen or 0 for one in (*incidents, *late) if one.stake is not None), default=0)
    tiles = (
        _count_tile("clocks", _("计时中的时限"), incidents),
        Tile(code="at_stake", name=_("单项最高违约金"), value=at_stake, unit="fen"),
        _incident_tile(found),
        Tile(code="unready", name=_("未就绪的资源"), value=_resource_count(found, ready=False)),
        _count_tile("work_orders", _("待我办理的工单"), orders),
        _money_tile(found, money, "to_receive", _("应收款项")),
    )
    return _overview(found, role, due, tiles, budgets=budgets)


def _of_administration(found: Gathered, role: str) -> Overview:
    filings, proposals = waiting_work_orders(found, waiting_states(role)), waiting_proposals(found)
    budgets, idle = list_budgets(found, only_down=True), find_idle(found)
    due = [
        *due_of_incidents(found),
        *due_of_budgets(budgets),
        *filings,
        *proposals,
        *findings_to_answer(found, role),
    ]
    provisional = [one for one in found.statements if one[3]]
    tiles = (
        _count_tile("filings", _("待备案的工单"), filings),
        _incident_tile(found),
        _downtime_tile(found),
        _resource_tile(found),
        Tile(code="idle", name=_("闲置云主机"), value=len(idle)),
        Tile(
            code="provisional",
            name=_("暂估的结算单"),
            value=len(provisional),
            late=sum(count for _contract, _month, count in months_to_close(found)),
        ),
    )
    return _overview(found, role, due, tiles, budgets=budgets, comparison=compare(found), points=idle[:_FEW])


def _of_supervisor(found: Gathered, role: str) -> Overview:
    budgets = list_budgets(found, only_down=True)
    points = [*seal_points(found), *exclusion_points(found), *incident_points(found), *audit_points(found)]
    due = [*due_of_incidents(found), *due_of_budgets(budgets), *waiting_proposals(found)]

    def count(code: str) -> int:
        return sum(one.count for one in points if one.code == code)

    tiles = (
        Tile(code="unsealed", name=_("未封存的事实"), value=count("unsealed")),
        Tile(code="unrooted", name=_("未按日关账的合同"), value=count("unrooted")),
        Tile(code="exclusions", name=_("近 30 天的剔除"), value=count("exclusion")),
        Tile(code="no_cause", name=_("未说明原因的事件"), value=count("no_cause")),
        Tile(code="refused", name=_("近 7 天被拒绝的操作"), value=count("refused")),
        _incident_tile(found),
    )
    return _overview(found, role, due, tiles, budgets=budgets, points=tuple(points))


def _of_integrator(found: Gathered, role: str) -> Overview:
    listing = system_listing(found.desk.caller)
    systems, _next = read_page(found.desk.connection, listing, limit=_MANY, make=lambda row: row)
    orders, unready = (
        waiting_work_orders(found, ("drafted", "filed", "approved", "carried_out")),
        unready_resources(found),
    )
    # What a breach costs is between the parties of the contract.
    clocks = [one.model_copy(update={"stake": None}) for one in due_of_incidents(found)]
    due = [*clocks, *orders, *unready]
    tiles = (
        Tile(code="systems", name=_("信息系统"), value=len(systems)),
        _resource_tile(found),
        _incident_tile(found),
        _count_tile("work_orders", _("办理中的工单"), orders),
    )
    return _overview(found, role, due, tiles)


def _of_overseer(found: Gathered, role: str) -> Overview:
    return _of_administration(found, role)


_BY_ROLE: dict[str, Callable[[Gathered, str], Overview]] = {
    USING_UNIT: _of_using_unit,
    PROVIDER: _of_provider,
    ADMINISTRATION: _of_administration,
    SUPERVISOR: _of_supervisor,
    INTEGRATOR: _of_integrator,
}
