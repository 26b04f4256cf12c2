"""`yunqi work-order …`"""

from __future__ import annotations

import click

from yunqi.cli.show import show_table
from yunqi.cli.site import acting, open_site, parse_at, parse_fields
from yunqi.kernel.clock import render_local
from yunqi.kernel.words import _

WORK_ORDER_KINDS = ("onboarding", "go_live", "change", "exit")


@click.group("work-order")
def work_order() -> None:
    """统一工单:拟稿、备案、受理、实施、办结。"""


@work_order.command("open")
@click.argument("contract")
@click.argument("title")
@click.option("--kind", type=click.Choice(WORK_ORDER_KINDS), default="onboarding")
@acting
@click.pass_context
def open_(ctx: click.Context, contract: str, title: str, kind: str, actor: str) -> None:
    """拟一份统一工单。"""
    from yunqi.operations.cases import open_work_order
    from yunqi.operations.installation import require_actor
    from yunqi.operations.orders import require_tenant_id
    from yunqi.store.contracts import require_contract

    with open_site(ctx) as site:
        with site.database.read() as connection:
            person = require_actor(connection, actor)
            found = require_contract(connection, contract)
            tenant_id = require_tenant_id(connection, found)
        opened = open_work_order(
            site, contract_id=found.id, kind=kind, title=title, tenant_id=tenant_id, person_id=person.id
        )
    click.echo(_("统一工单 {number} 已拟稿", number=opened.number))


@work_order.command("do")
@click.argument("contract")
@click.argument("number")
@click.argument("event", metavar="file|approve|reject|withdraw|carry_out|close")
@click.option("--set", "pairs", multiple=True, metavar="名称=值", help="例如 filing_number=备案-0001")
@acting
@click.pass_context
def do(ctx: click.Context, contract: str, number: str, event: str, pairs: tuple[str, ...], actor: str) -> None:
    """办理工单的一步:备案(管理单位)、受理(云服务商)……"""
    after = _add_event(ctx, "work_order", contract, number, event, pairs, actor, None)
    click.echo(after)


def _add_event(
    ctx: click.Context,
    kind: str,
    contract: str,
    number: str,
    event: str,
    pairs: tuple[str, ...],
    actor: str,
    at: str | None,
) -> str:
    from yunqi.operations.cases import MACHINES, add_event
    from yunqi.operations.installation import require_actor
    from yunqi.store.cases import require_case
    from yunqi.store.contracts import require_contract

    with open_site(ctx) as site:
        with site.database.read() as connection:
            person = require_actor(connection, actor)
            found = require_contract(connection, contract)
            case = require_case(connection, number, kind=kind, contract_id=found.id)
        after = add_event(site, case.id, event, person_id=person.id, data=parse_fields(pairs), at=parse_at(at))
    return _("{number}：{state}", number=after.number, state=_(MACHINES[kind].label(after.state)))


@work_order.command("list")
@click.argument("contract")
@click.pass_context
def list_work_orders(ctx: click.Context, contract: str) -> None:
    """列出一份合同的工单。"""
    from yunqi.operations.cases import MACHINES
    from yunqi.store.cases import list_cases
    from yunqi.store.contracts import require_contract

    with open_site(ctx) as site, site.database.read() as connection:
        rows = list_cases(connection, require_contract(connection, contract).id, kind="work_order")
    show_table(
        [_("编号"), _("类型"), _("事由"), _("状态"), _("备案号"), _("拟稿时间")],
        [
            (
                row.number,
                row.data["kind"],
                row.title,
                _(MACHINES["work_order"].label(row.state)),
                row.data.get("filing_number", "—"),
                render_local(row.opened_at),
            )
            for row in rows
        ],
    )


COMMANDS = {"work-order": work_order}
