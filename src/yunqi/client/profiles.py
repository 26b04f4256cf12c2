"""Where the command line keeps what `yunqi login` gave it: a file of the user's own, readable by nobody else."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from yunqi.kernel.errors import Problem


@dataclass(frozen=True, slots=True)
class Profile:
    """One server with the token for it. `login`: who signed in; `expires_at`: until when; `ca`: what to trust."""

    server: str
    token: str
    login: str = ""
    person: str = ""
    expires_at: str = ""
    ca: str = ""


def profiles_path() -> Path:
    """`yunqi/profiles.toml` in the user's configuration folder.

    Source: XDG Base Directory Specification.
    """
    base = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(base) / "yunqi" / "profiles.toml"


def load_profiles(path: Path | None = None) -> dict[str, Profile]:
    """The profiles by server, none when there is no file; raises `Problem` profile.unreadable."""
    path = path or profiles_path()
    known = {field.name for field in fields(Profile)} - {"server"}
    try:
        kept = tomllib.loads(path.read_text("utf-8")) if path.exists() else {}
        return {
            server: Profile(server, **{name: str(value) for name, value in given.items() if name in known})
            for server, given in kept.items()
        }
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise Problem(
            "profile.unreadable",
            "登录信息文件 {path} 无法读取：{reason}",
            field="profile",
            path=path,
            reason=error,
            way_out="请修正或删除该文件，再执行 yunqi login",
        ) from error


def save_profile(profile: Profile, path: Path | None = None) -> Path:
    """Keeps a profile in place of the server's earlier one; returns the file."""
    path = path or profiles_path()
    return _write({**load_profiles(path), profile.server: profile}, path)


def drop_profile(server: str, path: Path | None = None) -> Profile | None:
    """Forgets a server's profile; returns it, None when there was none."""
    path = path or profiles_path()
    kept = load_profiles(path)
    dropped = kept.pop(server, None)
    if dropped is not None:
        _write(kept, path)
    return dropped


def _write(profiles: Mapping[str, Profile], path: Path) -> Path:
    lines = []
    for server, profile in sorted(profiles.items()):
        lines.append(f"[{_quote(server)}]")
        lines += [
            f"{field.name} = {_quote(getattr(profile, field.name))}"
            for field in fields(Profile)
            if field.name != "server"
        ]
        lines.append("")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    # Readable by its owner alone from its first moment on, and whole or not there at all.
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write("\n".join(lines))
    draft.replace(path)
    return path


def _quote(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
