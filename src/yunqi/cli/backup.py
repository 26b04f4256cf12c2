"""`yunqi backup FILE`, `yunqi backup verify FILE`, `yunqi restore FILE`"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from yunqi.cli.show import printable
from yunqi.cli.upgrade import tell_size
from yunqi.kernel.words import _

if TYPE_CHECKING:
    from yunqi.operations.archive import Manifest

_MIB = 1 << 20
_PASSPHRASE = click.option(
    "--passphrase-file", type=click.Path(path_type=Path, dir_okay=False), help="口令文件(只许属主读取),用于加密密钥"
)


class _FileFirst(click.Group):
    """`backup FILE` writes one; `backup verify FILE` checks one."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in {"-h", "--help"}:
            args = ["write", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_FileFirst)
def backup() -> None:
    """备份本安装:数据库、文档、设置与密钥,合成一个文件。云主机的磁盘不在其中。

    写备份:yunqi backup 文件|目录 [选项](选项见 yunqi backup write --help);核对:yunqi backup verify 文件。
    """


@backup.command()
@click.argument("target", type=click.Path(path_type=Path), metavar="文件|目录")
@_PASSPHRASE
@click.option("--without-keys", is_flag=True, help="不备份密钥(须另行保管)")
@click.option("--keep", type=click.IntRange(1, 10000), help="目标为目录时,只保留最新的若干份")
@click.pass_context
def write(
    ctx: click.Context, target: Path, passphrase_file: Path | None, *, without_keys: bool, keep: int | None
) -> None:
    """写一份备份;服务可以继续运行。云主机的磁盘不在其中。"""
    from yunqi.operations.backup import write_backup

    done = write_backup(
        ctx.find_root().obj,
        target,
        tell_size,
        passphrase_file=passphrase_file,
        without_keys=without_keys,
        keep=keep,
    )
    click.echo(_("已备份到 {path}，{size} MiB", path=done.path, size=f"{done.size_bytes / _MIB:.1f}"))
    _show(done.manifest)
    click.echo(_("清单的 SM3：{sm3}", sm3=done.manifest_sm3))
    for path in done.dropped:
        click.echo(_("已删除旧备份 {path}", path=path))


@backup.command()
@click.argument("file", type=click.Path(path_type=Path))
def verify(file: Path) -> None:
    """从头到尾读一份备份,核对其中每个成员。"""
    from yunqi.operations.backup import verify_backup

    _show(verify_backup(file, tell_size))
    click.echo(_("备份完好"))


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@_PASSPHRASE
@click.option("--without-keys", is_flag=True, help="不恢复密钥")
@click.option("--replace", is_flag=True, help="替换已有数据的安装;原有数据保留在旁")
@click.option("--as-is", is_flag=True, help="证据核验不通过时也按原样恢复")
@click.pass_context
def restore(ctx: click.Context, /, file: Path, passphrase_file: Path | None, **given: Any) -> None:
    """从备份恢复本安装:先全部核对,再一次换入。云主机的磁盘不在备份中,由调和按现状接管或重建。"""
    from yunqi.operations.restore import restore_backup

    done = restore_backup(ctx.find_root().obj.home, file, tell_size, passphrase_file=passphrase_file, **given)
    _show(done.manifest)
    click.echo(_("已恢复到 {home}；核验了 {facts} 条事实", home=done.settings.home, facts=done.facts))
    for name in done.kept:
        click.echo(_("原有数据保留在 {place}", place=name))
    for contract, count in done.lost:
        said = _("合同 {contract}：备份之后封存的 {count} 条记录只在原有数据中", contract=contract, count=count)
        click.secho(f"! {said}", fg="yellow")
    if done.manifest.keys != "sealed" or given["without_keys"]:
        click.secho("! " + _("未恢复密钥：请把原密钥放到 {path}", path=done.settings.key_dir), fg="yellow")
    for what in done.findings:
        click.secho("✗ " + printable(what), fg="red")
    if done.findings:
        ctx.exit(1)


def _show(manifest: Manifest) -> None:
    keys = {"sealed": _("已加密"), "left out": _("未包含"), "none": _("无")}[manifest.keys]
    click.echo(
        _(
            "制作于 {at}，程序 {program}，结构版本 {schema}，数据库 {database}，密钥：{keys}，成员 {count} 个",
            at=manifest.made_at,
            program=manifest.program,
            schema=manifest.schema,
            database=manifest.database,
            keys=keys,
            count=len(manifest.members),
        )
    )
    for head in manifest.heads:
        given = {"contract": head.contract_id, "position": head.position, "sm3": head.sm3[:16]}
        click.echo(_("合同 {contract}：链长 {position}，末端 {sm3}…", **given))


COMMANDS = {"backup": backup, "restore": restore}
