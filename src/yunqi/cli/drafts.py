"""`yunqi contract draft`, `yunqi contract requirements`, `yunqi contract supplement`"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

import click

from yunqi.cli.answers import answer_with
from yunqi.cli.files import read_upload, save_download
from yunqi.cli.show import show_table
from yunqi.cli.site import asking, open_client
from yunqi.kernel.errors import Problem
from yunqi.kernel.money import render_percent
from yunqi.kernel.words import _


@click.command()
@click.argument("source", metavar="编号|数据.json")
@click.option("-o", "--output", "target", type=click.Path(path_type=Path, dir_okay=False), help="写入的 .docx 文件")
@asking
@click.pass_context
def draft(ctx: click.Context, source: str, target: Path | None, actor: str | None) -> None:
    """由合同数据起草合同文本(.docx);未定之处留空并列出。"""
    if source.endswith(".json"):
        path, gaps, losses = _draft_file(Path(source), target)
    else:
        with open_client(ctx, actor) as client:
            path = save_download(client.contracts.draft(source), target)
            checked = client.contracts.draft_check(source)
        gaps, losses = list(checked.gaps), list(checked.losses)
    answer_with({"files": [{"path": str(path), "size_bytes": path.stat().st_size}], "gaps": gaps, "losses": losses})
    click.echo(path)
    for text in (*_say(_("留空待填"), gaps), *_say(_("未能写入"), losses)):
        click.secho(text, fg="yellow", err=True)


def _say(what: str, paths: Iterable[str]) -> list[str]:
    return [f"{what} {path}" for path in paths]


def _draft_file(source: Path, target: Path | None) -> tuple[Path, list[str], list[str]]:
    from yunqi.contract.draft import find_gaps, find_losses, render_draft
    from yunqi.reports import write_document

    data = _load(source)
    content = render_draft(data)
    return (
        write_document(content, target or source.with_suffix(".docx")),
        find_gaps(data),
        find_losses(data, content),
    )


def _load(source: Path) -> dict[str, Any]:
    """Contract data in a file; raises `Problem` contract.data for anything else."""
    from pydantic import ValidationError

    from yunqi.contract import Contract

    reason: object
    try:
        data = json.loads(read_upload(source))
        if isinstance(data, dict):
            if isinstance(data.get("data"), dict):  # as `contract show --json` prints a contract
                data = data["data"]
            empty = {"file": {"name": source.name, "sm3": "", "size_bytes": 0}}
            return Contract.model_validate(with_sources(empty | data)).model_dump(mode="json")
        reason = _("不是一个对象")
    except ValidationError as error:
        first = error.errors()[0]
        reason = f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
    except ValueError as error:
        reason = error
    raise Problem(
        "contract.data",
        "文件 {path} 不是合同数据：{reason}",
        field="source",
        path=source,
        reason=reason,
        way_out="请使用 yunqi contract show 编号 --json 打印的格式",
    )


def with_sources(data: dict[str, Any]) -> dict[str, Any]:
    """The data with an empty source wherever a list's entry has none: data written by hand names no text."""
    nowhere = {"article": "", "text": ""}

    def fill(value: Any) -> Any:
        if isinstance(value, list):
            return [{"source": nowhere} | fill(item) if isinstance(item, dict) else item for item in value]
        if isinstance(value, dict):
            return {key: fill(item) for key, item in value.items()}
        return value

    filled: dict[str, Any] = fill(data)
    for key in ("bond", "burst", "tax"):
        if isinstance(filled.get(key), dict):
            filled[key] = {"source": nowhere} | filled[key]
    penalties = filled.get("penalties")
    if isinstance(penalties, dict) and isinstance(penalties.get("formula"), dict):
        penalties["formula"] = {"source": nowhere} | penalties["formula"]
    return {"penalties": {}, "acceptance": {}, "term": {}, "parties": {}} | filled


