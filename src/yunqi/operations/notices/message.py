"""What all ways of telling share: the message, what came of it, and files that hold secrets."""

from __future__ import annotations

import stat
from dataclasses import dataclass
from pathlib import Path

from yunqi.kernel.errors import Problem
from yunqi.operations.settings import Settings

NOT_SET = "not_set"


@dataclass(frozen=True, slots=True)
class Message:
    """What is told: `id` is the delivery's, the same at each attempt."""

    id: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Told:
    """What came of one attempt: the other server's answer; `error` None: it has taken the message."""

    answer: str
    error: str | None


def load_secret(settings: Settings, name: str, field: str) -> str:
    """What a file of the settings holds; a relative path lies in the home.

    Raises `Problem` notice.secret when it is missing or others may read it.
    """
    path = Path(name) if Path(name).is_absolute() else settings.home / name
    exposed = path.exists() and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    if not path.exists() or exposed:
        raise Problem(
            "notice.secret",
            "配置项 {field} 所指的文件 {path} 不可用",
            field=field,
            path=path,
            way_out="文件应存在，且只有其所有者可读（chmod 600）",
        )
    return path.read_text("utf-8").strip()
