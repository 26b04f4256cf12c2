"""What the taking in of files says while it goes on."""

from __future__ import annotations

from collections.abc import Callable

from yunqi.kernel.words import _
from yunqi.operations.actions.base import Desk


def silent(_note: str, _done: int = 0, _total: int | None = None) -> None:
    """Nobody listens."""


def page_teller(desk: Desk) -> Callable[[int, int], None]:
    """Tells a run how many scanned pages are recognised; raises `Problem` run.cancelled when its end was asked for."""
    say = desk.progress or silent

    def say_page(done: int, pages: int) -> None:
        say(_("正在识别扫描页，{done} 页已完成，共 {pages} 页", done=done, pages=pages), done, pages)

    return say_page
