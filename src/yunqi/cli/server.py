"""`yunqi serve`, `yunqi stop`, `yunqi doctor`"""

from __future__ import annotations

import click

from yunqi.cli.show import show_json
from yunqi.cli.site import open_site
from yunqi.kernel.words import _


@click.command()
@click.option("--probe-interval", "probe_s", type=click.IntRange(1, 3600), help="探测间隔(秒)")
@click.option("--sample-interval", "sample_s", type=click.IntRange(1, 3600), help="采样间隔(秒)")
@click.option("--seal-interval", "seal_s", type=click.IntRange(1, 3600), help="封存间隔(秒)")
@click.option("--close-days/--no-close-days", default=True, help="是否自动关闭已结束的日子并签署日根")
@click.pass_context
def serve(
    ctx: click.Context, probe_s: int | None, sample_s: int | None, seal_s: int | None, *, close_days: bool
) -> None:
    """启动服务,直到收到停止信号:调和、采样、探测(独立进程)、封存、每日关账。"""
    from yunqi.operations.server import Intervals, serve_until_stopped

    with open_site(ctx) as site:
        settings = site.settings
        intervals = Intervals(
            reconcile_s=settings.reconcile_interval_s,
            probe_s=probe_s or settings.probe_interval_s,
            sample_s=sample_s or settings.sample_interval_s,
            seal_s=seal_s or settings.seal_interval_s,
            close_days=close_days,
        )
        serve_until_stopped(site, intervals, click.echo)


@click.command()
@click.pass_context
def stop(ctx: click.Context) -> None:
    """停止本安装目录下正在运行的服务。"""
    from yunqi.operations.server import stop_server

    stopped = stop_server(ctx.find_root().obj)
    click.echo(_("服务已停止") if stopped else _("没有正在运行的服务"))


@click.command()
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def doctor(ctx: click.Context, as_json: bool) -> None:
    """检查本机所缺与所错,并给出补救办法;有问题时退出码为 1。"""
    from yunqi.doctor import run_checks

    checks = run_checks(ctx.find_root().obj)
    if as_json:
        show_json(
            [
                {"name": one.name, "ok": one.ok, "found": one.found, "mend": one.mend, "needed": one.needed}
                for one in checks
            ]
        )
    else:
        for one in checks:
            bad = click.style("✗", fg="red") if one.needed else click.style("!", fg="yellow")
            mark = click.style("✓", fg="green") if one.ok else bad
            click.echo(f"{mark} {one.name}：{one.found}" + ("" if one.ok or not one.mend else f"\n    → {one.mend}"))
    if not all(one.ok or not one.needed for one in checks):
        ctx.exit(1)


COMMANDS = {"serve": serve, "stop": stop, "doctor": doctor}
