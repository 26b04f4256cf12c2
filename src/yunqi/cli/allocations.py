"""`yunqi allocation …`"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import click

from yunqi.cli.files import read_upload, save_download
from yunqi.cli.show import printable, show_table
from yunqi.cli.site import asking, asking_two, open_client, parse_on
from yunqi.cli.waiting import show_proposal_made
from yunqi.kernel.errors import Problem
from yunqi.kernel.money import render_share, render_yuan
from yunqi.kernel.words import _
from yunqi.wire.allocations import SystemQuantity, SystemShare
from yunqi.wire.base import Proposal


@click.group()
def allocation() -> None:
    """费用分摊:合同价款按信息系统和月份。"""


@allocation.command()
@click.argument("contract")
@click.option("--on", "on_text", metavar="YYYY-MM-DD", help="哪一日有效的约定(默认今日)")
@asking
@click.pass_context
def show(ctx: click.Context, contract: str, on_text: str | None, actor: str | None) -> None:
    """查看各信息系统的费用及各月合计;合计等于合同总价,分毫不差。"""
    with open_client(ctx, actor) as client:
        found = client.allocations.read(contract, on=parse_on(on_text) if on_text else None)
    if not found.agreed:
        click.echo(_("双方尚未约定费用分摊"))
        return
    if found.problem:
        click.echo(printable(found.problem))
        return
    show_table(
        [_("信息系统"), _("占比"), _("费用(元)")],
        [(one.system_name, render_share(Fraction(one.share)), render_yuan(one.fee_fen)) for one in found.systems]
        + [(_("合计"), "100.00%", render_yuan(found.total_fen or 0))],
        right=frozenset({1, 2}),
    )
    show_table(
        [_("服务月"), _("费用(元)")],
        [(_("{start} 至 {end}", start=one.start_on, end=one.end_on), render_yuan(one.fee_fen)) for one in found.months],
        right=frozenset({1}),
    )


@allocation.command()
@click.argument("contract")
@click.option("--share", "shares", multiple=True, metavar="系统=比例", help="例如 门户=25% 或 门户=1/3;可多次")
@click.option("--quantity", "quantities", multiple=True, metavar="行号:系统=数量", help="例如 1:门户=40;可多次")
@click.option("--spread", type=click.Choice(["even", "days"]), default="even", help="按服务月平均,或按天数")
@click.option("--from", "from_text", required=True, metavar="YYYY-MM-DD", help="自哪一日起")
@click.option("--agreement", required=True, help="所据的协议或纪要")
@click.option("--file", "path", type=click.Path(path_type=Path), help="协议或纪要的文件")
@asking_two
@click.pass_context
def agree(
    ctx: click.Context,
    contract: str,
    shares: tuple[str, ...],
    quantities: tuple[str, ...],
    spread: str,
    from_text: str,
    agreement: str,
    path: Path | None,
    actor: str | None,
    second: str | None,
) -> None:
    """约定费用分摊:各系统的比例,或各计价行的数量;由对方单位复核。"""
    with open_client(ctx, actor, second) as client:
        kept = None if path is None else client.files.upload(name=path.name, content=read_upload(path)).id
        made = client.allocations.agree(
            contract,
            shares=tuple(SystemShare(system=name, share=value) for name, value in map(_cut, shares)),
            quantities=tuple(_quantity(text) for text in quantities),
            spread="days" if spread == "days" else "even",
            valid_from=parse_on(from_text, "from"),
            agreement=agreement,
            file=kept,
        )
    if isinstance(made, Proposal):
        show_proposal_made(made)
    else:
        click.echo(_("已登记（{id}）", id=made.id))


def _cut(text: str) -> tuple[str, str]:
    name, equals, value = text.rpartition("=")
    if not equals or not name.strip() or not value.strip():
        raise Problem(
            "allocation.word",
            "「{value}」应写作 系统=比例 或 行号:系统=数量",
            field="share",
            value=text[:60],
            way_out="例如 --share 门户=25%，或 --quantity 1:门户=40",
        )
    return name.strip(), value.strip()


def _quantity(text: str) -> SystemQuantity:
    no, colon, rest = text.partition(":")
    name, value = _cut(rest if colon and no.isascii() and no.isdigit() else "")
    return SystemQuantity(no=int(no), system=name, quantity=value)


@allocation.command()
@click.argument("contract")
@click.option("--on", "on_text", metavar="YYYY-MM-DD", help="哪一日有效的约定(默认今日)")
@click.option("--out", type=click.Path(path_type=Path), help="写到哪个文件")
@asking
@click.pass_context
def export(ctx: click.Context, contract: str, on_text: str | None, out: Path | None, actor: str | None) -> None:
    """导出费用分摊表(xlsx):系统与月份。"""
    with open_client(ctx, actor) as client:
        made = client.allocations.file(contract, on=parse_on(on_text) if on_text else None)
    click.echo(_("已写入 {path}", path=save_download(made, out)))


@allocation.command()
@click.argument("contract")
@click.argument("month", metavar="YYYY-MM")
@click.option("--docx", is_flag=True, help="编制 Word 文档(默认为工作簿)")
@click.option("--out", type=click.Path(path_type=Path), help="写到哪个文件")
@asking
@click.pass_context
def usage(ctx: click.Context, contract: str, month: str, docx: bool, out: Path | None, actor: str | None) -> None:
    """编制一个月的资源使用情况:各信息系统、各价目行的数量、占比、费用和闲置。"""
    with open_client(ctx, actor) as client:
        made = client.usages.file(contract, month=month, format="docx" if docx else "xlsx")
    click.echo(_("已写入 {path}", path=save_download(made, out)))


COMMANDS = {"allocation": allocation}
