"""`yunqi report weekly`: periodic reports of what the ledger holds."""

from __future__ import annotations

from pathlib import Path

import click

from yunqi.cli.files import save_download
from yunqi.cli.site import asking, open_client, parse_on
from yunqi.kernel.words import _


@click.command()
@click.argument("contract")
@click.option("--on", "on_text", metavar="YYYY-MM-DD", help="该周中的任一日(默认上一周)")
@click.option("--out", type=click.Path(path_type=Path), help="写到哪个文件")
@asking
@click.pass_context
def weekly(ctx: click.Context, contract: str, on_text: str | None, out: Path | None, actor: str | None) -> None:
    """编制云服务运维周报(docx),含云平台巡检报告;未过完的一周会注明截至何时。"""
    with open_client(ctx, actor) as client:
        made = client.weekly_reports.file(contract, on=parse_on(on_text) if on_text else None)
    click.echo(_("已写入 {path}", path=save_download(made, out)))
