"""Keys that all processes of an installation share: the one that signs daily roots, the one that signs form tokens."""

from __future__ import annotations

from pathlib import Path

from yunqi.kernel.errors import Problem
from yunqi.operations.installation import Installation
from yunqi.store.chain import list_key_ids
from yunqi.store.leases import agree_on, read_lease
from yunqi.store.secret_box import load_key
from yunqi.store.signing import SigningKey, load_signing_key

_AGREEMENT = "signing-key"


def load_console_key(path: Path) -> bytes:
    """The key that signs form tokens; made at first need, readable by its owner only."""
    return load_key(path)


def open_key(installation: Installation) -> SigningKey:
    """The installation's signing key. It is made when nothing was ever signed; later a missing one is never made anew.

    Raises `Problem` key.missing, and key.other when the file holds another key than the database's roots are signed by.
    """
    path = installation.settings.key_path
    with installation.database.read() as connection:
        agreed = read_lease(connection, _AGREEMENT)
        known = {agreed.holder} if agreed is not None else set(list_key_ids(connection))
    if known and not path.exists():
        raise Problem(
            "key.missing",
            "找不到签名密钥 {path}，而本数据库的日根已由密钥 {key} 签署",
            field="key_dir",
            path=path,
            key=min(known)[:16],
            way_out="请把 key_dir 指向各进程共用的密钥目录，或从备份恢复该文件；系统不会另造一把",
        )
    key = load_signing_key(path)
    if not known:
        with installation.database.write() as connection:
            known = {agree_on(connection, _AGREEMENT, key.key_id)}
    if key.key_id not in known:
        raise Problem(
            "key.other",
            "{path} 中的密钥 {own} 不是本数据库所用的密钥 {key}",
            field="key_dir",
            path=path,
            own=key.key_id[:16],
            key=min(known)[:16],
            way_out="请把各进程的 key_dir 指向同一个目录，或从备份恢复密钥",
        )
    return key
