"""The keys of an installation in one sealed text, opened by a passphrase: SM4-GCM under a key that scrypt makes of it.

Source: GB/T 32907-2016 (SM4), RFC 7914 (scrypt), NIST SP 800-38D (GCM).
"""

from __future__ import annotations

import base64
import json
import os
import stat
from collections.abc import Mapping
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from yunqi.kernel.errors import Problem

_FORMAT = "yunqi-keys/1"
_COST, _BLOCK, _LANES = 2**15, 8, 1
_SHORTEST = 12
_KEY_BYTES = 16
_TAG_BYTES = 16


def read_passphrase(path: Path) -> bytes:
    """The passphrase in a file, without the line's end.

    Raises `Problem` passphrase.unreadable, passphrase.exposed when others may read the file, and passphrase.short.
    """
    try:
        mode = path.stat().st_mode
        text = path.read_bytes().rstrip(b"\r\n")
    except OSError as error:
        raise Problem(
            "passphrase.unreadable",
            "无法读取口令文件 {path}：{reason}",
            field="passphrase-file",
            path=path,
            reason=error.strerror,
            way_out="请核对路径与权限",
        ) from error
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise Problem(
            "passphrase.exposed",
            "口令文件 {path} 可被其他用户读取",
            field="passphrase-file",
            path=path,
            way_out="请执行 chmod 600 {path}；如可能已泄露，请更换口令",
        )
    if len(text) < _SHORTEST:
        raise Problem(
            "passphrase.short",
            "口令只有 {length} 个字节，至少需要 {shortest} 个",
            field="passphrase-file",
            length=len(text),
            shortest=_SHORTEST,
            way_out="请换一个更长的口令",
        )
    return text


def read_keys(folder: Path) -> dict[str, bytes]:
    """The files of a key folder by name; none where there is no folder."""
    if not folder.is_dir():
        return {}
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}


def seal_keys(keys: Mapping[str, bytes], passphrase: bytes) -> bytes:
    """The sealed text of some keys: JSON that tells how, and nothing of what."""
    salt, nonce = os.urandom(16), os.urandom(12)
    plain = json.dumps({name: base64.b64encode(content).decode() for name, content in keys.items()}).encode()
    encryptor = Cipher(algorithms.SM4(_derive(passphrase, salt)), modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(_FORMAT.encode())
    sealed = encryptor.update(plain) + encryptor.finalize()
    body = {
        "format": _FORMAT,
        "cipher": "SM4-GCM",
        "kdf": f"scrypt N={_COST} r={_BLOCK} p={_LANES}",
        "salt": salt.hex(),
        "nonce": nonce.hex(),
        "sealed": base64.b64encode(sealed + encryptor.tag).decode(),
    }
    return json.dumps(body, indent=1).encode() + b"\n"


def open_keys(text: bytes, passphrase: bytes) -> dict[str, bytes]:
    """The keys by name; raises `Problem` passphrase.wrong."""
    try:
        body = json.loads(text)
        sealed = base64.b64decode(body["sealed"], validate=True)
        key = _derive(passphrase, bytes.fromhex(body["salt"]))
        mode = modes.GCM(bytes.fromhex(body["nonce"]), sealed[-_TAG_BYTES:])
        decryptor = Cipher(algorithms.SM4(key), mode).decryptor()
        decryptor.authenticate_additional_data(str(body["format"]).encode())  # another format fails here too
        plain = json.loads(decryptor.update(sealed[:-_TAG_BYTES]) + decryptor.finalize())
        keys = {str(name): base64.b64decode(content, validate=True) for name, content in plain.items()}
    except (InvalidTag, ValueError, KeyError, TypeError) as error:
        raise Problem(
            "passphrase.wrong",
            "口令不能打开备份中的密钥",
            field="passphrase-file",
            way_out="请使用制作该备份时的口令；确无口令时可不恢复密钥：--without-keys",
        ) from error
    if any(name != Path(name).name or name in {"", ".", ".."} for name in keys):
        raise Problem("backup.path", "备份中的密钥名称不可用", field="file", way_out="请勿使用来历不明的备份")
    return keys


def _derive(passphrase: bytes, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=_KEY_BYTES, n=_COST, r=_BLOCK, p=_LANES).derive(passphrase)
