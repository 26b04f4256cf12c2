"""`yunqi upgrade`"""

from __future__ import annotations

import click

from yunqi.cli.show import printable
from yunqi.kernel.words import _

_MIB = 1 << 20


@click.command()
@click.option("--check", "rehearse", is_flag=True, help="只在副本上预演并报告,不改变任何数据")
@click.option("--rollback", is_flag=True, help="回到最近一次升级之前的副本")
@click.pass_context
def upgrade(ctx: click.Context, *, rehearse: bool, rollback: bool) -> None:
    """把数据库升级到本程序所需的结构:先在副本上预演,保留升级前的副本,再升级。"""
    from yunqi.operations.upgrade import rehearse_upgrade, roll_back, upgrade_installation

    settings = ctx.find_root().obj
    if rollback:
        copy, aside = roll_back(settings)
        click.echo(_("已回到副本 {copy}", copy=copy))
        click.echo(_("升级后的数据库保留在 {aside}；请改用升级前的程序版本", aside=aside))
        return
    done = rehearse_upgrade(settings, tell_size) if rehearse else upgrade_installation(settings, tell_size)
    if done.before == done.after:
        click.echo(_("数据库已是结构版本 {revision}，无需升级", revision=done.after))
        return
    said = _("预演") if rehearse else _("已升级")
    click.echo(
        _(
            "{said}：结构版本 {before} → {after}，用时 {seconds} 秒；{rows} 行数据、{contracts} 份合同的证据已核对",
            said=said,
            before=done.before or _("(空)"),
            after=done.after,
            seconds=f"{done.duration_s:.2f}",
            rows=done.rows,
            contracts=done.contracts,
        )
    )
    for what in done.lost:
        click.secho("✗ " + _("表 {table} 的行数变少", table=what), fg="red")
    for what in done.findings:
        click.secho("✗ " + printable(what), fg="red")
    if done.copy is not None:
        click.echo(_("升级前的副本：{copy}；如需退回：yunqi upgrade --rollback", copy=done.copy))
    if not done.good:
        ctx.exit(1)


def tell_size(name: str, size_bytes: int) -> None:
    """Says what was made and how large it is, in MiB."""
    click.echo(f"{printable(name)}  {size_bytes / _MIB:.1f} MiB", err=True)


COMMANDS = {"upgrade": upgrade}
