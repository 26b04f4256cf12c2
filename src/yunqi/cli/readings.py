"""`yunqi reading …`, `yunqi burst …`"""

from __future__ import annotations

from typing import Any

import click

from yunqi.cli.show import show_table
from yunqi.cli.site import asking, asking_two, open_client, parse_at
from yunqi.cli.waiting import show_proposal_made
from yunqi.kernel.clock import render_local
from yunqi.kernel.words import _
from yunqi.wire.base import Proposal


def _both(function: Any) -> Any:
    function = click.option("--using-unit-person", metavar="单位/姓名", help="甲方确认人(仅用于本机)")(function)
    function = click.option("--provider-person", metavar="单位/姓名", help="乙方确认人(仅用于本机)")(function)
    return asking_two(function)


@click.group()
def reading() -> None:
    """约定解释:双方对合同未明之处的约定。"""


@reading.command()
@click.argument("contract")
@click.argument("code")
@click.argument("value")
@click.option("--agreement", required=True, help="补充协议或纪要的编号")
@click.option("--from", "valid_from", metavar="时间", help="自何时起(默认服务期开始)")
@_both
@click.pass_context
def agree(
    ctx: click.Context,
    contract: str,
    code: str,
    value: str,
    agreement: str,
    valid_from: str | None,
    using_unit_person: str | None,
    provider_person: str | None,
    actor: str | None,
    second: str | None,
) -> None:
    """记录一条约定解释,例如 availability.window month。写明双方确认人即办;否则由一方提出,待另一方同意。"""
    with open_client(ctx, actor or using_unit_person, second or provider_person) as client:
        made = client.readings.record(
            contract, code=code, value=value, agreement=agreement, valid_from=parse_at(valid_from, "from")
        )
    if isinstance(made, Proposal):
        show_proposal_made(made)
    else:
        click.echo(_("已记录约定：{code} = {value}", code=code, value=value))


@reading.command("list")
@click.argument("contract")
@asking
@click.pass_context
def list_readings(ctx: click.Context, contract: str, actor: str | None) -> None:
    """列出已约定的解释,和尚可约定的事项。"""
    from yunqi.settlement.readings import load_points, render_question

    with open_client(ctx, actor) as client:
        agreed = client.readings.list(contract)
    show_table(
        [_("代码"), _("约定"), _("依据")],
        [(one.code, one.choice, one.agreement) for one in agreed.items],
    )
    click.echo()
    show_table(
        [_("可约定的事项"), _("问题"), _("可选")],
        [
            (one.code, render_question(one.code), "、".join(choice for choice, _label in one.choices))
            for one in load_points()
            if one.kind == "reading"
        ],
        limit=60,
    )


@click.group()
def burst() -> None:
    """临时扩容:双方商定的、免费的、有限期的额度外使用。"""


@burst.command("agree")
@click.argument("contract")
@click.argument("item")
@click.argument("quantity")
@click.option("--from", "start", required=True, metavar="时间")
@click.option("--until", "end", required=True, metavar="时间")
@click.option("--reason", required=True)
@_both
@click.pass_context
def agree_burst(
    ctx: click.Context,
    contract: str,
    item: str,
    quantity: str,
    start: str,
    end: str,
    reason: str,
    using_unit_person: str | None,
    provider_person: str | None,
    actor: str | None,
    second: str | None,
) -> None:
    """记录一次临时扩容,例如 storage.high 200。写明双方确认人即办;否则由一方提出,待另一方同意。"""
    start_at, end_at = parse_at(start, "from"), parse_at(end, "until")
    assert start_at is not None and end_at is not None  # noqa: S101, PT018  # both options are required
    with open_client(ctx, actor or using_unit_person, second or provider_person) as client:
        made = client.bursts.record(
            contract, item=item, quantity=quantity, start_at=start_at, end_at=end_at, reason=reason
        )
    if isinstance(made, Proposal):
        show_proposal_made(made)
    else:
        click.echo(_("已记录临时扩容：{item} {quantity}", item=item, quantity=quantity))


@burst.command("list")
@click.argument("contract")
@asking
@click.pass_context
def list_bursts(ctx: click.Context, contract: str, actor: str | None) -> None:
    """列出临时扩容。"""
    with open_client(ctx, actor) as client:
        rows = client.bursts.list(contract).items
    show_table(
        [_("目录代码"), _("数量"), _("起"), _("止"), _("事由")],
        [(one.item, one.quantity, render_local(one.start_at), render_local(one.end_at), one.reason) for one in rows],
    )


COMMANDS = {"reading": reading, "burst": burst}
