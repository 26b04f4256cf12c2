"""`yunqi image …`"""

from __future__ import annotations

import click

from yunqi.cli.answers import answer_rows, in_json
from yunqi.cli.show import show_table
from yunqi.kernel.words import _


@click.group()
def image() -> None:
    """来宾镜像:列出、构建。"""


@image.command("list")
@in_json
@click.pass_context
def list_(ctx: click.Context) -> None:
    """列出已有的镜像。"""
    from yunqi.engines.guest.catalogue import load_images

    images = load_images(ctx.find_root().obj.image_dir)
    answer_rows(
        {
            "name": one.name,
            "title": one.title,
            "disk_bytes": one.disk_bytes,
            "memory_min_mib": one.memory_min_mib,
            "key": one.key,
        }
        for one in images
    )
    show_table(
        [_("名称"), _("标题"), _("磁盘(字节)"), _("最小内存(MiB)"), _("内容键")],
        [(one.name, one.title, one.disk_bytes, one.memory_min_mib, one.key) for one in images],
        right=frozenset({2, 3}),
    )


@image.command()
@click.argument("name", type=click.Choice(["micro", "debian-12"]))
@click.pass_context
def build(ctx: click.Context, name: str) -> None:
    """构建一个镜像;内容未变时什么也不做。debian-12 约需四分钟。"""
    from yunqi.engines.guest.build import build_guest_image
    from yunqi.engines.guest.debian import build_debian_image

    builder = {"micro": build_guest_image, "debian-12": build_debian_image}[name]
    click.echo(builder(ctx.find_root().obj.image_dir, click.echo))


COMMANDS = {"image": image}
