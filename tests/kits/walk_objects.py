"""Objects that the walk over all rights asks for, valid in form."""

from __future__ import annotations

OBSERVED = {
    "object": "platform",
    "probe": "tcp",
    "start_at": "2026-01-01T00:00:00Z",
    "end_at": "2026-01-01T00:01:00Z",
    "verdict": "up",
}
INVOICE = {
    "number": "26112000000000000001",
    "issued_on": "2026-01-05",
    "received_on": "2026-01-06",
    "seller_tax_id": "91350100M000100Y43",
    "rate": "6%",
    "net": "100.00",
    "tax": "6.00",
    "total": "106.00",
}
SHIFT = {
    "post": "onsite",
    "telephone": "010-12345678",
    "start_at": "2031-01-01T00:00:00Z",
    "end_at": "2031-01-01T08:00:00Z",
}
