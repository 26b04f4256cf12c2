"""Runs outside programs: always with a deadline, always with their own words in the error."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from yunqi.kernel.errors import Problem, Trouble

_held: ContextVar[tuple[int, ...]] = ContextVar("held", default=())


@contextmanager
def keeping(descriptor: int) -> Iterator[None]:
    """Commands run meanwhile keep the descriptor (a held lock) open for as long as they live.

    A command orphaned by its caller's death thus still keeps the caller's successor out until it is done.
    """
    token = _held.set((*_held.get(), descriptor))
    try:
        yield
    finally:
        _held.reset(token)


def run(
    args: Sequence[str | Path],
    *,
    deadline_s: float = 30,
    stdin: str | None = None,
    cwd: Path | None = None,
) -> str:
    """What the command printed; raises Trouble engine.command_failed with its error text, Problem when there is no
    such program.
    """
    line = [str(arg) for arg in args]
    try:
        done = subprocess.run(
            line,
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=deadline_s,
            check=False,
            cwd=cwd,
            pass_fds=_held.get(),
        )
    except FileNotFoundError as error:
        raise Problem(
            "engine.no_program",
            "本机没有程序 {program}",
            program=line[0],
            way_out="请安装提供该程序的软件包",
        ) from error
    except subprocess.TimeoutExpired as error:
        raise Trouble(
            "engine.command_late",
            "命令 {command} 在 {seconds} 秒内没有结束",
            command=" ".join(line),
            seconds=deadline_s,
            way_out="稍后自动重试",
        ) from error
    if done.returncode:
        raise Trouble(
            "engine.command_failed",
            "命令 {command} 失败(返回 {returned}):{reason}",
            command=" ".join(line),
            returned=done.returncode,
            reason=(done.stderr or done.stdout).strip()[-2000:],
            way_out="稍后自动重试",
        )
    return done.stdout
