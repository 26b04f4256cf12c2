"""Encrypting what must be read again (TOTP secrets, verifiers), with a key in a file outside the database."""

from __future__ import annotations

import base64
import os
import stat
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from yunqi.kernel.errors import Problem

_KEY_BYTES, _NONCE_BYTES = 32, 12
_FORM = "v1:"


class SecretBox:
    """AES-256-GCM with one key. What a text is bound to (`owner`) must be said again to read it, so that a row's
    secret copied into another row can't be read there.
    """

    __slots__ = ("_cipher",)

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def seal(self, text: str, owner: str) -> str:
        """The text encrypted."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = self._cipher.encrypt(nonce, text.encode(), owner.encode())
        return _FORM + base64.b64encode(nonce + sealed).decode()

    def open(self, sealed: str, owner: str) -> str:
        """The text again; raises `Problem` key.mismatch when it was sealed with another key, for another owner, or
        changed since.
        """
        try:
            raw = base64.b64decode(sealed.removeprefix(_FORM), validate=True)
            return self._cipher.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], owner.encode()).decode()
        except (InvalidTag, ValueError) as error:
            raise Problem(
                "key.mismatch",
                "已存的密文不能用现有密钥解开",
                way_out="请从备份恢复安装目录 keys/ 中的 identity.key，或重置该账号的动态口令",
            ) from error


def load_secret_box(path: Path) -> SecretBox:
    """The box of the key in a file; raises `Problem` as `load_key` does."""
    return SecretBox(load_key(path))


def load_key(path: Path) -> bytes:
    """The 32 bytes of a key file; a missing one is made, readable by its owner only.

    Raises `Problem` key.exposed when others may read it and key.unreadable when it is no such key.
    """
    if not path.exists():
        _make_key(path)
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise Problem(
            "key.exposed",
            "密钥文件 {path} 可被其他用户读取",
            field="key_path",
            path=path,
            way_out="请执行 chmod 600 {path}；如可能已泄露，请更换密钥",
        )
    key = path.read_bytes()
    if len(key) != _KEY_BYTES:
        raise Problem(
            "key.unreadable", "密钥文件 {path} 无法识别", field="key_path", path=path, way_out="请从备份恢复该文件"
        )
    return key


def _make_key(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(os.urandom(_KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(part, path)  # unlike a rename, never replaces a key that another process has just made
    except FileExistsError:
        pass
    finally:
        part.unlink()
