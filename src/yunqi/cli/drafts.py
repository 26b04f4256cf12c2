"""`yunqi contract draft`"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from yunqi.cli.files import read_upload, save_download
from yunqi.cli.site import asking, open_client
from yunqi.kernel.errors import Problem
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


COMMANDS = (draft,)
