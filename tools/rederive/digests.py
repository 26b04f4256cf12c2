"""SM3 and the check of SM2 signatures, on the standard library alone.

Source: GB/T 32905-2016 (SM3), GB/T 32918.2-2016 and GB/T 32918.5-2017 (SM2 signatures and their curve).
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

_MASK = 0xFFFFFFFF
_START = (
    0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E,
)  # fmt: skip
_USER = b"1234567812345678"
_P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
_A = _P - 3
_B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
_N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
_GX = 0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7
_GY = 0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0
# SubjectPublicKeyInfo of an SM2 key with an uncompressed point: all but the 64 bytes of the point.
_KEY_HEAD = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d03420004")
Point = tuple[int, int, int]


def canonical(value: Any) -> bytes:
    """The one text of a JSON value: keys sorted, no spaces, UTF-8 as it is."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _turn(word: int, by: int) -> int:
    by %= 32
    return (word << by | word >> (32 - by)) & _MASK


def _block(state: tuple[int, ...], block: bytes) -> tuple[int, ...]:
    words = [int.from_bytes(block[at : at + 4], "big") for at in range(0, 64, 4)]
    for at in range(16, 68):
        mixed = words[at - 16] ^ words[at - 9] ^ _turn(words[at - 3], 15)
        words.append(mixed ^ _turn(mixed, 15) ^ _turn(mixed, 23) ^ _turn(words[at - 13], 7) ^ words[at - 6])
    a, b, c, d, e, f, g, h = state
    for at in range(64):
        early = at < 16
        first = _turn((_turn(a, 12) + e + _turn(0x79CC4519 if early else 0x7A879D8A, at)) & _MASK, 7)
        second = first ^ _turn(a, 12)
        one = ((a ^ b ^ c if early else (a & b) | (a & c) | (b & c)) + d + second + (words[at] ^ words[at + 4])) & _MASK
        two = ((e ^ f ^ g if early else (e & f) | (~e & _MASK & g)) + h + first + words[at]) & _MASK
        a, b, c, d = one, a, _turn(b, 9), c
        e, f, g, h = two ^ _turn(two, 9) ^ _turn(two, 17), e, _turn(f, 19), g
    return tuple(old ^ new for old, new in zip(state, (a, b, c, d, e, f, g, h), strict=True))


class PlainSm3:
    """A running SM3 with the face of hashlib's, for a Python whose hashlib has none."""

    def __init__(self) -> None:
        self._state: tuple[int, ...] = _START
        self._rest = b""
        self._length = 0

    def update(self, data: bytes) -> None:
        """Takes more bytes."""
        self._length += len(data)
        whole = self._rest + data
        cut = len(whole) - len(whole) % 64
        for at in range(0, cut, 64):
            self._state = _block(self._state, whole[at : at + 64])
        self._rest = whole[cut:]

    def hexdigest(self) -> str:
        """The hash of all bytes taken so far."""
        tail = self._rest + b"\x80"
        tail += b"\0" * ((56 - len(tail)) % 64) + (self._length * 8).to_bytes(8, "big")
        state = self._state
        for at in range(0, len(tail), 64):
            state = _block(state, tail[at : at + 64])
        return b"".join(word.to_bytes(4, "big") for word in state).hex()


def new_sm3() -> Any:
    """A running SM3: hashlib's where it has one and gives the standard's own example, else the one written here."""
    try:
        if hashlib.new("sm3", b"abc").hexdigest() == sm3_plain(b"abc"):
            return hashlib.new("sm3")
    except ValueError:
        pass
    return PlainSm3()


def sm3_plain(data: bytes) -> str:
    """SM3 computed here.

    >>> sm3_plain(b"abc")
    '66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0'
    """
    running = PlainSm3()
    running.update(data)
    return running.hexdigest()


_fast = new_sm3()


def sm3(data: bytes) -> str:
    """SM3 in lower-case hex."""
    if isinstance(_fast, PlainSm3):
        return sm3_plain(data)
    return hashlib.new("sm3", data).hexdigest()


def _double(point: Point) -> Point:
    x, y, z = point
    if not y or not z:
        return 0, 1, 0
    square, fourth = y * y % _P, z * z % _P
    s = 4 * x * square % _P
    m = 3 * (x - fourth) * (x + fourth) % _P
    new_x = (m * m - 2 * s) % _P
    return new_x, (m * (s - new_x) - 8 * square * square) % _P, 2 * y * z % _P


def _add(one: Point, other: Point) -> Point:
    if not one[2]:
        return other
    if not other[2]:
        return one
    z1, z2 = one[2] * one[2] % _P, other[2] * other[2] % _P
    u1, u2 = one[0] * z2 % _P, other[0] * z1 % _P
    s1, s2 = one[1] * z2 * other[2] % _P, other[1] * z1 * one[2] % _P
    h, r = (u2 - u1) % _P, (s2 - s1) % _P
    if not h:
        return (0, 1, 0) if r else _double(one)
    h2 = h * h % _P
    h3, v = h2 * h % _P, u1 * h2 % _P
    x = (r * r - h3 - 2 * v) % _P
    return x, (r * (v - x) - s1 * h3) % _P, h * one[2] * other[2] % _P


def _times(count: int, point: Point) -> Point:
    result: Point = (0, 1, 0)
    for bit in f"{count:b}":
        result = _double(result)
        if bit == "1":
            result = _add(result, point)
    return result


def _signature_numbers(der: bytes) -> tuple[int, int]:
    """R and s of a DER signature; raises ValueError for anything but the one shortest form."""
    if len(der) < 8 or der[0] != 0x30 or der[1] != len(der) - 2 or der[1] > 0x7F:
        raise ValueError("no signature")
    numbers, at = [], 2
    while at < len(der):
        length = der[at + 1]
        content = der[at + 2 : at + 2 + length]
        if der[at] != 2 or not length or len(content) != length or content[0] > 0x7F:
            raise ValueError("no signature")
        if length > 1 and content[0] == 0 and content[1] < 0x80:
            raise ValueError("no signature")
        numbers.append(int.from_bytes(content, "big"))
        at += 2 + length
    if len(numbers) != 2:
        raise ValueError("no signature")
    return numbers[0], numbers[1]


def signature_is_right(public_key: str, signature: str, data: bytes) -> bool:
    """Whether the SM2 signature (lower-case hex, DER) over the data is of the public key (lower-case hex, DER)."""
    try:
        key, der = bytes.fromhex(public_key), bytes.fromhex(signature)
        if key.hex() != public_key or der.hex() != signature:
            return False
        r, s = _signature_numbers(der)
    except (ValueError, IndexError):
        return False
    if not key.startswith(_KEY_HEAD) or len(key) != len(_KEY_HEAD) + 64:
        return False
    x, y = int.from_bytes(key[-64:-32], "big"), int.from_bytes(key[-32:], "big")
    on_curve = x < _P and y < _P and (y * y - x * x * x - _A * x - _B) % _P == 0
    if not on_curve or not 0 < r < _N or not 0 < s < _N or not (r + s) % _N:
        return False
    parts = (_A, _B, _GX, _GY, x, y)
    about = (len(_USER) * 8).to_bytes(2, "big") + _USER + b"".join(one.to_bytes(32, "big") for one in parts)
    digest = int(sm3(bytes.fromhex(sm3(about)) + data), 16)
    found = _add(_times(s, (_GX, _GY, 1)), _times((r + s) % _N, (x, y, 1)))
    if not found[2]:
        return False
    inverse = pow(found[2], -1, _P)
    return (digest + found[0] * inverse * inverse % _P) % _N == r
