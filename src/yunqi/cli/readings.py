"""`yunqi reading …`, `yunqi burst …`"""

from __future__ import annotations

import click

from yunqi.cli.show import show_table
from yunqi.cli.site import open_site, parse_at
from yunqi.kernel.clock import render_local
from yunqi.kernel.errors import Problem
from yunqi.kernel.money import parse_decimal
from yunqi.kernel.words import _


def _both(function: click.decorators.FC) -> click.decorators.FC:
    function = click.option("--using-unit-person", required=True, metavar="单位/姓名", help="甲方确认人")(function)
    return click.option("--provider-person", required=True, metavar="单位/姓名", help="乙方确认人")(function)


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
    using_unit_person: str,
    provider_person: str,
) -> None:
    """记录一条约定解释,例如 availability.window month。"""
    from yunqi.operations.readings import agree_reading

    with open_site(ctx) as site:
        agree_reading(
            site,
            contract,
            code,
            value,
            agreement=agreement,
            using_unit_person=using_unit_person,
            provider_person=provider_person,
            valid_from=parse_at(valid_from, "from"),
        )
    click.echo(_("已记录约定：{code} = {value}", code=code, value=value))


@reading.command("list")
@click.argument("contract")
@click.pass_context
def list_readings(ctx: click.Context, contract: str) -> None:
    """列出已约定的解释,和尚可约定的事项。"""
    from yunqi.settlement.readings import load_points, render_question
    from yunqi.store.contracts import require_contract
    from yunqi.store.readings import list_readings as read

    with open_site(ctx) as site, site.database.read() as connection:
        found = require_contract(connection, contract)
        agreed = read(connection, found.id, at=site.clock.now())
    show_table(
        [_("代码"), _("约定"), _("依据")],
        [(code, one.value, one.agreement) for code, one in agreed.items()],
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
    using_unit_person: str,
    provider_person: str,
) -> None:
    """记录一次临时扩容,例如 storage.high 200。"""
    from yunqi.operations.readings import agree_burst as record

    try:
        amount = parse_decimal(quantity)
    except ValueError as error:
        raise Problem(
            "burst.quantity",
            "临时扩容的数量「{value}」不大于零",
            field="quantity",
            value=quantity,
            way_out="请填写大于零的数量",
        ) from error
    start_at, end_at = parse_at(start, "from"), parse_at(end, "until")
    assert start_at is not None and end_at is not None  # noqa: S101, PT018  # both options are required
    with open_site(ctx) as site:
        record(
            site,
            contract,
            item,
            amount,
            start_at=start_at,
            end_at=end_at,
            reason=reason,
            using_unit_person=using_unit_person,
            provider_person=provider_person,
        )
    click.echo(_("已记录临时扩容：{item} {quantity}", item=item, quantity=quantity))


@burst.command("list")
@click.argument("contract")
@click.pass_context
def list_bursts(ctx: click.Context, contract: str) -> None:
    """列出临时扩容。"""
    from yunqi.kernel.money import decimal_text
    from yunqi.store.bursts import list_bursts as read
    from yunqi.store.checks import from_micro
    from yunqi.store.contracts import require_contract

    with open_site(ctx) as site, site.database.read() as connection:
        rows = read(connection, require_contract(connection, contract).id)
    show_table(
        [_("目录代码"), _("数量"), _("起"), _("止"), _("事由")],
        [
            (
                one.item,
                decimal_text(from_micro(one.quantity_micro)),
                render_local(one.start_at),
                render_local(one.end_at),
                one.reason,
            )
            for one in rows
        ],
    )


COMMANDS = {"reading": reading, "burst": burst}
