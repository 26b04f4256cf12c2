"""`yunqi logbook …`: drills and trainings, protected periods, and the people of a contract."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from yunqi.cli.answers import answer_rows, in_json
from yunqi.cli.files import read_upload, save_download
from yunqi.cli.show import show_table
from yunqi.cli.site import asking, open_client, parse_at
from yunqi.kernel.clock import render_local
from yunqi.kernel.errors import Problem
from yunqi.kernel.words import _

if TYPE_CHECKING:
    from datetime import datetime

    from yunqi.client import Client
    from yunqi.wire.logbooks import LogbookKind, LogbookStep

KINDS = (
    "drill",
    "training",
    "restore_drill",
    "protected_period",
    "staff_member",
    "staff_promise",
    "attendance",
    "staff_request",
    "staff_breach",
)
STEPS = (
    "permit",
    "refuse",
    "hold",
    "close",
    "return",
    "confirm",
    "contest",
    "withdraw",
    "cancel",
    "add_plan",
    "sign",
    "check_background",
    "agree",
    "leave",
    "replace",
    "remedy",
)
STANDINGS = {
    "running": "计时中",
    "overdue": "已超时",
    "kept": "按时",
    "late": "超时完成",
    "open": "合同未写明期限",
    "done": "已完成",
}
_DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.group()
def logbook() -> None:
    """台账:演练与培训、重要保障期、人员。"""


@logbook.command()
@click.argument("kind", type=click.Choice(KINDS))
@in_json
def fields(kind: str) -> None:
    """列出一种台账要填的内容,及其各步骤要填的内容。"""
    from yunqi.cases.logbook import KINDS as BOOKS
    from yunqi.cases.logbook import LABELS, TIMES
    from yunqi.cases.logbook.fields import CHOICES

    book = BOOKS[kind]
    rows = [("", "--at", _(TIMES[kind]), _("默认现在"), "")]
    for event, given in (("", book.fields), *book.steps.items()):
        for one in given:
            need = _("必填") if one.required else ""
            rows.append((event, one.name, _(LABELS[one.name]), need, "、".join(CHOICES.get(one.name, ()))))
    answer_rows(
        {
            "step": event,
            "name": one.name,
            "label": _(LABELS[one.name]),
            "required": one.required,
            "choices": CHOICES.get(one.name, ()),
        }
        for event, given in (("", book.fields), *book.steps.items())
        for one in given
    )
    show_table([_("步骤"), _("名称"), _("内容"), _("要求"), _("可选值")], rows)


@logbook.command("list")
@click.argument("kind", type=click.Choice(KINDS))
@click.option("--contract", help="只看这一合同")
@click.option("--state", help="只看这一状态")
@asking
@click.pass_context
def list_(ctx: click.Context, kind: str, contract: str | None, state: str | None, actor: str | None) -> None:
    """列出一种台账。"""
    with open_client(ctx, actor) as client:
        rows = list(client.logbooks.iterate(kind=cast("LogbookKind", kind), contract=contract, state=state))
    show_table(
        [_("编号"), _("名称"), _("时间"), _("内容"), _("状态"), _("期限"), _("合同")],
        [
            (
                one.number,
                one.title,
                render_local(one.at),
                one.summary,
                one.state_name,
                _(STANDINGS[one.standing]) if one.standing else "",
                one.contract_number or "",
            )
            for one in rows
        ],
    )


@logbook.command("open")
@click.argument("contract")
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("title")
@click.option("--at", metavar="时间", help="时间(默认现在),见 logbook fields")
@click.option("--set", "given", multiple=True, metavar="名称=值", help="内容,可重复,见 logbook fields")
@click.option("--file", "files", multiple=True, metavar="名称=文件", help="附件,可重复")
@asking
@click.pass_context
def open_(
    ctx: click.Context,
    contract: str,
    kind: str,
    title: str,
    at: str | None,
    given: tuple[str, ...],
    files: tuple[str, ...],
    actor: str | None,
) -> None:
    """登记一件事;名册以人员姓名为名称。"""
    with open_client(ctx, actor) as client:
        made = client.logbooks.open(
            contract=contract,
            kind=cast("LogbookKind", kind),
            title=title,
            at=parse_at(at),
            details=_details(client, given, files),
        )
    click.echo(f"{made.number} {made.state_name}")


@logbook.command("do")
@click.argument("entry")
@click.argument("step", type=click.Choice(STEPS))
@click.option("--at", metavar="时间", help="时间(默认现在)")
@click.option("--set", "given", multiple=True, metavar="名称=值", help="内容,可重复,见 logbook fields")
@click.option("--file", "files", multiple=True, metavar="名称=文件", help="附件,可重复")
@asking
@click.pass_context
def do_(
    ctx: click.Context,
    entry: str,
    step: str,
    at: str | None,
    given: tuple[str, ...],
    files: tuple[str, ...],
    actor: str | None,
) -> None:
    """办理一件事的下一步:许可、开展、整改、确认、离岗等。"""
    with open_client(ctx, actor) as client:
        found = client.logbooks.advance(
            entry, event=cast("LogbookStep", step), at=parse_at(at), details=_details(client, given, files)
        )
    click.echo(f"{found.number} {found.state_name}")


@logbook.command()
@click.argument("entry")
@asking
@click.pass_context
def show(ctx: click.Context, entry: str, actor: str | None) -> None:
    """查看一件事:内容、值守空缺、可办的步骤。"""
    with open_client(ctx, actor) as client:
        found = client.logbooks.read(entry)
    click.echo(f"{found.number} {found.kind_name} {found.title} {found.state_name}")
    show_table([_("内容"), ""], [(one.label, one.value) for one in found.values])
    if found.clause is not None:
        click.echo(_("条款：{article}", article=found.clause.article))
    if found.manning is not None:
        show_table(
            [_("值守空缺"), _("起"), _("止")],
            [(one.why_name, render_local(one.start_at), render_local(one.end_at)) for one in found.manning.gaps],
        )
        if found.manning.missing:
            click.echo(_("没有到岗登记：{names}", names=_("、").join(found.manning.missing)))
    show_table(
        [_("步骤"), _("名称"), _("要求")],
        [
            (one.event, one.event_name, _("、").join(each.name for each in one.fields if each.required))
            for one in found.next
            if one.may
        ],
    )


@logbook.command()
@click.argument("contract")
@click.option("--on", type=_DAY, metavar="YYYY-MM-DD", help="哪一天(默认今日)")
@asking
@click.pass_context
def staff(ctx: click.Context, contract: str, on: datetime | None, actor: str | None) -> None:
    """人员名册、承诺与到岗人数,以及合同据此约定的后果。"""
    with open_client(ctx, actor) as client:
        found = client.logbooks.staff(contract, on=None if on is None else on.date())
    show_table(
        [_("姓名"), _("岗位"), _("用工形式"), _("到岗"), _("缺少")],
        [
            (one.name, one.role, one.employment_name, render_local(one.start_at), _("、").join(one.lacks))
            for one in found.people
        ],
    )
    show_table(
        [_("月份"), _("岗位"), _("承诺"), _("到岗"), _("结论")],
        [
            (
                one.month,
                one.role,
                str(one.promised),
                "—" if one.present is None else str(one.present),
                _("不能判定") if one.short is None else _("不足") if one.short else _("达到"),
            )
            for one in found.counts
        ],
    )
    show_table(
        [_("约定"), _("至"), _("状态"), _("说明"), _("条款")],
        [
            (one.title, one.month, one.state_name, one.detail, one.clause.article if one.clause else "")
            for one in found.grounds
        ],
    )


@logbook.command()
@click.argument("entry")
@click.argument("path", type=click.Path(path_type=Path))
@asking
@click.pass_context
def document(ctx: click.Context, entry: str, path: Path, actor: str | None) -> None:
    """把演练、培训记录或值守方案写成 Word 文件。"""
    with open_client(ctx, actor) as client:
        made = client.logbooks.file(entry)
    click.echo(_("已写入 {path}", path=save_download(made, path)))


@logbook.command()
@click.argument("entry")
@click.argument("name")
@click.option("--to", "folder", type=click.Path(path_type=Path, file_okay=False), default=".", help="存放的文件夹")
@asking
@click.pass_context
def attachment(ctx: click.Context, entry: str, name: str, folder: Path, actor: str | None) -> None:
    """取出一件事的附件。"""
    with open_client(ctx, actor) as client:
        click.echo(save_download(client.logbooks.attachment(entry, name=name), None, Path(folder)))


def _details(client: Client, given: tuple[str, ...], files: tuple[str, ...]) -> dict[str, str]:
    found = dict(_pair(one) for one in given)
    for one in files:
        name, path = _pair(one)
        found[name] = client.files.upload(name=Path(path).name, content=read_upload(Path(path))).id
    return found


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name.strip():
        raise Problem(
            "logbook.set", "「{value}」不是「名称=值」", field="set", value=text[:60], way_out="例如 level=major"
        )
    return name.strip(), value


COMMANDS = {"logbook": logbook}