@click.command()
@click.argument("number")
@click.option(
    "-o", "--output", "target", type=click.Path(path_type=Path, dir_okay=False), help="写入的 .xlsx 或 .docx 文件"
)
@click.option("--from", "start_text", metavar="日期", help="统计期间的第一天(默认服务期的最近一年)")
@click.option("--to", "end_text", metavar="日期", help="统计期间的最后一天")
@click.option(
    "--basis", type=click.Choice(["peak", "percentile", "average"]), default="peak", help="以峰值、第95百分位或平均为准"
)
@click.option("--reserve", default="0", metavar="比例", help="在实际用量上预留的比例,例如 0.1")
@click.option("--months", type=int, default=12, metavar="月数", help="采购的月数")
@asking
@click.pass_context
def requirements(
    ctx: click.Context,
    number: str,
    target: Path | None,
    start_text: str | None,
    end_text: str | None,
    basis: Any,
    reserve: str,
    months: int,
    actor: str | None,
) -> None:
    """由实际用量测算下一年度采购需求,存为清单(.xlsx)或需求书(.docx)。"""
    asked: dict[str, Any] = {
        "start_on": _read_day(start_text, "from"),
        "end_on": _read_day(end_text, "to"),
        "basis": basis,
        "reserve": reserve,
        "months": months,
    }
    with open_client(ctx, actor) as client:
        if target is None:
            data = client.contracts.requirements(number, **asked).data
        else:
            asked["format"] = "docx" if target.suffix.lower() == ".docx" else "xlsx"
            path = save_download(client.contracts.requirements_file(number, **asked), target)
    if target is not None:
        click.echo(path)
    else:
        _show_requirements(data)


def _show_requirements(data: dict[str, Any]) -> None:
    from yunqi.reports.figures import quantity, yuan
    from yunqi.reports.requirements_view import view_requirements

    view = view_requirements(data)
    for fact in view["facts"]:
        click.echo(f"{fact['name']}：{fact['text']}")
    show_table(
        [
            _("序号"),
            _("名称"),
            _("合同数量"),
            _("平均"),
            _("峰值"),
            _("闲置率"),
            _("建议数量"),
            _("预算(元)"),
            _("说明"),
        ],
        [
            (
                line["no"],
                line["name"],
                quantity(line["contracted"]),
                quantity(line["average"]),
                quantity(line["peak"]),
                "—" if line["idle"] is None else render_percent(Fraction(line["idle"]), 2),
                quantity(line["proposed"]),
                yuan(line["budget_fen"]),
                line["rule_text"],
            )
            for line in view["lines"]
        ],
        right=frozenset({0, 2, 3, 4, 5, 6, 7}),
    )


def _read_day(text: str | None, field: str) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError as error:
        raise Problem(
            "date.unreadable",
            "日期「{value}」无法识别",
            field=field,
            value=text,
            way_out="请按 2026-10-08 的形式填写",
        ) from error


@click.command()
@click.argument("number")
@click.option("-o", "--output", "target", type=click.Path(path_type=Path, dir_okay=False), help="写入的 .docx 文件")
@click.option("--only", default="", metavar="意见", help="只写入这些审查意见的建议条款(代码或序号,以逗号分隔)")
@click.option("--effective", "effective_text", metavar="日期", help="补充协议的生效日期")
@asking
@click.pass_context
def supplement(
    ctx: click.Context, number: str, target: Path | None, only: str, effective_text: str | None, actor: str | None
) -> None:
    """把审查意见的建议条款写成补充协议(.docx)。"""
    effective_on = _read_day(effective_text, "effective")
    with open_client(ctx, actor) as client:
        made = client.contracts.supplement(number, only=only, effective_on=effective_on)
        click.echo(save_download(made, target))


@click.command()
@click.argument("number")
@click.option("-o", "--output", "target", type=click.Path(path_type=Path, dir_okay=False), help="写入的文件")
@click.option(
    "--format", "form", type=click.Choice(["docx", "xlsx"]), default="docx", show_default=True, help="文件格式"
)
@asking
@click.pass_context
def opinion(
    ctx: click.Context, number: str, target: Path | None, form: Literal["docx", "xlsx"], actor: str | None
) -> None:
    """把审查意见写成审查意见书(.docx)或清单(.xlsx)。"""
    with open_client(ctx, actor) as client:
        click.echo(save_download(client.contracts.opinion(number, format=form), target))


COMMANDS = (draft, requirements, supplement, opinion)
