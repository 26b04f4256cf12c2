"""Identifiers: a kind, then 26 characters that sort by time of making (UUIDv7 in Crockford base 32)."""

from __future__ import annotations

import os
import re
import threading
import time
from typing import NewType

OrganisationId = NewType("OrganisationId", str)
PersonId = NewType("PersonId", str)
TenantId = NewType("TenantId", str)
SystemId = NewType("SystemId", str)
ContractId = NewType("ContractId", str)
ResourceId = NewType("ResourceId", str)
WorkOrderId = NewType("WorkOrderId", str)
IncidentId = NewType("IncidentId", str)
StatementId = NewType("StatementId", str)

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_lock = threading.Lock()
_last = 0
_FORM = re.compile(r"^[a-z]{2,5}-[0-9a-hjkmnp-tv-z]{26}$")


def make_id(kind: str) -> str:
    """A new id such as `srv-01k…`. Those of one process ascend, also within one millisecond.

    Source: RFC 9562, sections 5.7 and 6.2 (method 2).

    >>> ids = [make_id("srv") for _ in range(1000)]
    >>> ids == sorted(ids) and len(set(ids)) == 1000
    True
    """
    global _last  # noqa: PLW0603 - the one counter of this process
    number = (time.time_ns() // 1_000_000 << 80) | int.from_bytes(os.urandom(10), "big")
    number = number & ~(0xF << 76) | (7 << 76)
    number = number & ~(0x3 << 62) | (2 << 62)
    with _lock:
        number = _last = max(number, _last + 1)
    return kind + "-" + "".join(_ALPHABET[number >> shift & 31] for shift in range(125, -1, -5))


def is_id(text: str) -> bool:
    """Whether the text has the form of an id."""
    return bool(_FORM.fullmatch(text))


def short(identifier: str) -> str:
    """The last eight characters, as used in names of network interfaces (at most 15 characters long)."""
    return identifier[-8:]
