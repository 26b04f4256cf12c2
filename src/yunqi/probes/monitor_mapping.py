"""Which series of another monitoring system speaks of which object, and what its values mean: told, never guessed."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from yunqi.kernel.errors import Problem
from yunqi.kernel.money import parse_decimal
from yunqi.kernel.words import _
from yunqi.probes.foreign_rows import RowError, decode_text, load_foreign, refuse_rows
from yunqi.probes.monitor_series import render_labels

COLUMNS: Mapping[str, str] = {
    "match": "匹配",
    "object": "对象",
    "up": "正常条件",
    "hold": "有效秒数",
    "probe": "探测方式",
    "meter": "计量项",
    "scale": "倍数",
}
"""Each column in English and in Chinese; the first two must be there."""
LEFT_OUT = "-"
"""As an object: the series is left out on purpose."""
_CONDITION = re.compile(r"(>=|<=|>|<|=|≥|≤)?\s*(-?\d{1,18}(?:\.\d{1,9})?)")
_OPERATORS = {"≥": ">=", "≤": "<=", "": "="}
_HOLD = re.compile(r"\d{1,5}")
_LONGEST_HOLD_S = 7200
_LIMITS = {"object": 120, "probe": 20, "meter": 40}


@dataclass(frozen=True, slots=True)
class Condition:
    """What values are up: those that compare so with a number."""

    operator: str
    number: Decimal

    def holds(self, value: Decimal) -> bool:
        """Whether a value is up."""
        return {
            "=": value == self.number,
            ">": value > self.number,
            ">=": value >= self.number,
            "<": value < self.number,
            "<=": value <= self.number,
        }[self.operator]

    def render(self) -> str:
        """The condition as a mapping writes it."""
        return f"{self.operator}{self.number}"


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of a mapping. With `up` the series is seen as up and down; with `meter` its values are samples.

    `hold_s`: how long one value is taken to hold when no other follows. `scale`: what a value is multiplied by before
    it is rounded to a whole number. Without either, the series is left out on purpose.
    """

    row: int
    labels: Mapping[str, str]
    object: str
    up: Condition | None = None
    hold_s: int = 0
    probe: str = ""
    meter: str = ""
    scale: Fraction = Fraction(1)

    @property
    def name(self) -> str:
        """Its labels as the file writes them."""
        return render_labels(self.labels)

    def as_json(self) -> dict[str, Any]:
        """The row as it is kept with what was imported by it."""
        kept: dict[str, Any] = {"match": self.name, "object": self.object}
        if self.up is not None:
            kept |= {"up": self.up.render(), "hold_s": self.hold_s, "probe": self.probe}
        if self.meter:
            kept |= {"meter": self.meter, "scale": str(self.scale)}
        return kept


def read_mapping(source: Path | bytes, *, probe: str) -> tuple[Rule, ...]:
    """The rows of a mapping file; `probe` names the stream of a row that names none.

    Raises `Problem` mapping.columns and evidence.too_large, .encoding, .empty and .rows, which lists the bad rows.
    """
    lines = csv.reader(io.StringIO(decode_text(load_foreign(source)), newline=""))
    errors: list[RowError] = []
    try:
        names = [_column_of(one) for one in next(lines, [])]
        if missing := [name for name in ("match", "object") if names.count(name) != 1]:
            raise Problem(
                "mapping.columns",
                "对照表缺少列「{missing}」，或该列重复",
                field="mapping",
                missing="、".join(f"{COLUMNS[name]}({name})" for name in missing),
                way_out="可用的列见 docs/reference/evidence-monitors.md",
            )
        rows = [(lines.line_num, row) for row in lines if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise Problem(
            "evidence.unreadable",
            "第 {line} 行不是有效的 CSV：{reason}",
            field="mapping",
            line=lines.line_num,
            reason=error,
            way_out="请用表格软件另存为 CSV（逗号分隔）后重试",
        ) from error
    if not rows:
        raise Problem("evidence.empty", "文件中没有数据行", field="mapping", way_out="请逐行写明序列与对象")
    rules = [_read_rule(line, dict(zip(names, row, strict=False)), probe, errors) for line, row in rows]
    _refuse_twice(rules, errors)
    if errors:
        raise refuse_rows(errors, len(rows))
    return tuple(rules)


def _column_of(header: str) -> str | None:
    name = header.strip().lower()
    return next((column for column, word in COLUMNS.items() if name in {column, word}), None)


def _read_rule(line: int, cells: dict[str | None, str], probe: str, errors: list[RowError]) -> Rule:
    given = {name: cell.strip() for name, cell in cells.items() if name is not None}

    def refuse(field: str, reason: str) -> None:
        errors.append(RowError(line, field, given.get(field, ""), reason))

    labels = _read_labels(given.get("match", ""))
    if not labels:
        refuse("match", _("应为 标签=值，多个以分号隔开，例如 instance=10.0.0.1:9100; job=node"))
    subject = given.get("object", "")
    if not subject:
        refuse("object", _("不能为空；不导入的序列写 {mark}", mark=LEFT_OUT))
    for name, limit in _LIMITS.items():
        value = given.get(name, "")
        if len(value) > limit:
            refuse(name, _("超过 {limit} 个字", limit=limit))
        if not value.isprintable():
            refuse(name, _("含有不可见字符"))
    if subject == LEFT_OUT:
        return Rule(line, labels, subject)
    if bool(given.get("up")) == bool(given.get("meter")):
        refuse("up", _("正常条件(up)与计量项(meter)应填其一，也只填其一"))
        return Rule(line, labels, subject)
    if given.get("meter"):
        return Rule(line, labels, subject, meter=given["meter"], scale=_read_scale(given, refuse))
    matched, hold = _CONDITION.fullmatch(given["up"]), given.get("hold", "")
    if matched is None:
        refuse("up", _("应为比较条件，例如 =1、>=0.5、<=200"))
    if _HOLD.fullmatch(hold) is None or not 1 <= int(hold) <= _LONGEST_HOLD_S:
        refuse("hold", _("应为 1 至 {limit} 的整数：一个值最长算数多少秒", limit=_LONGEST_HOLD_S))
        hold = "1"
    condition = None
    if matched is not None:
        operator = matched[1] or ""
        condition = Condition(_OPERATORS.get(operator, operator), Decimal(matched[2]))
    return Rule(line, labels, subject, condition, int(hold), given.get("probe") or probe)


def _read_scale(given: Mapping[str, str], refuse: Any) -> Fraction:
    text = given.get("scale") or "1"
    try:
        scale = parse_decimal(text)
    except ValueError:
        scale = Fraction(0)
    if scale <= 0:
        refuse("scale", _("应为大于零的数字"))
    return scale


def _read_labels(text: str) -> dict[str, str]:
    """The labels of `a=b; c=d`; none for what is not so written."""
    labels: dict[str, str] = {}
    for part in re.split("[;；]", text):
        if not part.strip():
            continue
        name, equals, value = part.partition("=")
        if not equals or not name.strip() or name.strip() in labels:
            return {}
        labels[name.strip()] = value.strip().strip('"')
    return labels


def _refuse_twice(rules: list[Rule], errors: list[RowError]) -> None:
    seen: dict[str, int] = {}
    for rule in rules:
        if rule.name in seen:
            errors.append(RowError(rule.row, "match", rule.name, _("与第 {line} 行重复", line=seen[rule.name])))
        seen.setdefault(rule.name, rule.row)
