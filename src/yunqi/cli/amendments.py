"""`yunqi contract amendment …`: supplementary agreements, from their file to their force."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from yunqi.cli.files import read_upload
from yunqi.cli.login import do_in_person
from yunqi.cli.show import printable, show_table
from yunqi.cli.site import asking, open_client
from yunqi.cli.waiting import show_progress
from yunqi.kernel.clock import render_local
from yunqi.kernel.money import render_yuan
from yunqi.kernel.words import _
from yunqi.wire.amendments import AmendmentDetail

STATES = {"imported": "待签署", "signed": "已签署"}
DEEDS = {"set": "变更", "add": "新增", "end": "终止", "text": "改写条文", "reading": "约定解释"}


@click.group()
def amendment() -> None:
    """补充协议:导入、查看、填写、签署。"""


@amendment.command("list")
@click.argument("number")
@asking
@click.pass_context
def list_(ctx: click.Context, number: str, actor: str | None) -> None:
    """列出一份合同的补充协议,按生效日期。"""
    with open_client(ctx, actor) as client:
        rows = client.amendments.list(number).items
    show_table(
        [_("编号"), _("名称"), _("生效日期"), _("状态"), _("变更"), _("未能确定"), _("未读"), _("标识")],
        [
            (
                row.number or "—",
                row.title,
                row.effective_on or "—",
                _(STATES[row.state]),
                row.changes,
                row.uncertain,
                row.unread,
                row.id,
            )
            for row in rows
        ],
        right=frozenset({4, 5, 6}),
    )


@amendment.command("import")
@click.argument("number")
@click.argument("file", type=click.Path(path_type=Path))
@asking
@click.pass_context
def import_(ctx: click.Context, number: str, file: Path, actor: str | None) -> None:
    """读取补充协议文件并入库,列出它对现行合同的变更。"""
    with open_client(ctx, actor) as client:
        kept = client.files.upload(name=file.name, content=read_upload(file))
        made = client.amendments.import_(number, file=kept.id).wait(show_progress)
        found = client.amendments.read(made.amendment_id)
    show_amendment(found)


@amendment.command()
@click.argument("amendment_id", metavar="标识")
@asking
@click.pass_context
def show(ctx: click.Context, amendment_id: str, actor: str | None) -> None:
    """查看一份补充协议:逐项变更、与现行合同的差异、尚未确定的内容。"""
    with open_client(ctx, actor) as client:
        found = client.amendments.read(amendment_id)
    show_amendment(found)


def show_amendment(found: AmendmentDetail) -> None:
    """A supplementary agreement on the terminal."""
    click.secho(f"{printable(found.title)}  {found.number or ''}  {found.id}", bold=True)
    click.echo(_("{state}；自 {day} 起生效", state=_(STATES[found.state]), day=found.effective_on or "—"))
    show_table(
        [_("序号"), _("处理"), _("内容"), _("原值"), _("现值"), _("出处")],
        [
            (
                one.no,
                _(DEEDS[one.deed]),
                one.label,
                one.before,
                one.after,
                _("由其他变更推算") if one.derived else (one.source or {}).get("article", "") or one.person,
            )
            for one in found.change_rows
        ],
        right=frozenset({0}),
    )
    if found.differences:
        click.secho(_("与现行合同的差异"), bold=True)
        show_table(
            [_("条款"), _("内容"), _("原值"), _("现值"), _("费用影响")],
            [
                (
                    one.part_name,
                    one.label,
                    one.before,
                    one.after,
                    "—" if one.effect_fen is None else render_yuan(one.effect_fen),
                )
                for one in found.differences
            ],
            right=frozenset({4}),
        )
    _show_open(found.data)
    if found.problem:
        click.secho(found.problem, fg="yellow")
    for each in found.signatures:
        click.echo(
            _(
                "{organisation} {person} 于 {at} 签署",
                organisation=printable(each.organisation),
                person=printable(each.person),
                at=render_local(each.signed_at),
            )
        )


def _show_open(data: dict[str, Any]) -> None:
    for one in data["uncertain"]:
        words = _("、").join(str(candidate) for candidate in one.get("candidates") or ()) or "—"
        text = printable((one.get("source") or {}).get("text") or "")
        click.secho(_("未能确定 {path}：{words}  {text}", path=one["path"], words=words, text=text), fg="yellow")
    for one in data["unread"]:
        click.secho(_("未成为变更：{text}", text=printable(one["text"])), fg="yellow")


@amendment.command()
@click.argument("amendment_id", metavar="标识")
@click.argument("path")
@click.argument("value", required=False)
@click.option("--end", "deed", flag_value="end", help="终止这一项")
@click.option("--add", "deed", flag_value="add", help="新增一项(JSON)")
@click.option("--article", "deed", flag_value="text", help="改写这一条的条文")
@click.option("--reading", "deed", flag_value="reading", help="约定解释:事项与取值")
@click.option("--words", default="", metavar="原文", help="补充协议原文的字句")
@click.option("--why", default="", metavar="理由", help="依据或理由")
@asking
@click.pass_context
def complete(
    ctx: click.Context,
    amendment_id: str,
    path: str,
    value: str | None,
    deed: Any,
    words: str,
    why: str,
    actor: str | None,
) -> None:
    """填写一项变更,例如 price_lines[no=3].quantity 4;生效日期写作 effective_on 2027-01-01。"""
    with open_client(ctx, actor) as client:
        found = client.amendments.change(amendment_id, path=path, deed=deed or "set", text=value, words=words, why=why)
    show_amendment(found)


@amendment.command()
@click.argument("amendment_id", metavar="标识")
@click.argument("what", metavar="序号|数据位置")
@asking
@click.pass_context
def drop(ctx: click.Context, amendment_id: str, what: str, actor: str | None) -> None:
    """略过读错的一项变更(序号),或一处未能确定的内容(数据位置)。"""
    by_no = what.isascii() and what.isdigit()
    with open_client(ctx, actor) as client:
        found = client.amendments.drop(amendment_id, no=int(what) if by_no else 0, path="" if by_no else what)
    show_amendment(found)


@amendment.command()
@click.argument("amendment_id", metavar="标识")
@asking
@click.pass_context
def sign(ctx: click.Context, amendment_id: str, actor: str | None) -> None:
    """一方签署;双方都签署后,自生效日期起变更合同。"""
    found = do_in_person(ctx, actor, lambda client: client.amendments.sign(amendment_id))
    click.echo(
        _("已签署；双方均已签署，自 {day} 起生效", day=found.effective_on)
        if found.state == "signed"
        else _("已签署；等待另一方签署")
    )


COMMANDS = (amendment,)
