"""Texts that prove who presents them: made at random, kept only as their digest, of a form that scanners recognise."""

from __future__ import annotations

import hashlib
import re
import secrets
import string
import zlib

_ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
_BODY, _SUM = 36, 6
TOKEN_PREFIX = "yq_"  # noqa: S105 - it is no password
_TOKEN = re.compile(rf"yq_[0-9A-Za-z]{{{_BODY + _SUM}}}")
_EASY = "23456789abcdefghjkmnpqrstuvwxyz"


def digest_of(text: str) -> str:
    """SHA-256 in lower-case hex: enough for a random text of more than 100 bits, which can't be guessed from it."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def make_random() -> str:
    """A random text of 256 bits, good in a cookie or an address."""
    return secrets.token_urlsafe(32)


def make_token() -> str:
    """An API token: `yq_`, 36 random letters and figures (214 bits), 6 that check them."""
    body = "".join(secrets.choice(_ALPHABET) for _ in range(_BODY))
    return TOKEN_PREFIX + body + _check(body)


def is_token(text: str) -> bool:
    """Whether a text is of the form of a token, its check figures included: what else comes never reaches the database.

    >>> is_token(make_token()), is_token("yq_" + "0" * 42), is_token("x" * 1000)
    (True, False, False)
    """
    if len(text) != len(TOKEN_PREFIX) + _BODY + _SUM or not _TOKEN.fullmatch(text):
        return False
    body = text[len(TOKEN_PREFIX) : -_SUM]
    return _check(body) == text[-_SUM:]


def make_code() -> str:
    """A code that a person reads off paper and types: 16 easy letters and figures (79 bits) in groups of four."""
    letters = "".join(secrets.choice(_EASY) for _ in range(16))
    return "-".join(letters[place : place + 4] for place in range(0, 16, 4))


def fold_code(code: str) -> str:
    """A typed code without spaces and dashes, in lower case.

    >>> fold_code(" ABCD-2345 ")
    'abcd2345'
    """
    return "".join(char for char in code[:100].casefold() if char.isalnum())


def _check(body: str) -> str:
    number = zlib.crc32(body.encode())
    figures = ""
    for _ in range(_SUM):
        number, figure = divmod(number, len(_ALPHABET))
        figures = _ALPHABET[figure] + figures
    return figures
