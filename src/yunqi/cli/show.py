"""How the command line shows things: tables that align Chinese, steps with their time, errors in one place."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from yunqi.cli.layout import lay_out
from yunqi.kernel.words import _

if TYPE_CHECKING:
    from yunqi.wire.evidence import ImportedEvidence


def printable(value: object) -> str:
    """A value as one harmless line: control characters are shown, not sent to the terminal."""
    text = "" if value is None else str(value)
    return "".join(char if char.isprintable() else f"\\x{ord(char):02x}" for char in text)


def show_table(
    headers: Sequence[str], rows: Sequence[Sequence[object]], *, right: frozenset[int] = frozenset()
) -> None:
    """A table with a rule under its head; columns in `right` stand to the right. A terminal's width is kept to."""
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    for line in lay_out(headers, [[printable(cell) for cell in row] for row in rows], right, width):
        click.echo(line)
    if not rows:
        click.echo(_("(没有记录)"))


def beside_contracts(
    contract: str | None, headers: Sequence[str], rows: Sequence[Any], cells: Sequence[Sequence[object]]
) -> tuple[Sequence[str], Sequence[Sequence[object]]]:
    """A table of one contract as it is; of all contracts, each row with the number of its own at the end."""
    if contract is not None:
        return headers, cells
    return [*headers, _("合同")], [(*cell, row.contract_number or "—") for row, cell in zip(rows, cells, strict=True)]


class Steps:
    """Numbered steps of long work, each with its time; a failing step is named before its error goes on."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.number = 0
        self.started = time.monotonic()
        self.times: list[tuple[str, float]] = []

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Shows the step's title, then how long it took."""
        self.number += 1
        begun = time.monotonic()
        click.secho(f"[{self.number}/{self.total}] {title}", bold=True)
        sys.stdout.flush()
        try:
            yield
        except BaseException:
            click.secho(_("    第 {number} 步「{title}」未完成", number=self.number, title=title), fg="red", err=True)
            raise
        took = time.monotonic() - begun
        self.times.append((title, took))
        click.secho(_("    用时 {seconds} 秒", seconds=f"{took:.1f}"), dim=True)

    def say(self, line: str) -> None:
        """One line within a step."""
        click.echo("    " + line)
        sys.stdout.flush()


def show_imported(done: ImportedEvidence) -> None:
    """What an import brought, and what of it was not used."""
    click.echo(_("导入 {written} 条，已有 {known} 条", written=done.written, known=done.known))
    if done.running:
        click.echo(_("有 {count} 个值的有效时段尚未过去，未导入，请下次一并导入", count=done.running))
    if done.left_out:
        click.echo(_("按对照表略去 {count} 个序列", count=done.left_out))
    for name in done.unseen:
        click.secho(_("对照表中的「{name}」在文件中没有数据，该对象这一时段为未知", name=printable(name)), fg="yellow")
