"""What every reader of foreign evidence shares: a file within its limit, its text, and the rows that can't be taken."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from yunqi.kernel.errors import Problem
from yunqi.kernel.words import _, render_error

SIZE_LIMIT_BYTES = 64 * 2**20
ERROR_LIMIT = 20


@dataclass(frozen=True, slots=True)
class RowError:
    """One field of one line that can't be taken."""

    line: int
    field: str
    value: str
    reason: str


def load_foreign(source: Path | bytes) -> bytes:
    """The bytes of a file, or those given; raises `Problem` evidence.unreadable_file and evidence.too_large."""
    if isinstance(source, bytes):
        size = len(source)
    else:
        try:
            size = source.stat().st_size
        except OSError as error:
            raise Problem(
                "evidence.unreadable_file",
                "无法打开文件 {path}：{reason}",
                field="file",
                path=source,
                reason=error.strerror,
                way_out="请核对路径与权限",
            ) from error
    if size > SIZE_LIMIT_BYTES:
        raise Problem(
            "evidence.too_large",
            "文件有 {size} MB，超过上限 {limit} MB",
            field="file",
            size=size // 2**20,
            limit=SIZE_LIMIT_BYTES // 2**20,
            way_out="请按月份拆分后分别导入",
        )
    return source if isinstance(source, bytes) else source.read_bytes()


def decode_text(content: bytes) -> str:
    """The text of UTF-8 (with or without a mark) or GB 18030; raises `Problem` evidence.encoding."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Problem(
        "evidence.encoding",
        "文件的编码无法识别",
        field="file",
        way_out="请另存为 UTF-8 或 GB 18030 编码的 CSV",
    )


def refuse_rows(errors: Sequence[RowError], rows: int) -> Problem:
    """The `Problem` evidence.rows that lists what is wrong with a file of so many rows."""
    shown = "；".join(
        _(
            "第 {line} 行「{field}」的值「{value}」{reason}",
            line=one.line,
            field=one.field,
            value=one.value,
            reason=one.reason,
        )
        for one in errors[:ERROR_LIMIT]
    )
    return Problem(
        "evidence.rows",
        "{count} 处有误（共 {rows} 行），未导入任何内容：{shown}",
        field=errors[0].field,
        value=errors[0].value,
        line=errors[0].line,
        count=len(errors),
        rows=rows,
        shown=shown,
        errors=list(errors),
        way_out="请修正后重新导入；完整的列说明见 docs/reference/evidence-csv.md",
    )


def list_error_lines(problem: Problem) -> Iterator[str]:
    """One line a bad row, for a person."""
    errors = problem.values.get("errors")
    if not isinstance(errors, list):
        yield render_error(problem)
        return
    for one in errors:
        yield _(
            "第 {line} 行「{field}」的值「{value}」{reason}",
            line=one.line,
            field=one.field,
            value=one.value,
            reason=one.reason,
        )
