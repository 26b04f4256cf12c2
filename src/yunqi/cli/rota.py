"""`yunqi rota …`: who is on duty, taking over, handing over, and when nobody was there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from yunqi.cli.show import beside_contracts, show_table
from yunqi.cli.site import asking, open_client, parse_at
from yunqi.kernel.clock import render_local
from yunqi.kernel.errors import Problem
from yunqi.kernel.words import _

if TYPE_CHECKING:
    from datetime import datetime

    from yunqi.wire.duty import Post

POSTS = ("onsite", "hotline", "monitoring", "protection")


@click.group()
def rota() -> None:
    """值班:排班、到岗、交班、无人值守。"""


@rota.command("list")
@click.argument("contract", required=False)
@click.option("--post", type=click.Choice(POSTS), help="岗位")
@asking
@click.pass_context
def list_(ctx: click.Context, contract: str | None, post: Post | None, actor: str | None) -> None:
    """列出一份合同的值班表,不写合同即全部。"""
    with open_client(ctx, actor) as client:
        rows = list(client.shifts.iterate(contract=contract, post=post, sort="start_at"))
    show_table(
        *beside_contracts(
            contract,
            [_("岗位"), _("值班人"), _("电话"), _("起"), _("止"), _("状态"), _("到岗"), _("交班"), _("标识")],
            rows,
            [
                (
                    one.post_name,
                    one.person,
                    one.telephone,
                    render_local(one.start_at),
                    render_local(one.end_at),
                    one.state_name,
                    _local(one.taken_at),
                    _local(one.left_at),
                    one.id,
                )
                for one in rows
            ],
        ),
    )


@rota.command()
@click.argument("contract")
@click.argument("post", type=click.Choice(POSTS))
@click.argument("person")
@click.argument("telephone")
@click.option("--from", "start", required=True, metavar="时间")
@click.option("--to", "end", required=True, metavar="时间")
@asking
@click.pass_context
def plan(
    ctx: click.Context, contract: str, post: Post, person: str, telephone: str, start: str, end: str, actor: str | None
) -> None:
    """排一个班次:岗位、值班人、电话、起止。"""
    with open_client(ctx, actor) as client:
        made = client.shifts.plan(
            contract=contract,
            post=post,
            person=person,
            telephone=telephone,
            start_at=_at(start, "from"),
            end_at=_at(end, "to"),
        )
    click.echo(_("已排班，标识 {id}", id=made.id))


@rota.command()
@click.argument("shift")
@click.option("--at", metavar="时间", help="何时到岗(默认现在)")
@asking
@click.pass_context
def take(ctx: click.Context, shift: str, at: str | None, actor: str | None) -> None:
    """登记到岗。"""
    with open_client(ctx, actor) as client:
        client.shifts.take(shift, at=parse_at(at))
    click.echo(_("已登记到岗"))


@rota.command("hand-over")
@click.argument("shift")
@click.argument("note")
@click.option("--to", "following", metavar="班次", help="接班的班次,同时登记到岗")
@click.option("--at", metavar="时间", help="何时交班(默认现在)")
@asking
@click.pass_context
def hand_over(
    ctx: click.Context, shift: str, note: str, following: str | None, at: str | None, actor: str | None
) -> None:
    """交班,并写明需要接班人知道的事项;未结束的事件随之移交。"""
    with open_client(ctx, actor) as client:
        client.shifts.hand_over(shift, note=note, to=following, at=parse_at(at))
    click.echo(_("已交班"))


@rota.command()
@click.argument("shift")
@asking
@click.pass_context
def drop(ctx: click.Context, shift: str, actor: str | None) -> None:
    """撤销尚未开始的班次。"""
    with open_client(ctx, actor) as client:
        client.shifts.drop(shift)
    click.echo(_("已撤销"))


@rota.command()
@click.argument("contract")
@click.option("--from", "start", metavar="时间", help="默认三十天前")
@click.option("--to", "end", metavar="时间", help="默认现在")
@asking
@click.pass_context
def unmanned(ctx: click.Context, contract: str, start: str | None, end: str | None, actor: str | None) -> None:
    """现在谁在岗,以及何时无人值守。"""
    with open_client(ctx, actor) as client:
        found = client.shifts.unmanned(contract, since=parse_at(start, "from"), until=parse_at(end, "to"))
    show_table(
        [_("岗位"), _("要求"), _("在岗"), _("电话"), _("条款")],
        [
            (
                one.post_name,
                _("不间断") if one.continuous else _("按值班表"),
                one.person or _("无人"),
                one.telephone,
                one.source.article if one.source else "",
            )
            for one in found.posts
        ],
    )
    show_table(
        [_("岗位"), _("起"), _("止"), _("时长"), _("应在岗"), _("说明")],
        [
            (
                one.post_name,
                render_local(one.start_at),
                _("仍在持续") if one.lasts else render_local(one.end_at),
                one.length_name,
                _("、").join(one.planned),
                _("仅有补记") if one.claimed else "",
            )
            for one in found.spans
        ],
    )


def _local(at: datetime | None) -> str:
    return "" if at is None else render_local(at)


def _at(text: str, field: str) -> datetime:
    at = parse_at(text, field)
    if at is None:
        raise Problem("form.empty", "请填写时间", field=field, way_out="例如 2026-03-02T09:00")
    return at


COMMANDS = {"rota": rota}
