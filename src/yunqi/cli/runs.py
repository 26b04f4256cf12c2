"""`yunqi run …`"""

from __future__ import annotations

import click

from yunqi.cli.show import printable, show_table
from yunqi.cli.site import asking, open_client
from yunqi.cli.waiting import show_progress
from yunqi.kernel.clock import render_local
from yunqi.kernel.words import _
from yunqi.wire.base import Run

STATES = {"open": "办理中", "done": "已完成", "failed": "未成功", "cancelled": "已取消"}


@click.group("run")
def run_() -> None:
    """任务:需要一段时间的事,例如导入与结算。"""


@run_.command("list")
@click.option("--state", type=click.Choice(tuple(STATES)), help="只列出这一状态的")
@click.option("--limit", type=click.IntRange(1, 500), default=50)
@asking
@click.pass_context
def list_(ctx: click.Context, state: str | None, limit: int, actor: str | None) -> None:
    """列出任务,新的在前。"""
    with open_client(ctx, actor) as client:
        rows = client.runs.list(state=state, limit=limit).items
    show_table(
        [_("开始"), _("任务"), _("状态"), _("进度"), _("标识")],
        [
            (render_local(row.opened_at), action_words(row.action), _(STATES[row.state]), _progress(row), row.id)
            for row in rows
        ],
    )


def action_words(name: str) -> str:
    """What an action does, in words; one of a newer installation stays its name."""
    from yunqi.operations.actions import load_actions
    from yunqi.operations.actions.base import ACTIONS

    load_actions()
    return _(ACTIONS[name].summary) if name in ACTIONS else name


def _progress(row: Run) -> str:
    share = f"{row.done}/{row.total}" if row.total else ""
    return " ".join(part for part in (share, printable(row.note)) if part)


@run_.command()
@click.argument("run_id", metavar="标识")
@asking
@click.pass_context
def show(ctx: click.Context, run_id: str, actor: str | None) -> None:
    """查看一个任务:进度,结果,或未成功的原因。"""
    with open_client(ctx, actor) as client:
        row = client.runs.read(run_id)
    show_run(row)


def show_run(row: Run) -> None:
    """A run on the terminal."""
    click.secho(f"{action_words(row.action)}  {_(STATES[row.state])}  {row.id}", bold=True)
    click.echo(_("开始 {start}    结束 {end}", start=render_local(row.opened_at), end=_end(row)))
    if _progress(row):
        click.echo(_progress(row))
    if row.error is not None:
        click.secho(printable(f"{row.error.sentence} {row.error.way_out} [{row.error.code}]"), fg="red")
    if isinstance(row.result, dict):
        for name, value in row.result.items():
            click.echo(f"  {name} = {printable(value)}")


def _end(row: Run) -> str:
    return "—" if row.closed_at is None else render_local(row.closed_at)


@run_.command()
@click.argument("run_id", metavar="标识")
@asking
@click.pass_context
def wait(ctx: click.Context, run_id: str, actor: str | None) -> None:
    """等到一个任务结束;未成功时退出码为 1。在本机上,没有服务在办的任务由本命令办理。"""
    with open_client(ctx, actor) as client:
        row = client.runs.wait(run_id, show_progress, check=False)
    show_run(row)
    if row.state != "done":
        ctx.exit(1)


@run_.command()
@click.argument("run_id", metavar="标识")
@asking
@click.pass_context
def cancel(ctx: click.Context, run_id: str, actor: str | None) -> None:
    """要求任务在下一步结束;已办的部分保留。"""
    with open_client(ctx, actor) as client:
        client.runs.cancel(run_id)
    click.echo(_("已要求取消；任务将在下一步结束"))


COMMANDS = {"run": run_}
