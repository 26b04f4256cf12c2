"""Files that commands hand in and take out."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from yunqi.cli.answers import answer_file
from yunqi.client.base import Download
from yunqi.kernel.errors import Problem


def read_upload(path: Path) -> bytes:
    """The bytes of a file that is handed in; raises `Problem` file.unreadable."""
    try:
        return path.read_bytes()
    except (OSError, ValueError) as error:
        raise Problem(
            "file.unreadable",
            "文件 {path} 无法读取：{reason}",
            field="file",
            path=path,
            reason=getattr(error, "strerror", None) or error,
            way_out="请核对路径与权限",
        ) from error


def save_download(download: Download, target: Path | None, folder: Path | None = None) -> Path:
    """Keeps what was handed out, under its own last name unless a target is named; returns where it lies.

    The name comes from elsewhere: only its last part is taken, and nothing outside the folder is written.
    Raises `Problem` file.exists rather than overwrite what nobody named.
    """
    if target is None:
        name = PurePosixPath(download.name.replace("\\", "/")).name
        target = (folder or Path()) / ("".join(char for char in name if char.isprintable()) or "download")
        if target.name in {"", ".", ".."}:
            target = target.with_name("download")
        if target.exists() and target.read_bytes() != download.content:
            raise Problem(
                "file.exists",
                "文件 {path} 已存在，且内容不同",
                field="file",
                path=target,
                way_out="请指明另一个文件名，或先移开原文件",
            )
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(download.content)
    except OSError as error:
        raise Problem(
            "file.unwritable",
            "文件 {path} 无法写入：{reason}",
            field="file",
            path=target,
            reason=error.strerror or error,
            way_out="请核对路径与权限",
        ) from error
    answer_file(target)
    return target
