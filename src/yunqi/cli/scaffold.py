"""`yunqi scaffold`: the folder of a new plug-in."""

from __future__ import annotations

import click

from yunqi.kernel.errors import Problem
from yunqi.kernel.words import _
from yunqi.operations.settings import project_root


@click.command()
@click.argument("kind", type=click.Choice(["service", "engine", "clause", "report", "probe"]))
@click.argument("name")
def scaffold(kind: str, name: str) -> None:
    """新建一个插件的文件夹及其测试;测试在写完之前不会通过。"""
    from yunqi.scaffold import apply_scaffold

    root = project_root()
    if root is None:
        raise Problem(
            "scaffold.no_checkout", "云契不是从源代码目录运行的", way_out="请在源代码目录中执行 make setup 后重试"
        )
    made = apply_scaffold(root, kind, name)
    for path in made.files:
        click.echo(path)
    click.echo(_("接下来:"))
    for step in made.next_steps:
        click.echo(f"  {step}")


COMMANDS = {"scaffold": scaffold}
