"""Scanned pages read in a process of their own, bounded in memory and time, with word of every page."""

from __future__ import annotations

import json
import os
import selectors
import struct
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeAlias

from yunqi.contract.documents.layout import Grid, Line, Page
from yunqi.contract.documents.model import Doubt
from yunqi.contract.documents.scan.doubt import mend
from yunqi.kernel.errors import Problem, Trouble

Progress: TypeAlias = Callable[[int, int], None]
"""Hears how many of the pages are done, and of how many."""

_MEMORY_BYTES = 4 * 2**30
_PAGE_S = 150
_START_S = 120
_END_S = 2
_MOST_THREADS = 4
_POINTS = 72 / 200  # of a pixel: pages are drawn at 200 dpi


def read_pages(
    content: bytes, file_name: str, numbers: Sequence[int], progress: Progress | None = None
) -> Iterator[Page]:
    """The pages of these numbers (from 1) of a PDF, or the one page of a picture, as their words are recognised.

    Raises `Problem` document.scan for pages that can't be read in the memory and time a page may take. The process
    ends with the iteration, however it ends.
    """
    child = _start()
    try:
        if progress is not None:
            progress(0, len(numbers))
        order = {"pages": list(numbers), "threads": _threads(), "memory_bytes": _MEMORY_BYTES}
        _send(child, json.dumps(order).encode(), content)
        answers = _Answers(child.stdout)
        for done, number in enumerate(numbers, start=1):
            answer = answers.take(_PAGE_S + (_START_S if done == 1 else 0))
            if answer is None:
                raise _refusal(child, file_name, number)
            if progress is not None:
                progress(done, len(numbers))
            yield _page(json.loads(answer))
    finally:
        child.kill()
        child.communicate()


def _threads() -> int:
    return min(_MOST_THREADS, len(os.sched_getaffinity(0)))


def _start() -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    try:
        return subprocess.Popen(
            [sys.executable, "-m", "yunqi.contract.documents.scan.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        )
    except OSError as error:
        raise Trouble(
            "document.scan_start", "无法启动文字识别：{reason}", reason=str(error), way_out="请稍后重试"
        ) from error


def _send(child: subprocess.Popen[bytes], *parts: bytes) -> None:
    if child.stdin is None:
        return
    try:
        for part in parts:
            child.stdin.write(struct.pack("!Q", len(part)) + part)
        child.stdin.flush()
    except BrokenPipeError:
        return  # it is gone already: the first page that doesn't come says so


class _Answers:
    """The lines that the process says, each waited for only so long."""

    def __init__(self, pipe: Any) -> None:
        self._pipe = pipe
        self._waiting: deque[bytes] = deque()
        self._rest = b""
        self._selector = selectors.DefaultSelector()
        self._selector.register(int(self._pipe.fileno()), selectors.EVENT_READ)

    def take(self, seconds: float) -> bytes | None:
        """The next line; None when the process is gone or took too long."""
        deadline = time.monotonic() + seconds
        while not self._waiting:
            left = deadline - time.monotonic()
            if left <= 0 or not self._selector.select(left):
                return None
            chunk = os.read(self._pipe.fileno(), 2**16)
            if not chunk:
                return None
            *lines, self._rest = (self._rest + chunk).split(b"\n")
            self._waiting.extend(lines)
        return self._waiting.popleft()


def _refusal(child: subprocess.Popen[bytes], file_name: str, number: int) -> Problem:
    try:
        child.wait(_END_S)  # one that ended closed its pipe a moment before
    except subprocess.TimeoutExpired:
        return Problem(
            "document.scan_slow",
            "文件「{value}」第 {page} 页的文字识别超过 {seconds} 秒，已停止",
            field="file",
            value=file_name,
            page=number,
            seconds=_PAGE_S,
            way_out="请以 200 dpi 重新扫描该页，或提供文字版文件",
        )
    return Problem(
        "document.scan_failed",
        "文件「{value}」第 {page} 页无法识别：页面已损坏，或所需内存超过上限 {limit_mb} MB",
        field="file",
        value=file_name,
        page=number,
        limit_mb=_MEMORY_BYTES // 2**20,
        way_out="请以 200 dpi 重新扫描该页，或提供文字版文件",
    )


def _page(said: dict[str, Any]) -> Page:
    """The page in points, as the pages of text are measured that may stand beside it."""
    lines = []
    for line in said["lines"]:
        x0, top, x1, bottom = (edge * _POINTS for edge in line["box"])
        text, doubts = _text(line)
        lines.append(Line(text, x0, x1, top, bottom, doubts))
    grids = []
    for table in said["tables"]:
        cells = [[_text(cell) for cell in row] for row in table["rows"]]
        grids.append(
            Grid(
                table["top"] * _POINTS,
                tuple(tuple(text for text, _ in row) for row in cells),
                tuple({i: doubts for i, (_, doubts) in enumerate(row) if doubts} for row in cells),
                {(row, column): (top, left) for row, column, top, left in table["covered"]},
            )
        )
    return Page(said["page"], said["height"] * _POINTS, tuple(lines), tuple(grids))


def _text(said: dict[str, Any]) -> tuple[str, tuple[Doubt, ...]]:
    return mend(said["text"], said["weak"])
