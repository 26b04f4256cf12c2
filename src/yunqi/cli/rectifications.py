"""`yunqi oversight notice …`: rectification notices and reclaim proposals."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click

from yunqi.cli.files import read_upload, save_download
from yunqi.cli.show import show_table
from yunqi.cli.site import asking, open_client
from yunqi.kernel.words import _

_DAY = click.DateTime(formats=["%Y-%m-%d"])
STANDINGS = {
    "open": "待答复",
    "overdue": "已逾期",
    "answered": "已答复待核查",
    "closed": "已闭环",
    "withdrawn": "已撤销",
}


def _date(given: datetime | None) -> date | None:
    return None if given is None else given.date()


@click.group()
def notice() -> None:
    """整改通知与回收建议:发出、答复、退回、闭环。"""


@notice.command("list")
@click.option("--contract", help="只看这一合同")
@click.option("--overdue", is_flag=True, help="只看逾期未答复的")
@asking
@click.pass_context
def list_(ctx: click.Context, contract: str | None, overdue: bool, actor: str | None) -> None:
    """列出通知及其期限。"""
    with open_client(ctx, actor) as client:
        rows = list(client.rectifications.iterate(contract=contract, overdue=True if overdue else None))
    show_table(
        [_("编号"), _("类别"), _("事项"), _("发给"), _("期限"), _("状态"), _("曾逾期")],
        [
            (
                one.number,
                one.purpose_name,
                one.title,
                one.addressee,
                one.due_on.isoformat(),
                _(STANDINGS[one.standing]),
                _("是") if one.late else "",
            )
            for one in rows
        ],
    )


@notice.command("open")
@click.argument("contract")
@click.option("--title", required=True, help="事项")
@click.option("--clause", required=True, help="依据条款")
@click.option("--requirement", required=True, help="要求")
@click.option("--purpose", type=click.Choice(["rectify", "reclaim"]), default="rectify", show_default=True)
@click.option("--to", type=click.Choice(["provider", "using_unit"]), help="发给谁(默认按类别)")
@click.option("--due-on", type=_DAY, help="到期日")
@click.option("--working-days", type=click.IntRange(1, 250), help="或工作日数")
@click.option("--resource", "resources", multiple=True, help="涉及的资源,可重复")
@asking
@click.pass_context
def open_(
    ctx: click.Context,
    contract: str,
    title: str,
    clause: str,
    requirement: str,
    purpose: str,
    to: str | None,
    due_on: datetime | None,
    working_days: int | None,
    resources: tuple[str, ...],
    actor: str | None,
) -> None:
    """发出一份通知。"""
    with open_client(ctx, actor) as client:
        made = client.rectifications.open(
            contract=contract,
            title=title,
            clause=clause,
            requirement=requirement,
            purpose="reclaim" if purpose == "reclaim" else "rectify",
            to=None if to is None else "provider" if to == "provider" else "using_unit",
            due_on=_date(due_on),
            within_working_days=working_days,
            resources=resources,
        )
    click.echo(_("已发出 {number}，期限 {day}", number=made.number, day=made.due_on))


@notice.command()
@click.argument("notice")
@click.argument("event", type=click.Choice(["answer", "return", "extend", "close", "withdraw"]))
@click.option("--measures", help="措施与结果(答复)")
@click.option("--evidence", help="证据(答复)")
@click.option("--reason", help="理由(退回、延长、撤销)")
@click.option("--conclusion", help="核查结论(闭环)")
@click.option("--due-on", type=_DAY, help="新的期限(退回、延长)")
@click.option("--file", "file_path", type=click.Path(path_type=Path), help="证据文件(答复)")
@asking
@click.pass_context
def advance(
    ctx: click.Context,
    notice: str,
    event: str,
    measures: str | None,
    evidence: str | None,
    reason: str | None,
    conclusion: str | None,
    due_on: datetime | None,
    file_path: Path | None,
    actor: str | None,
) -> None:
    """办理一份通知。"""
    with open_client(ctx, actor) as client:
        kept = client.files.upload(name=file_path.name, content=read_upload(file_path)).id if file_path else None
        found = client.rectifications.advance(
            notice,
            event=event,  # type: ignore[arg-type]  # the choices of the option are those of the wire
            measures=measures,
            evidence=evidence,
            reason=reason,
            conclusion=conclusion,
            due_on=_date(due_on),
            file=kept,
        )
    click.echo(f"{found.number} {_(STANDINGS[found.standing])}")


@notice.command()
@click.argument("notice")
@click.argument("path", type=click.Path(path_type=Path))
@asking
@click.pass_context
def letter(ctx: click.Context, notice: str, path: Path, actor: str | None) -> None:
    """把通知写成 Word 文件。"""
    with open_client(ctx, actor) as client:
        made = client.rectifications.file(notice)
    click.echo(_("已写入 {path}", path=save_download(made, path)))
