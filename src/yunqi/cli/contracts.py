"""`yunqi contract …`"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import click

from yunqi.cli.amendments import COMMANDS as AMENDING
from yunqi.cli.answers import answer_with, answered_by
from yunqi.cli.comparing import COMMANDS as COMPARING
from yunqi.cli.drafts import COMMANDS as DRAFTING
from yunqi.cli.files import read_upload, save_download
from yunqi.cli.reviewing import COMMANDS as REVIEWING
from yunqi.cli.settling import COMMANDS as SETTLING
from yunqi.cli.show import show_table
from yunqi.cli.site import asking, open_client
from yunqi.cli.waiting import show_pages, show_progress
from yunqi.kernel.errors import Problem
from yunqi.kernel.money import render_percent, render_yuan
from yunqi.kernel.period import date_of, day_start
from yunqi.kernel.words import _


@click.group()
def contract() -> None:
    """合同:导入、查看、签署、额度。"""


@contract.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--read-only", is_flag=True, help="只读取并打印,不入库")
@click.option("--using-unit", metavar="单位", help="合同正文没有写明甲方时指明")
@click.option("--provider", metavar="单位", help="合同正文没有写明乙方时指明")
@asking
@click.pass_context
def import_(
    ctx: click.Context,
    file: Path,
    using_unit: str | None,
    provider: str | None,
    actor: str | None,
    *,
    read_only: bool,
) -> None:
    """读取合同文件(docx、txt、md、pdf)并入库:全部成功,或什么都不改变。"""
    if read_only:
        _show_read(file)
        return
    with open_client(ctx, actor) as client:
        try:
            kept = client.files.upload(name=file.name, content=read_upload(file))
            begun = client.contracts.import_(file=kept.id, using_unit=using_unit, provider=provider)
            imported = begun.wait(show_progress)
        except Problem as refused:
            # What was read is shown even where it can't be kept: a blank form has no parties yet.
            _show_refused(file, refused)
            raise
        data = client.contracts.read(imported.contract_id).data
    show_contract(data)
    number = imported.number or imported.contract_id
    click.echo(_("已入库：{number}", number=number) if imported.new else _("此文件已导入过：{number}", number=number))


def _show_read(file: Path, *, progress: Callable[[int, int], None] = show_pages) -> None:
    from yunqi.operations.contracts import read_file

    data = read_file(file, progress=progress).data
    answer_with({"data": data})
    show_contract(data)


def _show_refused(file: Path, refused: Problem) -> None:
    def stop(_done: int, _pages: int) -> None:
        raise refused  # nobody waits minutes for a scan a second time

    try:
        _show_read(file, progress=stop)
    except Problem as unread:
        raise unread from refused


def show_contract(data: dict[str, Any], *, lines: bool = True) -> None:
    """The contract at one glance: parties, term, money, levels, penalties, findings, what is not sure."""
    parties, term = data["parties"], data["term"] or {}
    click.secho(f"{data['title']}  {data['number'] or ''}", bold=True)
    click.echo(
        _("甲方 {using_unit}    乙方 {provider}", **{key: parties[key] or "—" for key in ("using_unit", "provider")})
    )
    click.echo(
        _(
            "服务期 {start} 至 {end}    签订 {signed}    总价 {total} 元",
            start=term.get("start_on") or "—",
            end=term.get("end_on") or "—",
            signed=data["signed_on"] or "—",
            total="—" if data["total_fen"] is None else render_yuan(data["total_fen"]),
        )
    )
    if lines:
        show_table(
            [_("序号"), _("目录代码"), _("名称"), _("单价(元)"), _("数量"), _("合价(元)"), _("出处")],
            [
                (
                    line["no"],
                    line["item"] or "?",
                    line["name"],
                    line["unit_price"],
                    line["quantity"],
                    _("含于第 {no} 行", no=line["bundle"])
                    if line["bundle"]
                    else "—"
                    if line["total_fen"] is None
                    else render_yuan(line["total_fen"]),
                    (line["source"] or {}).get("article", ""),
                )
                for line in data["price_lines"]
            ],
            right=frozenset({0, 3, 4, 5}),
        )
    show_table(
        [_("服务水平"), _("对象"), _("约定"), _("条件"), _("窗口"), _("起算"), _("出处")],
        [
            (
                level["metric"],
                level["object"],
                f"{level['operator']} {_threshold(level)}",
                level["condition"],
                level["window"],
                level["clock_start"],
                (level["source"] or {}).get("article", ""),
            )
            for level in data["service_levels"]
        ],
    )
    penalties = data["penalties"]
    click.echo(
        _(
            "信息系统 {systems} 个；分期款 {instalments} 笔；重大违约 {critical} 行；违约系数 {coefficients} 行；"
            "其他违约金 {other} 条；交付物 {deliverables} 项；义务 {obligations} 项",
            systems=len(data["systems"]),
            instalments=len(data["instalments"]),
            critical=len(penalties["critical"]),
            coefficients=len(penalties["coefficients"]),
            other=len(penalties["other"]),
            deliverables=len(data["deliverables"]),
            obligations=len(data["obligations"]),
        )
    )
    for finding in data["findings"]:
        colour = {"error": "red", "warning": "yellow"}.get(finding["severity"])
        click.secho(f"[{finding['code']}] {finding['message']}", fg=colour)
    click.echo(
        _(
            "未能确定 {uncertain} 处；未成为数据的句子 {unread} 句",
            uncertain=len(data["uncertain"]),
            unread=len(data["unread"]),
        )
    )
    if coverage := data.get("coverage"):
        click.echo(
            _(
                "写有数字或义务的 {bearing} 句中，{read} 句成为数据，{unread} 句没有",
                **{key: coverage[key] for key in ("bearing", "read", "unread")},
            )
        )


def _threshold(level: dict[str, Any]) -> str:
    threshold = level["threshold"]
    if threshold is None:
        return "—"
    if level["unit"] in (None, "share", "ratio"):
        return render_percent(Fraction(str(threshold)), 5).rstrip("%").rstrip("0").rstrip(".") + "%"
    return f"{threshold} {level['unit']}"


@contract.command("list")
@asking
@click.pass_context
def list_(ctx: click.Context, actor: str | None) -> None:
    """列出合同。"""
    with open_client(ctx, actor) as client:
        rows = list(client.contracts.iterate(sort="id"))
    states = {"imported": _("已导入"), "signed": _("已签署"), "ended": _("已终止")}
    show_table(
        [_("编号"), _("名称"), _("服务期"), _("总价(元)"), _("状态"), _("标识")],
        [
            (
                row.number,
                row.title,
                f"{row.start_on or '—'}…{row.end_on or '—'}",
                "—" if row.total_fen is None else render_yuan(row.total_fen),
                states[row.state],
                row.id,
            )
            for row in rows
        ],
        right=frozenset({3}),
    )


@contract.command()
@click.argument("number")
@asking
@click.pass_context
def show(ctx: click.Context, number: str, actor: str | None) -> None:
    """查看一份合同的数据及出处。"""
    with open_client(ctx, actor) as client:
        data = client.contracts.read(number).data
    show_contract(data)


@contract.command()
@click.argument("number")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
@asking
@click.pass_context
def document(ctx: click.Context, number: str, file: Path | None, actor: str | None) -> None:
    """取回合同原文,一字节不差;不指明文件时存为其原名。"""
    with open_client(ctx, actor) as client:
        click.echo(save_download(client.contracts.document(number), file))


@contract.command()
@click.argument("number")
@asking
@click.pass_context
def sign(ctx: click.Context, number: str, actor: str | None) -> None:
    """一方签署;双方都签署后合同生效。"""
    with open_client(ctx, actor) as client:
        signed = client.contracts.sign(number)
    click.echo(_("已签署；双方均已签署，合同生效") if signed.state == "signed" else _("已签署；等待另一方签署"))


@contract.command()
@click.argument("number")
@asking
@answered_by("entitlement.list")
@click.pass_context
def entitlement(ctx: click.Context, number: str, actor: str | None) -> None:
    """各价目行的额度:合同数量、临时扩容、已占用、剩余。"""
    with open_client(ctx, actor) as client:
        found = client.entitlements.list(number)
        if not found.items:
            kept = client.contracts.read(number)
            if kept.start_on is not None:
                at = day_start(kept.start_on if date_of(found.at) < kept.start_on else kept.end_on or kept.start_on)
                click.echo(_("合同当前不在服务期内，以下为 {day} 的额度", day=date_of(at)))
                found = client.entitlements.list(number, at=at)
    show_table(
        [_("序号"), _("目录代码"), _("名称"), _("合同数量"), _("临时扩容"), _("已占用"), _("剩余")],
        [
            (row.no, row.item, row.name, row.contracted or "—", row.burst, row.drawn, row.left or "—")
            for row in found.items
        ],
        right=frozenset({0, 3, 4, 5, 6}),
    )


for command in (*SETTLING, *AMENDING, *COMPARING, *DRAFTING, *REVIEWING):
    contract.add_command(command)

COMMANDS = {"contract": contract}
