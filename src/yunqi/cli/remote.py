"""Which installation a command works on: one on this machine, or one elsewhere by its address and a token."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from yunqi.kernel.errors import Problem

if TYPE_CHECKING:
    from yunqi.client.profiles import Profile

_META = "yunqi.remote"
_LONGEST_TOKEN = 4096


@dataclass(frozen=True, slots=True)
class Remote:
    """An installation elsewhere. `ca`: what to trust beside nothing else; None: what the system trusts."""

    server: str
    token_file: Path | None = None
    ca: Path | None = None


def set_remote(ctx: click.Context, remote: Remote | None) -> None:
    """What the commands of this call work on."""
    ctx.meta[_META] = remote


def find_remote(ctx: click.Context) -> Remote | None:
    """The installation elsewhere that this call names; None: the one on this machine."""
    found = ctx.meta.get(_META)
    return found if isinstance(found, Remote) else None


def refuse_remote(ctx: click.Context, command: str = "") -> None:
    """Raises `Problem` command.local when a command of this machine is told to work elsewhere."""
    remote = find_remote(ctx)
    if remote is not None:
        raise Problem(
            "command.local",
            "命令 {command} 只能在云契所在的机器上执行，不能用于 {server}",
            field="server",
            command=command or ctx.command_path.partition(" ")[2],
            server=remote.server,
            way_out="请去掉 --server（或环境变量 YUNQI_SERVER），到该机器上执行",
        )


def read_token(remote: Remote) -> tuple[str, Path | None]:
    """The token for a server, and what to trust of it: from the file named, the environment, or the login kept.

    Raises `Problem` token.missing and token.unreadable.
    """
    if remote.token_file is not None:
        return _load_token(remote.token_file), remote.ca
    if os.environ.get("YUNQI_TOKEN"):
        return os.environ["YUNQI_TOKEN"].strip(), remote.ca
    kept = find_profile(remote.server)
    if kept is None:
        raise Problem(
            "token.missing",
            "没有用于 {server} 的访问令牌",
            field="token-file",
            server=remote.server,
            way_out="请先执行 yunqi login {server}，或以 --token-file 指明令牌文件",
        )
    return kept.token, remote.ca or (Path(kept.ca) if kept.ca else None)


def find_profile(server: str) -> Profile | None:
    """What `yunqi login` kept for a server."""
    from yunqi.client.http import read_server
    from yunqi.client.profiles import load_profiles

    return load_profiles().get(read_server(server))


def _load_token(path: Path) -> str:
    try:
        token = path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        token = ""
    if not token or len(token) > _LONGEST_TOKEN or not token.isprintable():
        raise Problem(
            "token.unreadable",
            "令牌文件 {path} 无法读取，或其中没有令牌",
            field="token-file",
            path=path,
            way_out="文件中应只有一行令牌",
        )
    return token
