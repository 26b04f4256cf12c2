"""`yunqi contract review`"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from yunqi.cli.answers import answer_with
from yunqi.cli.site import asking, open_client
from yunqi.cli.waiting import show_pages
from yunqi.contract.review.figures import duration_words, worth_figures
from yunqi.kernel.money import render_yuan
from yunqi.kernel.words import _

SEVERITIES = {"error": "错误", "warning": "提请注意", "note": "说明"}
_COLOURS = {"error": "red", "warning": "yellow", "note": None}


@click.command()
@click.argument("contract")
@click.option("--severity", type=click.Choice(tuple(SEVERITIES)), help="只看此级别")
@asking
@click.pass_context
def review(ctx: click.Context, contract: str, severity: str | None, actor: str | None) -> None:
    """审查一份合同:每条意见的两处原文、值多少钱或多长时间、可以签入补充协议的条款。可以是合同编号,也可以是文件。"""
    if Path(contract).is_file():
        from yunqi.operations.contracts import read_file

        data = read_file(Path(contract), progress=show_pages).data
    else:
        with open_client(ctx, actor) as client:
            data = client.contracts.read(contract).data
    findings = [one for one in data["findings"] if severity in {None, one["severity"]}]
    answer_with({"findings": findings})
    for number, finding in enumerate(findings, 1):
        _show(number, finding)
    counts = {name: sum(one["severity"] == name for one in findings) for name in SEVERITIES}
    click.secho(_("错误 {error} 条，提请注意 {warning} 条，说明 {note} 条", **counts), bold=True)


def _show(number: int, finding: dict[str, Any]) -> None:
    severity = finding["severity"]
    click.secho(
        f"{number}. [{_(SEVERITIES[severity])}] {finding['message']}  ({finding['code']})", fg=_COLOURS[severity]
    )
    for source in finding["sources"]:
        click.echo(_("   原文 {article}：{text}", article=source["article"] or "—", text=source["text"]))
    click.echo(_("   影响 {matters}", matters=finding["matters"]))
    worth = finding.get("worth")
    if worth:
        click.echo(_("   所值 {words}：{figures}", words=worth["words"], figures=worth_figures(worth)))
    for each in finding.get("alternatives") or []:
        figure = render_yuan(each["fen"]) if each.get("fen") is not None else duration_words(each.get("duration"))
        click.echo(_("   读法 {choice}：{words} {figure}", choice=each["choice"], words=each["words"], figure=figure))
    if finding.get("reading"):
        click.echo(_("   可约定 {reading}", reading=finding["reading"]))
    click.echo(_("   建议条款 {proposal}", proposal=finding["proposal"]))


COMMANDS = (review,)
