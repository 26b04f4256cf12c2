"""The key that signs the daily roots: SM2, in a file of its own outside the database.

The software key shows that a root was not changed after it was signed; it is no certified cryptographic module.
"""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tongsuopy.crypto import hashes, serialization
from tongsuopy.crypto.asymciphers import ec
from tongsuopy.crypto.exceptions import InternalError, InvalidSignature

from yunqi.kernel.errors import Problem
from yunqi.store.checks import sm3_hex

_HEX = re.compile(r"(?:[0-9a-f]{2})+")
_DER = serialization.Encoding.DER
_SPKI = serialization.PublicFormat.SubjectPublicKeyInfo


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key in memory; `public_key` is its public half (hex, DER), `key_id` the SM3 of that."""

    key_id: str
    public_key: str
    _private: Any

    def sign(self, text: str) -> str:
        """The SM2 signature of the text's bytes (hex, DER; SM3, user id 1234567812345678).

        Source: GB/T 32918.2-2016, GB/T 35276-2017.
        """
        signature: bytes = self._private.sign(text.encode(), ec.ECDSA(hashes.SM3()))
        return signature.hex()


def load_signing_key(path: Path) -> SigningKey:
    """The key in a file; a missing one is made, readable by its owner only.

    Raises `Problem` key.exposed when others may read it and key.unreadable when it is no SM2 key.
    """
    if not path.exists():
        _make_key(path)
    mode = path.stat().st_mode
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise Problem(
            "key.exposed",
            "签名密钥文件 {path} 可被其他用户读取",
            field="key_path",
            path=path,
            way_out="请执行 chmod 600 {path}；如可能已泄露，请更换密钥",
        )
    try:
        private = serialization.load_pem_private_key(path.read_bytes(), None)
        public: bytes = private.public_key().public_bytes(_DER, _SPKI)
    except (ValueError, TypeError, InternalError) as error:
        raise Problem(
            "key.unreadable", "签名密钥文件 {path} 无法识别", field="key_path", path=path, way_out="请从备份恢复该文件"
        ) from error
    return SigningKey(sm3_hex(public), public.hex(), private)


def verify_signature(public_key: str, signature: str, text: str) -> bool:
    """Whether the signature (hex) over the text's bytes is of this public key (hex, DER); upper case is refused."""
    if not _HEX.fullmatch(signature) or not _HEX.fullmatch(public_key):
        return False
    try:
        key = serialization.load_der_public_key(bytes.fromhex(public_key))
        key.verify(bytes.fromhex(signature), text.encode(errors="surrogateescape"), ec.ECDSA(hashes.SM3()))
    except (InvalidSignature, InternalError, ValueError, TypeError):
        return False
    return True


def _make_key(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    pem = ec.generate_private_key(ec.SM2()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    part = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(part, path)  # unlike a rename, never replaces a key that another process has just made
    except FileExistsError:
        pass
    finally:
        part.unlink()
