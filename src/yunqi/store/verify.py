"""Checking evidence: every hash, link, count and signature, and which record is wrong."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from yunqi.kernel.clock import parse_instant
from yunqi.kernel.period import date_of
from yunqi.kernel.words import _
from yunqi.store.records import ENCODING_ERRORS, FORMAT, compute_genesis, compute_sm3_of_lines, extend_spans
from yunqi.store.signing import verify_signature

_SUFFIX = re.compile(rb'(?:,"signature":"([0-9a-f]*)")?,"sm3":"([0-9a-f]{64})","type":"([a-z]+)"\}')
_PREFIX = b'{"data":'
_FACT_START = re.compile(rb'\{"at":"[^"\\]*","contract":"([^"\\]*)","id":"([^"\\]*)",')
_FACT_END = re.compile(rb',"position":([0-9]+),"previous":"([0-9a-f]*)","recorded_at":"')
_FINDING_LIMIT = 100
_STAGES = {"bundle": 0, "key": 1, "result": 2, "fact": 3, "verdict": 3, "root": 3, "unsealed": 4, "end": 5}


@dataclass(frozen=True, slots=True)
class Finding:
    """One record that is not as it was: which, and what differs. `code` is stable; `record` names it for a person."""

    code: str
    record: str
    contract: str = ""
    position: int | None = None
    fact: str | None = None
    day: str | None = None
    line: int | None = None
    detail: str = ""


@dataclass(slots=True)
class VerifyReport:
    """What was checked, what was found wrong. `unsigned`: sealed facts after the last root, chained but not signed."""

    contract: str = ""
    facts: int = 0
    verdict_days: int = 0
    results: int = 0
    roots: int = 0
    unsealed: int = 0
    unsigned: int = 0
    key_ids: tuple[str, ...] = ()
    last_root_sm3: str | None = None
    findings: list[Finding] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings


def verify_file(
    path: Path, *, expected_roots: Mapping[str, str] | None = None, trusted_keys: frozenset[str] | None = None
) -> VerifyReport:
    """Checks an exported file, reading it once.

    `expected_roots` (day -> hash) are roots that the reader has from elsewhere; `trusted_keys` are the key ids that the
    reader trusts: without either, a file rewritten whole with a new key can't be told from the true one.
    """
    with path.open("rb") as file:
        return verify_lines(file, expected_roots=expected_roots, trusted_keys=trusted_keys)


def verify_lines(
    lines: Iterable[bytes],
    *,
    expected_roots: Mapping[str, str] | None = None,
    trusted_keys: frozenset[str] | None = None,
    whole: bool = True,
) -> VerifyReport:
    """Checks the lines of an evidence file, each with its newline; not `whole`: without the last, the file's hash."""
    reader = _Reader(expected_roots or {}, trusted_keys, whole=whole)
    for line in lines:
        reader.take(line)
        if len(reader.report.findings) >= _FINDING_LIMIT:
            return reader.report
    reader.finish()
    return reader.report


