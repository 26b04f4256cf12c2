"""One connection, closed at once."""

from __future__ import annotations

import errno
import ipaddress
import socket
import time

from yunqi.probes.base import Target, Verdict, within

THEIRS = frozenset({errno.ECONNREFUSED, errno.ECONNRESET, errno.EHOSTUNREACH, errno.EHOSTDOWN, errno.ETIMEDOUT})


def check_address(address: str) -> None:
    """Raises ValueError for what is no IPv4 address and port."""
    host, _colon, port = address.rpartition(":")
    ipaddress.IPv4Address(host)
    if not 0 < int(port) <= 0xFFFF:
        raise ValueError(f"no such port: {port}")


def probe(target: Target, place: str | None, deadline_s: float) -> Verdict:
    """Up when the port accepts within the deadline."""
    host, _, port = target.address.rpartition(":")
    started = time.monotonic()
    with within(place):
        try:
            with socket.create_connection((host, int(port)), timeout=deadline_s):
                return Verdict("up", f"{(time.monotonic() - started) * 1000:.1f} ms")
        except TimeoutError:
            return Verdict("down", f"no answer within {deadline_s:g} s")
        except OSError as error:
            if error.errno in THEIRS:
                return Verdict("down", str(error.strerror))
            raise
