"""The receivers of a report at the console: how it travels to each, and for whom a receipt may be recorded."""

from __future__ import annotations

from typing import Any

from yunqi.kernel.words import _
from yunqi.wire.reports import ReportDetail, ReportRow

WAYS = {
    "platform": "本平台",
    "paper": "当面递交纸质件",
    "mail": "电子邮件",
    "courier": "快递",
    "fax": "传真",
    "exchange": "公文交换",
    "other": "其他",
}
_SENT = ("delivered", "received")


def way_choices() -> list[tuple[str, str]]:
    """How a report may travel, in words."""
    return [(code, _(WAYS[code])) for code in WAYS]


def receivers_words(row: ReportRow) -> str:
    """All its receivers."""
    return "、".join([row.receiver, *(one.organisation for one in row.others)])


def is_to_be_sent(one: ReportRow) -> bool:
    """Whether it is still to be sent to one of its receivers."""
    waits = any(each.delivered_at is None for each in one.others)
    return one.state == "approved" or (one.state in _SENT and waits)


def takers_of(found: ReportDetail) -> list[tuple[str, str]]:
    """For whom the caller may record a receipt now: for its own organisation, or as the sender for each."""
    one = found.entry
    waiting = [(one.receiver_id, one.receiver)] if one.state == "delivered" else []
    waiting += [
        (each.organisation_id, each.organisation)
        for each in one.others
        if each.delivered_at is not None and each.received_at is None
    ]
    return waiting if found.side == "author" else [each for each in waiting if each[0] == found.mine]


def others_rows(one: ReportRow) -> list[dict[str, Any]]:
    """Its further receivers, with the way in words."""
    return [each.model_dump() | {"way": _(WAYS[each.way]) if each.way in WAYS else each.way} for each in one.others]
