"""The evidence file: every line's form and hash, the chain, the verdict days, the roots and their signatures."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from .calendar_time import day_of, read_instant
from .digests import canonical, new_sm3, signature_is_right, sm3
from .findings import Findings, UnreadableError

FORMAT = "yunqi-evidence-1"
ORDER = {"bundle": 0, "key": 1, "result": 2, "fact": 3, "verdict": 3, "root": 3, "unsealed": 4, "end": 5}
Place = tuple[str, str, str]
_LATE = timedelta(hours=1)


@dataclass
class Ledger:
    """What the evidence file holds once it is read: facts in their order, raw results and verdict days by stream."""

    head: Mapping[str, Any] = field(default_factory=dict)
    facts: list[Mapping[str, Any]] = field(default_factory=list)
    results: dict[Place, list[Mapping[str, Any]]] = field(default_factory=dict)
    days: list[Mapping[str, Any]] = field(default_factory=list)
    roots: list[Mapping[str, Any]] = field(default_factory=list)
    root_hashes: dict[str, str] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    unsealed: int = 0
    unsigned: int = 0
    lines: int = 0

    @property
    def contract(self) -> str:
        """The id of the contract."""
        return str(self.head.get("contract"))

    def of_kind(self, kind: str, known_at: str | None = None) -> list[Mapping[str, Any]]:
        """The facts of one kind, as known at an instant."""
        return [
            one
            for one in self.facts
            if one["kind"] == kind and (known_at is None or str(one["recorded_at"]) <= known_at)
        ]


class ChainReader:
    """Goes through the lines once."""

    def __init__(self, found: Findings, roots: Mapping[str, str], trusted: frozenset[str]) -> None:
        self.ledger = Ledger()
        self._found = found
        self._held = dict(roots)
        self._trusted = trusted
        self._previous = self._root_before = ""
        self._position = self._signed = self._stage = 0
        self._sealed_at = ""
        self._whole = new_sm3()
        self._day_hashes: dict[str, list[str]] = {}
        self._seen: set[tuple[str, ...]] = set()
        self._raw: dict[tuple[str, ...], Any] = {}
        self._ended = False

    def read(self, lines: Iterable[bytes]) -> Ledger:
        """The ledger; raises `UnreadableError` for a file that is no evidence file."""
        for raw in lines:
            self.ledger.lines += 1
            self._take(raw)
        self._finish()
        return self.ledger

    def _take(self, raw: bytes) -> None:
        place = f"evidence.jsonl:{self.ledger.lines}"
        if self._ended:
            self._found.blame("chain.after_end", place, "文件结束行之后还有内容")
            return
        line = _parse(raw)
        if line is None:
            if self.ledger.lines == 1:
                raise UnreadableError("不是云契的证据文件")
            self._whole.update(raw)
            self._found.blame("chain.form", place, "这一行不是规范的记录")
            return
        kind, data, given = line["type"], line["data"], line["sm3"]
        if kind != "end":
            self._whole.update(raw)
        stage = ORDER.get(kind, -1)
        if stage < self._stage or (self.ledger.lines == 1) != (kind == "bundle"):
            self._found.blame("chain.order", place, f"「{kind}」记录的次序不对")
            return
        self._stage = stage
        place = _name(kind, data, place)
        if sm3(canonical(data)) != given:
            self._found.blame("chain.changed", place, "内容已被改动，与其摘要不符")
        if kind not in {"bundle", "key", "end"} and data.get("contract") != self.ledger.contract:
            self._found.blame("chain.other_contract", place, "属于另一份合同")
        try:
            getattr(self, f"_take_{kind}")(data, given, place, line)
        except (ValueError, KeyError, TypeError, AttributeError):
            self._found.blame("chain.form", place, "记录缺少应有的内容")

    def _take_bundle(self, data: Mapping[str, Any], _given: str, place: str, _line: Mapping[str, Any]) -> None:
        self.ledger.head = data
        genesis = sm3(f"{data.get('contract')}{data.get('document_sm3')}".encode())
        if data.get("format") != FORMAT:
            raise UnreadableError(f"证据文件的格式「{data.get('format')}」无法识别")
        if data.get("genesis") != genesis:
            self._found.blame("chain.genesis", place, "链的起点不是由这份合同及其正文算出的")
        self._previous = self._root_before = genesis

    def _take_key(self, data: Mapping[str, Any], _given: str, place: str, _line: Mapping[str, Any]) -> None:
        if sm3(bytes.fromhex(data["public_key"])) != data["key_id"]:
            self._found.blame("chain.key", place, "密钥编号与公钥不符")
        if self._trusted and data["key_id"] not in self._trusted:
            self._found.blame("chain.untrusted_key", place, "不是您所信任的签名密钥")
        self.ledger.keys[data["key_id"]] = data["public_key"]

    def _take_result(self, data: Mapping[str, Any], _given: str, place: str, _line: Mapping[str, Any]) -> None:
        at, until = read_instant(data["at"]), read_instant(data["until"])
        if at >= until:
            self._found.blame("chain.form", place, "探测结果的结束不晚于开始")
        stream = (data["object"], data["probe"], data["origin"])
        self.ledger.results.setdefault(stream, []).append(data)
        day = (day_of(at).isoformat(), *stream)
        self._raw.setdefault(day, new_sm3()).update(canonical(data) + b"\n")

    def _take_fact(self, data: Mapping[str, Any], given: str, place: str, _line: Mapping[str, Any]) -> None:
        self._position += 1
        if data["position"] != self._position:
            self._found.blame("chain.gap", place, f"此处应为第 {self._position} 条")
            self._position = data["position"]
        if data["previous"] != self._previous:
            self._found.blame("chain.link", place, "没有接在前一条之后")
        if data["sealed_at"] < self._sealed_at or data["recorded_at"] > data["sealed_at"]:
            self._found.blame("chain.time", place, "封存时间早于记录时间，或早于前一条")
        if self.ledger.roots and self._is_hidden(data):
            self._found.blame("chain.late", place, "自称在上一个日根签署之前已记录，却在其后才封存")
        self._previous, self._sealed_at = given, data["sealed_at"]
        self.ledger.facts.append(data)

    def _is_hidden(self, data: Mapping[str, Any]) -> bool:
        closed_at = read_instant(self.ledger.roots[-1]["closed_at"])
        return read_instant(data["recorded_at"]) < closed_at - _LATE

    def _take_verdict(self, data: Mapping[str, Any], given: str, place: str, _line: Mapping[str, Any]) -> None:
        key = (data["day"], data["object"], data["probe"], data["origin"])
        if key in self._seen:
            self._found.blame("chain.twice", place, "同一判定日出现两次")
        self._seen.add(key)
        self._day_hashes.setdefault(data["sealed_on"], []).append(given)
        raw = self._raw.get(key)
        if raw is None:
            self._found.blame("chain.no_results", place, "文件中没有它的原始探测结果")
        elif raw.hexdigest() != data["raw_sm3"]:
            self._found.blame("chain.results", place, "原始探测结果不是封存时的那些")
        self.ledger.days.append(data)

    def _take_root(self, data: Mapping[str, Any], given: str, place: str, line: Mapping[str, Any]) -> None:
        hashes = self._day_hashes.pop(data["day"], [])
        listed = sm3("".join(f"{one}\n" for one in hashes).encode())
        if (data["verdict_count"], data["verdicts_sm3"]) != (len(hashes), listed):
            self._found.blame("chain.days", place, "判定日不是签署时的那些")
        if (data["first_position"], data["last_position"]) != (self._signed + 1, self._position):
            self._found.blame("chain.span", place, "所签的记录范围与文件不符")
        if data["chain_sm3"] != self._previous:
            self._found.blame("chain.root", place, "所签的链与文件不符")
        if data["previous"] != self._root_before:
            self._found.blame("chain.root_link", place, "没有接在前一个日根之后")
        before = self.ledger.roots[-1] if self.ledger.roots else None
        if before is not None and (data["day"] <= before["day"] or data["closed_at"] < before["closed_at"]):
            self._found.blame("chain.root_order", place, "日根的日期或签署时间倒退")
        if day_of(read_instant(data["closed_at"])) <= date.fromisoformat(data["day"]):
            self._found.blame("chain.root_early", place, "该日尚未结束就已签署")
        key = self.ledger.keys.get(data["key_id"])
        if key is None or not signature_is_right(key, line["signature"], canonical(data)):
            self._found.blame("chain.signature", place, "签名不对")
        if before is not None and before["key_id"] != data["key_id"]:
            self._found.note("chain.key_changed", place, "自此日起换用了另一把签名密钥，请向管理单位核对")
        if self._held.pop(data["day"], given) != given:
            self._found.blame("chain.held_root", place, "与您手中留存的日根不符")
        self.ledger.roots.append(data)
        self.ledger.root_hashes[data["day"]] = given
        self._root_before, self._signed = given, data["last_position"]

    def _take_unsealed(self, data: Mapping[str, Any], _given: str, place: str, _line: Mapping[str, Any]) -> None:
        if "position" in data:
            self._found.blame("chain.form", place, "未封存的事实不应有次序")
        self.ledger.unsealed += 1
        self.ledger.facts.append(data)

    def _take_end(self, data: Mapping[str, Any], _given: str, place: str, _line: Mapping[str, Any]) -> None:
        self._ended = True
        if (data["lines"], data["lines_sm3"]) != (self.ledger.lines - 1, self._whole.hexdigest()):
            self._found.blame("chain.end", place, "文件的内容不是导出时的那些")

    def _finish(self) -> None:
        if not self.ledger.head:
            raise UnreadableError("证据文件是空的")
        if not self._ended:
            self._found.blame("chain.cut", "evidence.jsonl", "文件不完整，结尾已缺失")
        self._found.blame_all("chain.days", (f"root {day}" for day in self._day_hashes), "判定日没有日根签署")
        self._found.blame_all("chain.held_root", (f"root {day}" for day in self._held), "您手中的日根不在文件中")
        self.ledger.unsigned = self._position - self._signed
        last = self.ledger.roots[-1]["day"] if self.ledger.roots else ""
        late = [day for day in sorted(self._raw) if day not in self._seen and day[0] <= last]
        self._found.blame_all(
            "chain.unsealed_day", (" ".join(day) for day in late), "日根已签，当日的探测结果却没有判定日"
        )


def _name(kind: str, data: Mapping[str, Any], place: str) -> str:
    words = [data.get(key) for key in ("position", "id", "day", "object", "probe", "origin", "at", "key_id")]
    shown = " ".join(str(word) for word in words if word is not None)
    return f"{kind} {shown}" if shown else place


def _parse(raw: bytes) -> dict[str, Any] | None:
    try:
        line = json.loads(raw)
        same = canonical(line) + b"\n" == raw
    except (ValueError, RecursionError):
        return None
    if not same or not isinstance(line, dict) or not {"data", "sm3", "type"} <= set(line):
        return None
    if set(line) - {"data", "sm3", "type"} != ({"signature"} if line["type"] == "root" else set()):
        return None
    return line if isinstance(line["data"], dict) and isinstance(line["type"], str) else None
