"""`yunqi serve`, `yunqi stop`, `yunqi doctor`"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from yunqi.cli.answers import answer_rows, in_json
from yunqi.cli.site import open_site
from yunqi.kernel.words import _

if TYPE_CHECKING:
    from yunqi.operations.parts import Part

more_parts: dict[str, Part] = {}
"""Parts of a server that the operations can't know: bootstrap adds them by name."""


@click.command()
@click.option("--probe-interval", "probe_s", type=click.IntRange(1, 3600), help="探测间隔(秒)")
@click.option("--sample-interval", "sample_s", type=click.IntRange(1, 3600), help="采样间隔(秒)")
@click.option("--seal-interval", "seal_s", type=click.IntRange(1, 3600), help="封存间隔(秒)")
@click.option("--close-days/--no-close-days", default=True, help="是否自动关闭已结束的日子并签署日根")
@click.option(
    "--only", multiple=True, metavar="部分", help="只运行这一部分(可重复):reconcile sample probe evidence api runs"
)
@click.option("--name", default="server", show_default=True, help="同一目录下运行多个服务时,各取一名")
@click.pass_context
def serve(
    ctx: click.Context,
    probe_s: int | None,
    sample_s: int | None,
    seal_s: int | None,
    only: tuple[str, ...],
    name: str,
    *,
    close_days: bool,
) -> None:
    """启动服务,直到收到停止信号:调和、采样、探测(独立进程)、封存、每日关账、接口与控制台、任务。可多个进程共用一个数据库。"""
    from yunqi.operations.parts import Intervals
    from yunqi.operations.server import serve_until_stopped

    with open_site(ctx) as site:
        settings = site.settings
        intervals = Intervals(
            reconcile_s=settings.reconcile_interval_s,
            probe_s=probe_s or settings.probe_interval_s,
            sample_s=sample_s or settings.sample_interval_s,
            seal_s=seal_s or settings.seal_interval_s,
            close_days=close_days,
        )
        serve_until_stopped(site, intervals, click.echo, name=name, only=only, more=more_parts)


@click.command()
@click.option("--name", help="只停止该名称的服务(默认:本目录下的全部)")
@click.pass_context
def stop(ctx: click.Context, name: str | None) -> None:
    """停止本安装目录下正在运行的服务。"""
    from yunqi.operations.claim import stop_server

    stopped = stop_server(ctx.find_root().obj, name)
    click.echo(_("服务已停止") if stopped else _("没有正在运行的服务"))


@click.command()
@in_json
@click.pass_context
def doctor(ctx: click.Context) -> None:
    """检查本机所缺与所错,并给出补救办法;有问题时退出码为 1。"""
    from yunqi.doctor import run_checks

    checks = run_checks(ctx.find_root().obj)
    answer_rows(
        {"name": one.name, "ok": one.ok, "found": one.found, "mend": one.mend, "needed": one.needed} for one in checks
    )
    for one in checks:
        bad = click.style("✗", fg="red") if one.needed else click.style("!", fg="yellow")
        mark = click.style("✓", fg="green") if one.ok else bad
        click.echo(f"{mark} {one.name}：{one.found}" + ("" if one.ok or not one.mend else f"\n    → {one.mend}"))
    if not all(one.ok or not one.needed for one in checks):
        ctx.exit(1)


COMMANDS = {"serve": serve, "stop": stop, "doctor": doctor}