class _Reader:
    """Walks through the lines in order, keeping only what later lines are checked against."""

    def __init__(self, expected_roots: Mapping[str, str], trusted_keys: frozenset[str] | None, *, whole: bool) -> None:
        self.report = VerifyReport()
        self._expected_roots = dict(expected_roots)
        self._trusted = trusted_keys
        self._whole = whole
        self._line = 0
        self._stage = 0
        self._all = hashlib.new("sm3")
        self._empty = hashlib.new("sm3")
        self._previous = ""
        self._keys: dict[str, str] = {}
        self._results: dict[tuple[str, ...], _Results] = {}
        self._days: dict[str, list[str]] = {}
        self._seen_days: set[tuple[str, ...]] = set()
        self._root_previous = ""
        self._last_position = 0
        self._ended = False

    def take(self, raw: bytes) -> None:
        """Checks one line."""
        self._line += 1
        if self._ended:
            self._find("line.after_end", _("第 {line} 行", line=self._line))
            return
        cut = raw.rfind(b',"signature":"' if raw.endswith(b',"type":"root"}\n') else b',"sm3":"')
        tail = _SUFFIX.fullmatch(raw[cut:-1]) if cut > 0 and raw[-1:] == b"\n" else None
        if tail is None or not raw.startswith(_PREFIX):
            self._find("line.form", _("第 {line} 行", line=self._line), detail=_guess(raw))
            self._all.update(raw)
            return
        line = _Line(raw[len(_PREFIX) : cut], tail[2].decode(), (tail[1] or b"").decode())
        kind = tail[3].decode()
        if self._whole and kind != "end":
            self._all.update(raw)
        digest = self._empty.copy()
        digest.update(line.data)
        line.sound = digest.hexdigest() == line.sm3
        stage = _STAGES.get(kind, -1)
        if stage < self._stage or (self._line == 1) != (kind == "bundle"):
            self._find("line.order", _("第 {line} 行（{kind}）", line=self._line, kind=kind), detail=_guess(raw))
            return
        self._stage = stage
        if kind == "fact":
            self._take_fact(line)
            return
        value = _parse(line.data)
        if value is None:
            self._find("line.form", _("第 {line} 行（{kind}）", line=self._line, kind=kind), detail=_guess(raw))
            return
        takers = {
            "bundle": self._take_bundle,
            "key": self._take_key,
            "result": self._take_result,
            "verdict": self._take_verdict,
            "root": self._take_root,
            "unsealed": self._take_unsealed,
            "end": self._take_end,
        }
        takers[kind](value, line)

    def finish(self) -> None:
        """Checks what only the end can show."""
        if self._whole and not self._ended:
            self._find("file.cut", _("文件末尾"), detail=_("缺少结束行"))
        for day in sorted(self._days):
            self._find("verdict.unsigned", _("{day} 封存的判定日没有对应的日根", day=day), day=day)
        self.report.unsigned = self.report.facts - self._last_position
        for day, sm3 in self._expected_roots.items():
            self._find("root.missing", _("{day} 的日根", day=day), day=day, detail=sm3)

    def _take_fact(self, line: _Line) -> None:
        data = line.data
        start, cut = _FACT_START.match(data), data.rfind(b',"position":')
        end = _FACT_END.match(data, cut) if cut > 0 else None
        place = self.report.facts + 1
        self.report.facts = place
        if start is None or end is None:
            self._find("fact.form", _("第 {position} 条事实", position=place), position=place, detail=_guess(data))
            self._previous = line.sm3
            return
        fact, position, previous = start[2].decode(errors="replace"), int(end[1]), end[2].decode()
        name = _("第 {position} 条事实 {fact}", position=position, fact=fact)
        if not line.sound:
            self._find("fact.changed", name, position=position, fact=fact)
        elif start[1].decode(errors="replace") != self.report.contract:
            self._find("fact.contract", name, position=position, fact=fact)
        if position != place:
            detail = _("此处应为第 {place} 条", place=place)
            self._find("fact.position", name, position=position, fact=fact, detail=detail)
        if previous != self._previous:
            self._find("fact.link", name, position=position, fact=fact, detail=_("与前一条的哈希不相接"))
        self._previous = line.sm3

    def _take_result(self, value: dict[str, Any], line: _Line) -> None:
        self.report.results += 1
        at = str(value.get("at"))
        stream = (str(value.get("object")), str(value.get("probe")), str(value.get("origin")))
        if not line.sound:
            name = _("探测记录 {stream} {at}", stream=" ".join(stream), at=at)
            self._find("result.changed", name, day=at[:10])
        place = (_beijing_day(at), *stream)
        if place not in self._results:
            self._results[place] = _Results(self._empty.copy())
        self._results[place].add(line.data, at, str(value.get("until")), str(value.get("verdict")))

    def _take_bundle(self, value: dict[str, Any], line: _Line) -> None:
        self.report.contract = str(value.get("contract"))
        genesis = compute_genesis(self.report.contract, str(value.get("document_sm3")))
        self._previous = self._root_previous = genesis
        if not line.sound or value.get("genesis") != genesis or value.get("format") != FORMAT:
            self._find("header.changed", _("文件头"))

    def _take_key(self, value: dict[str, Any], line: _Line) -> None:
        key_id, public_key = str(value.get("key_id")), str(value.get("public_key"))
        try:
            right = hashlib.new("sm3", bytes.fromhex(public_key)).hexdigest() == key_id
        except ValueError:
            right = False
        if not line.sound or not right:
            self._find("key.changed", _("公钥 {key}", key=key_id[:16]))
        elif self._trusted is not None and key_id not in self._trusted:
            self._find("key.untrusted", _("公钥 {key}", key=key_id[:16]))
        self._keys[key_id] = public_key
        self.report.key_ids = (*self.report.key_ids, key_id)

    def _take_verdict(self, value: dict[str, Any], line: _Line) -> None:
        self.report.verdict_days += 1
        place = tuple(str(value.get(name)) for name in ("day", "object", "probe", "origin"))
        name = _("判定日 {place}", place=" ".join(place))
        self._days.setdefault(str(value.get("sealed_on")), []).append(line.sm3)
        if not line.sound or value.get("contract") != self.report.contract or place in self._seen_days:
            self._find("verdict.changed", name, day=place[0])
        self._seen_days.add(place)
        raw = self._results.pop(place, None)
        if raw is not None and raw.digest.hexdigest() != value.get("raw_sm3"):
            detail = _("原始探测记录现有 {now} 条，封存时 {then} 条", now=raw.count, then=value.get("probes"))
            if raw.spans != value.get("spans"):
                span = _first_difference(raw.spans, value.get("spans"))
                detail = _("{detail}；首个不同的时段 {span}", detail=detail, span=span)
            self._find("verdict.results", name, day=place[0], detail=detail)

    def _take_root(self, value: dict[str, Any], line: _Line) -> None:
        self.report.roots += 1
        day = str(value.get("day"))
        first, last = value.get("first_position"), value.get("last_position")
        hashes = self._days.pop(day, [])
        key = self._keys.get(str(value.get("key_id")), "")
        text = line.data.decode(errors=ENCODING_ERRORS)
        verdicts_sm3 = compute_sm3_of_lines(hashes)
        checks = {
            "root.changed": line.sound and value.get("contract") == self.report.contract,
            "root.link": value.get("previous") == self._root_previous,
            "root.positions": (first, last) == (self._last_position + 1, self.report.facts),
            "root.chain": value.get("chain_sm3") == self._previous,
            "root.verdicts": (value.get("verdict_count"), value.get("verdicts_sm3")) == (len(hashes), verdicts_sm3),
            "root.key": key != "",
            "root.signature": verify_signature(key, line.signature, text),
            "root.expected": self._expected_roots.pop(day, line.sm3) == line.sm3,
        }
        for code, right in checks.items():
            if not right:
                self._find(code, _("{day} 的日根", day=day), day=day)
        self._root_previous = self.report.last_root_sm3 = line.sm3
        self._last_position = last if isinstance(last, int) else self.report.facts

    def _take_unsealed(self, value: dict[str, Any], line: _Line) -> None:
        self.report.unsealed += 1
        if not line.sound:
            fact = str(value.get("id"))
            self._find("unsealed.changed", _("待封存的事实 {fact}", fact=fact), fact=fact)

    def _take_end(self, value: dict[str, Any], line: _Line) -> None:
        self._ended = True
        if not line.sound or value.get("lines") != self._line - 1:
            detail = _("共 {count} 行，结束行写明 {given} 行", count=self._line - 1, given=value.get("lines"))
            self._find("file.end", _("结束行"), detail=detail)
        elif value.get("lines_sm3") != self._all.hexdigest() and not self.report.findings:
            self._find("file.changed", _("文件"), detail=_("内容与结束行的哈希不一致"))

    def _find(self, code: str, record: str, **more: Any) -> None:
        self.report.findings.append(Finding(code, record, self.report.contract, line=self._line, **more))


