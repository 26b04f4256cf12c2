"""Echo requests over a raw socket: no program is started, and the answer is matched by a token of our own."""

from __future__ import annotations

import errno
import ipaddress
import os
import socket
import struct
import time

from yunqi.probes.base import Target, Verdict, within

_ECHO, _REPLY, _UNREACHABLE = 8, 0, 3
_TRIES = 3
_UNREACHED = frozenset({errno.EHOSTUNREACH, errno.EHOSTDOWN})


def check_address(address: str) -> None:
    """Raises ValueError for what is no IPv4 address."""
    ipaddress.IPv4Address(address)


def probe(target: Target, place: str | None, deadline_s: float) -> Verdict:
    """Up when one of three requests is answered within the deadline.

    Source: RFC 792.
    """
    end = time.monotonic() + deadline_s
    token = os.urandom(16)
    number = int.from_bytes(os.urandom(2), "big")
    with within(place), socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP) as wire:
        for sequence in range(_TRIES):
            started = time.monotonic()
            try:
                wire.sendto(render_echo(number, sequence, token), (target.address, 0))
            except OSError as error:
                if error.errno in _UNREACHED:
                    time.sleep(max(0.0, min(0.2, end - time.monotonic())))
                    continue
                raise
            until = started + max(0.0, end - started) / (_TRIES - sequence)
            if _answered(wire, token, until):
                return Verdict("up", f"{(time.monotonic() - started) * 1000:.1f} ms")
    return Verdict("down", f"no answer within {deadline_s:g} s")


def _answered(wire: socket.socket, token: bytes, until: float) -> bool:
    while (left := until - time.monotonic()) > 0:
        wire.settimeout(left)
        try:
            packet = wire.recv(2048)
        except TimeoutError:
            return False
        body = packet[(packet[0] & 15) * 4 :]
        if len(body) >= 8 and body[0] == _REPLY and body[8:24] == token:
            return True
    return False


def render_echo(number: int, sequence: int, token: bytes) -> bytes:
    """An echo request with its checksum.

    >>> render_echo(1, 0, b"").hex()
    '0800f7fe00010000'
    """
    head = struct.pack("!BBHHH", _ECHO, 0, 0, number, sequence)
    return struct.pack("!BBHHH", _ECHO, 0, _compute_checksum(head + token), number, sequence) + token


def _compute_checksum(data: bytes) -> int:
    """The ones' complement sum of 16-bit words. Source: RFC 1071."""
    padded = data + b"\0" * (len(data) % 2)
    total: int = sum(struct.unpack(f"!{len(padded) >> 1}H", padded))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF
