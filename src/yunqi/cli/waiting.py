"""How the command line shows what takes long, and what waits for a second person."""

from __future__ import annotations

import sys

import click

from yunqi.cli.show import printable
from yunqi.kernel.words import _
from yunqi.wire.base import Proposal, Run

NEEDS = {"colleague": "本单位另一人", "counterparty": "对方单位"}


def show_progress(run: Run) -> None:
    """One line on the terminal, rewritten as the run goes on; nothing where nobody looks."""
    if not sys.stderr.isatty():
        return
    share = f" {run.done}/{run.total}" if run.total else ""
    click.echo(f"\r\x1b[K{printable(run.note)}{share}", nl=run.state != "open", err=True)


def show_pages(done: int, pages: int) -> None:
    """One line on the terminal, rewritten for every page that a machine has recognised; nothing where nobody looks."""
    if sys.stderr.isatty():
        said = _("正在识别扫描页，{done} 页已完成，共 {pages} 页", done=done, pages=pages)
        click.echo(f"\r\x1b[K{said}", nl=done == pages, err=True)


def show_proposal_made(made: Proposal) -> None:
    """What was asked for waits: its number, and what is to be done next."""
    click.echo(_("已提出，待{who}复核：{title}", who=_(NEEDS[made.needs]), title=printable(made.title)))
    click.echo(_("编号 {id}；复核人执行：yunqi proposal agree {id}", id=made.id))
