"""Which posts a contract wants manned day and night. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_CONTINUOUS = re.compile(r"7\s*[*×xX]\s*24|24\s*小时(?:不间断|值守|值班)|全天候")
_WORDS: Mapping[str, re.Pattern[str]] = {
    "onsite": re.compile(r"现场|驻场|在岗|无人值守"),
    "hotline": re.compile(r"热线|电话"),
    "monitoring": re.compile(r"监控|监测|巡检|值守"),
}
_TEXTS = ("obligations", "baseline_services", "unpriced_services", "kpis", "price_lines")
_FIELDS = ("text", "name", "value")


def find_continuous(contract: Mapping[str, Any]) -> dict[str, Mapping[str, Any] | None]:
    """The posts that a contract wants manned day and night, each with the source of the words that say so.

    >>> text = {"text": "提供7*24小时服务热线", "source": None}
    >>> sorted(find_continuous({"obligations": [text, {"text": "7×24 小时现场值守", "source": None}]}))
    ['hotline', 'monitoring', 'onsite']
    """
    found: dict[str, Mapping[str, Any] | None] = {}
    for row in (one for key in _TEXTS for one in contract.get(key) or ()):
        words = " ".join(str(row.get(name) or "") for name in _FIELDS)
        if _CONTINUOUS.search(words):
            for post, pattern in _WORDS.items():
                if pattern.search(words):
                    found.setdefault(post, row.get("source"))
    return found
