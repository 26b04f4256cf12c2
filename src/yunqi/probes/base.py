"""What a probe is: it asks the world one question about one target, from one place, and says what it saw."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

_CLONE_NEWNET = 0x40000000


@dataclass(frozen=True, slots=True)
class Target:
    """What is watched: `object` (a resource id, system:<id> or platform) at `address`, asked from `place`.

    `address` is an IP address for icmp, `IP:port` for tcp, a URL with an IP address for http. `place` is the path of a
    network namespace, or None for this machine's own network. `origin` keeps what is asked from several places apart.
    """

    object: str
    contract: str
    probe: str
    address: str
    place: str | None = None
    origin: str = "measured"


@dataclass(frozen=True, slots=True)
class Verdict:
    """up or down as seen from the place; unknown when the probe itself could not ask."""

    verdict: str
    detail: str


class Probe(Protocol):
    """A probe's one function, in `probes/<probe>/probe.py`."""

    def __call__(self, target: Target, place: str | None, deadline_s: float) -> Verdict:
        """Asks once; returns within the deadline and a little, and never raises for what the network does."""


class NoPlaceError(Exception):
    """The place can't be entered: the probe saw nothing."""


@contextmanager
def within(place: str | None) -> Iterator[None]:
    """Runs the block with this thread in the network namespace at a path.

    A namespace belongs to a thread, so that probes from many places run side by side in one process: no program is
    started for a probe. Raises `NoPlaceError`.
    """
    if place is None:
        yield
        return
    try:
        wanted = os.open(place, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        raise NoPlaceError(f"{place}: {error.strerror}") from error
    try:
        home = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        try:
            _enter(wanted, place)
            try:
                yield
            finally:
                _enter(home, "home")
        finally:
            os.close(home)
    finally:
        os.close(wanted)


def _enter(descriptor: int, name: str) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.setns(descriptor, _CLONE_NEWNET) != 0:
        raise NoPlaceError(f"{name}: {os.strerror(ctypes.get_errno())}")