@dataclass(slots=True)
class _Line:
    """The parts of a line: the record's bytes, the hash and signature it claims, whether the hash is right."""

    data: bytes
    sm3: str
    signature: str
    sound: bool = False


@dataclass(slots=True)
class _Results:
    """The raw results of one stream day as they pass by."""

    digest: Any
    count: int = 0
    spans: list[list[Any]] = field(default_factory=list)

    def add(self, data: bytes, at: str, until: str, verdict: str) -> None:
        """Takes the next result."""
        self.digest.update(data + b"\n")
        self.count += 1
        extend_spans(self.spans, at, until, verdict)


def _guess(raw: bytes) -> str:
    """Whatever of the record can still be read, so that a line whose frame is damaged is named too."""
    found = re.search(rb'"id":"([^"]{1,60})"', raw)
    place = re.search(rb'"position":([0-9]{1,18})', raw)
    words = []
    if found:
        words.append(_("事实 {fact}", fact=found[1].decode(errors="replace")))
    if place:
        words.append(_("位置 {position}", position=place[1].decode()))
    return " ".join(words)


def _parse(data: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(data)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _beijing_day(at: str) -> str:
    try:
        return date_of(parse_instant(at)).isoformat()
    except ValueError:
        return ""


def _first_difference(now: list[Any], then: Any) -> str:
    for one, other in zip(now, then if isinstance(then, list) else [], strict=False):
        if one != other:
            return f"{one[0]}–{one[1]}"
    return f"{now[-1][0]}–{now[-1][1]}" if now else ""
