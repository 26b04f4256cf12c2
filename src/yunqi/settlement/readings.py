"""The open points that contracts may have, as data: question, choices, why it matters."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

import yaml

from yunqi.kernel.errors import Problem
from yunqi.kernel.words import _
from yunqi.settlement.titles import rest_title

PointKind = Literal["reading", "adjudication", "evidence"]


@dataclass(frozen=True, slots=True)
class Point:
    """One kind of open point; `code` ends in * where the rest names a clause."""

    code: str
    kind: PointKind
    question: str
    why: str
    choices: tuple[tuple[str, str], ...]


@cache
def load_points() -> tuple[Point, ...]:
    """All kinds, in the order of the data."""
    data = yaml.safe_load((files(__package__) / "readings.yaml").read_text("utf-8"))
    return tuple(
        Point(one["code"], one["kind"], one["question"], one["why"], tuple(one["choices"].items())) for one in data
    )


@cache
def point_of(code: str) -> Point | None:
    """The kind of a code such as `gap.severe#7` or `severity.重大影响@inc-1`; None for a code that is none."""
    name = code.partition("@")[0]
    for point in load_points():
        if point.code == name or (point.code.endswith("*") and name.startswith(point.code[:-1])):
            return point
    return None


def render_question(code: str, name: str | None = None) -> str:
    """The question that a code stands for, in words; `name` is what its rest is called."""
    point = point_of(code)
    if point is None:
        return code
    rest = code.partition("@")[0].partition(".")[2]
    return _(point.question, rest=name or rest_title(rest))


def render_why(code: str) -> str:
    """Why an open point matters, in words; "" for a code that is none."""
    point = point_of(code)
    return "" if point is None else _(point.why)


def choice_label(code: str, value: str) -> str:
    """The word for a choice: of the data, or a row's name; the value itself where there is neither."""
    point = point_of(code)
    label = dict(point.choices).get(value) if point else None
    return rest_title(value) if label is None else _(label)


def check_reading(code: str, value: str) -> None:
    """Raises `Problem` reading.code for a code that no contract can leave open, reading.value for a choice that is
    none.
    """
    point = point_of(code)
    if point is None or point.kind != "reading" or "@" in code:
        raise Problem(
            "reading.code",
            "「{point}」不是可以约定的事项",
            field="code",
            point=code,
            codes="、".join(one.code for one in load_points() if one.kind == "reading"),
            way_out="应为其中之一：{codes}",
        )
    choices = [choice for choice, _label in point.choices]
    if not point.choices or (code.startswith("gap.") and "#" in value):
        return
    if value not in choices:
        raise Problem(
            "reading.value",
            "「{point}」不能约定为「{value}」",
            field="value",
            point=code,
            value=value,
            choices="、".join(choices),
            way_out="应为其中之一：{choices}",
        )
