"""`yunqi adopt …`: a cloud that already runs, from a list or from what runs, taken in and taken back."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal

import click

from yunqi.cli.files import read_upload
from yunqi.cli.show import printable, show_table
from yunqi.cli.site import asking, asking_two, open_client
from yunqi.cli.waiting import show_progress, show_proposal_made
from yunqi.kernel.errors import Problem
from yunqi.kernel.words import _
from yunqi.wire.adoptions import AdoptionDetail, AdoptionNote
from yunqi.wire.base import Proposal

STATES = {"previewed": "待确认", "confirmed": "已纳管", "undone": "已撤销"}
SEVERITIES = {"error": "须更正", "open": "差异", "note": "说明"}
_COLOURS = {"error": "red", "open": "yellow"}
_SHOWN = 40


@click.group()
def adopt() -> None:
    """纳管:把已经在运行的云纳入合同,预览、确认、列出、撤销。"""


@adopt.command()
@click.argument("contract", metavar="合同编号")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--from", "from_on", required=True, metavar="日期", help="自哪一天起计量,例如 2026-11-01")
@click.option("--running", metavar="名称", help="读取平台上运行的云主机,* 代表任意字符(云服务商)")
@click.option("--grade", type=click.Choice(["normal", "high"]), help="清单没有写存储类型的磁盘按哪一种")
@asking
@click.pass_context
def preview(
    ctx: click.Context,
    contract: str,
    file: Path | None,
    from_on: str,
    running: str | None,
    grade: Literal["normal", "high"] | None,
    actor: str | None,
) -> None:
    """把清单(.xlsx 或 CSV)或平台上运行的云主机与合同比对,列出差异;不改变任何东西。"""
    day = _parse_day(from_on)
    with open_client(ctx, actor) as client:
        kept = None if file is None else client.files.upload(name=file.name, content=read_upload(file)).id
        begun = client.adoptions.preview(contract, file=kept, from_on=day, running=running, grade=grade)
        found = client.adoptions.read(begun.wait(show_progress).adoption_id)
    _show(found)


def _parse_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Problem(
            "date.unreadable",
            "日期「{value}」无法识别",
            field="from_on",
            value=text,
            way_out="请按 YYYY-MM-DD 填写",
        ) from error


@adopt.command()
@click.argument("adoption", metavar="标识")
@asking
@click.pass_context
def show(ctx: click.Context, adoption: str, actor: str | None) -> None:
    """查看一次纳管:资源、价目行与差异。"""
    with open_client(ctx, actor) as client:
        found = client.adoptions.read(adoption)
    _show(found)


@adopt.command("list")
@click.argument("contract", metavar="合同编号")
@asking
@click.pass_context
def list_(ctx: click.Context, contract: str, actor: str | None) -> None:
    """列出一份合同的纳管,最近的在前。"""
    with open_client(ctx, actor) as client:
        rows = client.adoptions.list(contract).items
    show_table(
        [_("来源"), _("起始日"), _("状态"), _("资源"), _("须更正"), _("差异"), _("预览人"), _("标识")],
        [
            (
                one.source,
                one.from_on,
                _(STATES[one.state]),
                one.resources,
                one.errors,
                one.differences,
                one.made_by,
                one.id,
            )
            for one in rows
        ],
        right=frozenset({3, 4, 5}),
    )


@adopt.command()
@click.argument("adoption", metavar="标识")
@click.option("--work-order", required=True, metavar="编号", help="已备案并受理的统一工单")
@asking_two
@click.pass_context
def confirm(ctx: click.Context, adoption: str, work_order: str, actor: str | None, second: str | None) -> None:
    """确认纳管;由一方提出,另一方同意。全部纳入,或什么也不改变。"""
    with open_client(ctx, actor, second) as client:
        made = client.adoptions.confirm(adoption, work_order=work_order)
    if isinstance(made, Proposal):
        show_proposal_made(made)
    else:
        click.echo(_("已纳管 {count} 项资源，自 {day} 起计量", count=made.resources, day=made.from_on))


@adopt.command()
@click.argument("adoption", metavar="标识")
@asking_two
@click.pass_context
def undo(ctx: click.Context, adoption: str, actor: str | None, second: str | None) -> None:
    """撤销纳管,如同从未占用;首个月份结账之后不能再撤销。"""
    with open_client(ctx, actor, second) as client:
        made = client.adoptions.undo(adoption)
    if isinstance(made, Proposal):
        show_proposal_made(made)
    else:
        click.echo(_("已撤销 {count} 项资源的纳管", count=made.resources))


def _show(found: AdoptionDetail) -> None:
    click.secho(f"{printable(found.source)}  {_(STATES[found.state])}  {found.id}", bold=True)
    click.echo(
        _(
            "自 {day} 起：{count} 项资源，{errors} 处须更正，{differences} 处差异",
            day=found.from_on,
            count=found.resources,
            errors=found.errors,
            differences=found.differences,
        )
    )
    show_table(
        [_("价目"), _("名称"), _("合同"), _("已占用"), _("本次"), _("超出"), _("单位")],
        [
            (one.no, one.name, one.contracted or "—", one.before, one.listed, one.over or "", one.unit)
            for one in found.lines
            if one.listed != "0" or one.before != "0"
        ],
        right=frozenset({0, 2, 3, 4, 5}),
    )
    show_table(
        [_("类型"), _("名称"), _("信息系统"), _("规格"), _("自")],
        [(one.kind_name, one.name, one.system or "—", one.spec, one.start_on) for one in found.items[:_SHOWN]],
    )
    if found.resources > _SHOWN:
        click.echo(_("……共 {count} 项，全部见 --json", count=found.resources))
    for note in found.notes:
        click.secho(_note_line(note), fg=_COLOURS.get(note.severity))


def _note_line(note: AdoptionNote) -> str:
    sheet = f"「{note.sheet}」" if note.sheet else ""
    row = _("第 {row} 行", row=note.row) if note.row else ""
    column = _("{column} 列", column=note.column) if note.column else ""
    place = " ".join(word for word in (sheet + row, column) if word)
    said = f"{note.sentence}。{note.way_out}" if note.way_out else note.sentence
    return printable(f"[{_(SEVERITIES[note.severity])}] {place + '：' if place else ''}{said}")


COMMANDS = {"adopt": adopt}
