"""`yunqi work-order …`"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from yunqi.cli.cases import find_case
from yunqi.cli.show import beside_contracts, show_table
from yunqi.cli.site import asking, open_client, parse_day, parse_fields
from yunqi.kernel.clock import render_local
from yunqi.kernel.errors import Problem
from yunqi.kernel.words import _

if TYPE_CHECKING:
    from yunqi.wire.work_orders import Event, Kind

WORK_ORDER_KINDS = ("onboarding", "go_live", "change", "scale_out", "exit")
SAID = ("filing_number", "reason", "until_on", "evidence")


@click.group("work-order")
def work_order() -> None:
    """统一工单:拟稿、备案、受理、实施、办结。"""


@work_order.command("open")
@click.argument("contract")
@click.argument("title")
@click.option("--kind", type=click.Choice(WORK_ORDER_KINDS), default="onboarding")
@click.option("--system", metavar="名称", help="所涉信息系统(默认整个租户)")
@asking
@click.pass_context
def open_(ctx: click.Context, contract: str, title: str, kind: Kind, system: str | None, actor: str | None) -> None:
    """拟一份统一工单。"""
    with open_client(ctx, actor) as client:
        opened = client.work_orders.open(contract=contract, title=title, kind=kind, system=system)
    click.echo(_("统一工单 {number} 已拟稿", number=opened.number))


@work_order.command("do")
@click.argument("contract")
@click.argument("number")
@click.argument("event", metavar="file|approve|reject|withdraw|carry_out|press|close")
@click.option("--set", "pairs", multiple=True, metavar="名称=值", help="例如 filing_number=备案-0001")
@asking
@click.pass_context
def do(ctx: click.Context, contract: str, number: str, event: Event, pairs: tuple[str, ...], actor: str | None) -> None:
    """办理工单的一步:备案(管理单位)、受理(云服务商)……"""
    said = parse_fields(pairs)
    unknown = sorted(set(said) - set(SAID))
    if unknown:
        raise Problem(
            "case.field",
            "办理工单时没有「{name}」这一项",
            field="set",
            name=unknown[0][:40],
            known="、".join(SAID),
            way_out="可填写的：{known}",
        )
    with open_client(ctx, actor) as client:
        found = find_case(client.work_orders.iterate(contract=contract), number)
        after = client.work_orders.advance(
            found,
            event=event,
            filing_number=said.get("filing_number"),
            reason=said.get("reason"),
            until_on=parse_day(said.get("until_on"), "until_on"),
            evidence=said.get("evidence"),
        )
    click.echo(_("{number}：{state}", number=after.number, state=after.state_name))


@work_order.command("list")
@click.argument("contract", required=False)
@asking
@click.pass_context
def list_work_orders(ctx: click.Context, contract: str | None, actor: str | None) -> None:
    """列出一份合同的工单,不写合同即全部。"""
    with open_client(ctx, actor) as client:
        rows = list(client.work_orders.iterate(contract=contract, sort="number"))
    show_table(
        *beside_contracts(
            contract,
            [_("编号"), _("类型"), _("事由"), _("状态"), _("备案号"), _("拟稿时间")],
            rows,
            [
                (
                    row.number,
                    row.kind_name,
                    row.title,
                    row.state_name,
                    row.filing_number or "—",
                    render_local(row.opened_at),
                )
                for row in rows
            ],
        ),
    )


COMMANDS = {"work-order": work_order}
