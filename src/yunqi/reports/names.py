"""Names for the codes and ids within a statement's texts: incidents by number, a month's figures by what they are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from yunqi.contract.clauses.coefficient.rule import APART
from yunqi.kernel.money import render_yuan
from yunqi.reports import figures
from yunqi.reports.words import metric_word, object_word, severity_word
from yunqi.settlement.lateness import LATE
from yunqi.settlement.model import Statement
from yunqi.settlement.readings import choice_label, point_of, render_question

_ID = re.compile(r"[a-z]{2,5}-[0-9a-z]+(?:-[0-9a-z]+)*")
_MONTHLY = re.compile(r"(availability|average|outages)\.([^\s:：；、]+):(20\d\d-\d\d)")
_HANDED_IN = re.compile(rf"\b({'|'.join(APART)}):(20\d\d-\d\d)")
_ROW = re.compile(r"\b(severe|minor)#(\d+)")
_LEVEL = re.compile(r"\b([AB])\.(interruption|tampering|data_loss|intrusion)\b")
_QUOTED = re.compile(r"“([a-z_]+)”")
_NUMBERED = re.compile(r"\s*#(\d+)")
_GROUP = re.compile(r"^(\d+): ")
_READING = re.compile(r"^([a-z_.]+) = (\S+)$")


class Names:
    """What a statement's ids and codes are called."""

    def __init__(self, statement: Statement) -> None:
        self._numbers = {incident.id: incident.number for incident in statement.incidents}
        self._objects = {
            name.removeprefix("object."): object_word(node.label)
            for name, node in statement.trace.items()
            if name.startswith("object.")
        }
        self._objects |= {str(key): str(name) for key, name in dict(statement.contract.get("systems") or {}).items()}
        numbered = list(enumerate(statement.open_points, 1))
        self._points = {point.code: no for no, point in reversed(numbered)}
        self._points |= {f"{LATE}@{item['event']}": no for no, point in numbered for item in point.items}
        self._titles = sorted(statement.titles.items(), key=lambda pair: -len(pair[0]))

    def show(self, text: str) -> str:
        """The text with every id and code of ours said in words.

        >>> names = Names(Statement.model_construct(incidents=(), trace={}, contract={}, open_points=(), titles={}))
        >>> names.show("average.response:2026-03 附件2 #7"), names.show("availability.platform:2026-10")
        ('2026年3月平均响应时间 附件2第7行', '2026年10月云平台整体可用性')
        """
        for event, title in self._titles:
            text = text.replace(event, title)
        text = _MONTHLY.sub(self._monthly, metric_word(text))
        text = _HANDED_IN.sub(lambda found: figures.month(found[2]) + metric_word(found[1]), text)
        text = _ID.sub(lambda found: self._numbers.get(found[0], found[0]), text)
        text = _ROW.sub(lambda found: f"{severity_word(found[1])}行为表第{found[2]}行", text)
        text = _LEVEL.sub(lambda found: f"{found[1]}级{metric_word(found[2])}", text)
        text = _QUOTED.sub(lambda found: f"“{metric_word(found[1])}”", text)
        text = _GROUP.sub(r"第 \1 组：", text)
        return _NUMBERED.sub(r"第\1行", text)

    def show_all(self, texts: Iterable[str]) -> str:
        """Several texts in a row, each once."""
        return "、".join(dict.fromkeys(self.show(text) for text in texts))

    def needs(self, codes: Iterable[str]) -> str:
        """What a figure still hangs on: the numbers of the open points, else the questions."""
        numbers = sorted({self._points[code] for code in codes if code in self._points})
        others = [self.question(code) for code in codes if code not in self._points]
        listed = [f"待定事项第 {'、'.join(str(number) for number in numbers)} 项"] if numbers else []
        return "；".join([*listed, *others])

    def question(self, code: str) -> str:
        """The question that a code stands for, with the event it is asked of."""
        if point_of(code) is None:
            return self.show(code)
        subject = code.partition("@")[2]
        return self.show(render_question(code)) + (f"（{self.show(subject)}）" if subject else "")

    def reading(self, text: str) -> str:
        """A node's reading: what was agreed, or what it still hangs on."""
        agreed = _READING.match(text)
        if agreed is not None and point_of(agreed[1]) is not None:
            return f"{render_question(agreed[1])}{choice_label(agreed[1], agreed[2])}"
        return self.needs(text.split("；"))

    def _monthly(self, found: re.Match[str]) -> str:
        kind, rest, month = found.groups()
        if kind == "average":
            named = metric_word(f"{rest}_average")
        elif rest == "average":
            named = "全部对象平均可用性"
        else:
            what = "可用性" if kind == "availability" else "宕机"
            named = f"{self._objects.get(rest, object_word(rest))}{what}"
        return figures.month(month) + named


def amount_choice(item: Mapping[str, Any]) -> str:
    """The amount of a choice: one figure, or the bounds between which it lies; nothing where none is known."""
    if item.get("amount_fen") not in {None, ""}:
        return f"{render_yuan(int(item['amount_fen']))} 元"
    if item.get("low_fen") not in {None, ""} and item.get("high_fen") not in {None, ""}:
        return f"{render_yuan(int(item['low_fen']))} 元至 {render_yuan(int(item['high_fen']))} 元"
    return ""
