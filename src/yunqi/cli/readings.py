"""`yunqi reading …`, `yunqi burst …`"""

from __future__ import annotations

from typing import Any

import click

from yunqi.cli.answers import answered_by
from yunqi.cli.show import show_table
from yunqi.cli.site import asking, asking_two, open_client, parse_at
from yunqi.cli.waiting import show_proposal_made
from yunqi.kernel.clock import render_local
from yunqi.kernel.money import render_yuan
from yunqi.kernel.words import _
from yunqi.wire.base import Proposal
from yunqi.wire.readings import PointChoice


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


@reading.command()
@click.argument("contract")
@click.argument("code")
@click.option("--agreement", required=True, help="写明撤销的补充协议或纪要的编号")
@click.option("--from", "valid_from", metavar="时间", help="自何时起不再适用(默认现在)")
@_both
@click.pass_context
def withdraw(
    ctx: click.Context,
    contract: str,
    code: str,
    agreement: str,
    valid_from: str | None,
    using_unit_person: str | None,
    provider_person: str | None,
    actor: str | None,
    second: str | None,
) -> None:
    """撤销一条约定解释:自该时起事项重新待定。写明双方确认人即办;否则由一方提出,待另一方同意。"""
    with open_client(ctx, actor or using_unit_person, second or provider_person) as client:
        made = client.readings.withdraw(
            contract, code=code, agreement=agreement, valid_from=parse_at(valid_from, "from")
        )
    if isinstance(made, Proposal):
        show_proposal_made(made)
    else:
        click.echo(_("已撤销约定：{code}", code=code))


@reading.command("list")
@click.argument("contract")
@asking
@answered_by(readings="reading.list", points="reading.points")
@click.pass_context
def list_readings(ctx: click.Context, contract: str, actor: str | None) -> None:
    """列出已约定的解释、待约定的事项及每种解释的金额或时间。"""
    with open_client(ctx, actor) as client:
        agreed = client.readings.list(contract)
        points = client.readings.points(contract)
    show_table(
        [_("代码"), _("约定"), _("依据"), _("双方经办"), _("自何时起"), _("记录于")],
        [
            (
                one.code,
                f"{one.choice} {one.value}" if one.value != one.choice else one.choice,
                one.agreement,
                f"{one.using_unit_person}、{one.provider_person}",
                render_local(one.valid_from),
                render_local(one.recorded_at),
            )
            for one in agreed.items
        ],
    )
    for point in points.items:
        click.echo()
        click.secho(f"{point.code}  {point.question}", bold=True)
        if point.months:
            click.echo(_("   结算单在等：{months}", months="、".join(point.months)))
        elif point.reviewed:
            click.echo(_("   审查意见提出"))
        for choice in point.choices:
            click.echo(f"   {choice.value}  {choice.label}  {_figure(choice)}".rstrip())


def _figure(choice: PointChoice) -> str:
    month = "" if choice.low_fen is None else _("违约金 {amount} 元", amount=_amount(choice.low_fen, choice.high_fen))
    return "  ".join(part for part in (month, choice.figure) if part)


def _amount(low_fen: int | None, high_fen: int | None) -> str:
    shown = [render_yuan(one) for one in (low_fen, high_fen) if one is not None]
    return " – ".join(dict.fromkeys(shown))


@reading.command("figures")
@click.argument("contract")
@click.argument("code")
@click.option("--month", metavar="年-月", help="试算的月份(默认最近结算的月份)")
@asking
@click.pass_context
def show_figures(ctx: click.Context, contract: str, code: str, month: str | None, actor: str | None) -> None:
    """试算:一个事项按每种解释,一个月的违约金各是多少。不保存任何结果。"""
    with open_client(ctx, actor) as client:
        found = client.readings.figures(contract, code=code, month=month)
    click.secho(f"{found.question}  {found.month}", bold=True)
    show_table(
        [_("解释"), _("含义"), _("违约金(元)"), ""],
        [
            (
                one.value,
                one.label,
                _amount(one.low_fen, one.high_fen) if one.penalty_fen is None else render_yuan(one.penalty_fen),
                " ".join(
                    word
                    for word, holds in ((_("已约定"), one.agreed), (_("另有事项待定"), one.penalty_fen is None))
                    if holds
                ),
            )
            for one in found.items
        ],
        right=frozenset({2}),
    )


@reading.command("history")
@click.argument("contract")
@asking
@click.pass_context
def show_history(ctx: click.Context, contract: str, actor: str | None) -> None:
    """列出约定解释的全部历史:约定、替代、撤销。"""
    states = {
        "in_force": _("现行"),
        "later": _("尚未开始"),
        "replaced": _("已被替代"),
        "withdrawn": _("撤销"),
        "ended": _("已结束"),
    }
    with open_client(ctx, actor) as client:
        rows = client.readings.history(contract).items
    show_table(
        [_("记录于"), _("代码"), _("约定"), _("状态"), _("自何时起"), _("依据"), _("双方经办")],
        [
            (
                render_local(one.recorded_at),
                one.code,
                one.value or "—",
                states[one.state],
                render_local(one.valid_from),
                one.agreement,
                f"{one.using_unit_person}、{one.provider_person}",
            )
            for one in rows
        ],
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
