"""The list of what is watched: a file that the runner reads anew each round."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from yunqi.kernel.errors import Problem
from yunqi.probes.base import Target


def save_targets(path: Path, targets: Iterable[Target]) -> bool:
    """Writes the list, whole or not at all; returns whether it differs from what was there."""
    content = json.dumps([asdict(target) for target in targets], ensure_ascii=False, indent=1) + "\n"
    if path.exists() and path.read_text("utf-8") == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    part.write_text(content, "utf-8")
    part.replace(path)
    return True


def load_targets(path: Path) -> tuple[Target, ...]:
    """The targets in a file; raises `Problem` targets.unreadable."""
    try:
        given = json.loads(path.read_text("utf-8"))
        return tuple(Target(**one) for one in given)
    except (OSError, ValueError, TypeError) as error:
        raise Problem(
            "targets.unreadable",
            "探测目标文件 {path} 无法读取：{reason}",
            field="targets",
            path=path,
            reason=error,
            way_out="请核对该文件；它应由服务进程写出",
        ) from error
