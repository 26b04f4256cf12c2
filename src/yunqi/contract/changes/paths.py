"""Paths into contract data: `price_lines[3].quantity`; what stands there, and of what type it must be."""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Mapping, MutableMapping, MutableSequence, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from yunqi.contract.model import Contract
from yunqi.kernel.errors import Problem
from yunqi.kernel.words import render_value

Step = str | int
_STEP = re.compile(r"([a-z][a-z0-9_]*)|\[(\d{1,6})\]")
_PROTECTED = frozenset({"file", "findings", "uncertain", "settled", "unread", "coverage"})


@dataclass(frozen=True, slots=True)
class Place:
    """A place in contract data: its steps, the type a value there must have, and the model it is a field of."""

    path: str
    steps: tuple[Step, ...]
    annotation: Any
    model: type[BaseModel] | None

    @property
    def name(self) -> str:
        """The last name in the path: `quantity` of `price_lines[3].quantity`."""
        return next((step for step in reversed(self.steps) if isinstance(step, str)), "")


def parse_path(path: str) -> tuple[Step, ...]:
    """The steps of a path; raises `Problem` contract.path for what is none.

    >>> parse_path("penalties.coefficients[2].measures")
    ('penalties', 'coefficients', 2, 'measures')
    """
    steps: list[Step] = []
    at = 0
    while at < len(path):
        if path[at] == "." and steps:
            at += 1
        match = _STEP.match(path, at)
        if match is None or (match[1] is None and not steps):
            raise _unknown(path)
        steps.append(match[1] if match[1] is not None else int(match[2]))
        at = match.end()
    if not steps:
        raise _unknown(path)
    return tuple(steps)


def find_place(path: str) -> Place:
    """The place that a path names in the form of a contract.

    Raises `Problem` contract.path for what the form does not have, and for what nobody enters (file, findings …).
    """
    steps = parse_path(path)
    if steps[0] in _PROTECTED:
        raise _unknown(path)
    annotation: Any = Contract
    model: type[BaseModel] | None = None
    for step in steps:
        inner = _plain(annotation)
        if isinstance(step, int):
            if typing.get_origin(inner) is not list:
                raise _unknown(path)
            annotation, model = typing.get_args(inner)[0], None
        elif isinstance(inner, type) and issubclass(inner, BaseModel):
            field = _field(inner, step)
            if field is None:
                raise _unknown(path)
            annotation, model = field.annotation, inner
        elif typing.get_origin(inner) is dict:
            annotation, model = typing.get_args(inner)[1], None
        else:
            raise _unknown(path)
    return Place(path, steps, annotation, model)


def read_at(data: Mapping[str, Any], path: str) -> Any:
    """What stands at a path; None where a list ends before it or a part is null.

    >>> read_at({"bond": None, "systems": [{"name": "甲"}]}, "systems[0].name")
    '甲'
    """
    found: Any = data
    for step in parse_path(path):
        if isinstance(step, int):
            found = found[step] if isinstance(found, Sequence) and step < len(found) else None
        else:
            found = found.get(step) if isinstance(found, Mapping) else None
        if found is None:
            return None
    return found


def write_at(data: MutableMapping[str, Any], path: str, value: Any) -> None:
    """Puts a value at a path, in place; one past the end of a list adds to it.

    Raises `Problem` contract.path when what holds the place is not there.
    """
    steps = parse_path(path)
    holder: Any = data
    for step in steps[:-1]:
        if isinstance(step, int):
            holder = holder[step] if isinstance(holder, MutableSequence) and step < len(holder) else None
        else:
            holder = holder.get(step) if isinstance(holder, MutableMapping) else None
    last = steps[-1]
    if isinstance(last, int) and isinstance(holder, MutableSequence) and last <= len(holder):
        if last == len(holder):
            holder.append(value)
        else:
            holder[last] = value
    elif isinstance(last, str) and isinstance(holder, MutableMapping):
        holder[last] = value
    else:
        raise _absent(path)


def remove_at(data: MutableMapping[str, Any], path: str) -> Any:
    """Takes the item of a list at a path out, in place, and returns it; those behind it move up.

    Raises `Problem` contract.path when there is none.
    """
    holder, at = _item(data, path)
    if at >= len(holder):
        raise _absent(path)
    return holder.pop(at)


def insert_at(data: MutableMapping[str, Any], path: str, value: Any) -> None:
    """Puts an item back into a list at a path, in place; those from there on move down."""
    holder, at = _item(data, path)
    holder.insert(at, value)


def is_item(path: str) -> bool:
    """Whether a path names an item of a list.

    >>> is_item("price_lines[3]"), is_item("price_lines[3].no")
    (True, False)
    """
    return path.endswith("]")


def _item(data: MutableMapping[str, Any], path: str) -> tuple[MutableSequence[Any], int]:
    steps = parse_path(path)
    at = steps[-1]
    holder = read_at(data, path[: path.rindex("[")]) if isinstance(at, int) else None
    if not isinstance(holder, MutableSequence) or not isinstance(at, int):
        raise _absent(path)
    return holder, at


def _field(model: type[BaseModel], name: str) -> FieldInfo | None:
    for key, field in model.model_fields.items():
        if (field.alias or key) == name:
            return field
    return None


def _plain(annotation: Any) -> Any:
    """A type without its None."""
    if typing.get_origin(annotation) in (types.UnionType, typing.Union):
        rest = [one for one in typing.get_args(annotation) if one is not type(None)]
        return rest[0] if len(rest) == 1 else annotation
    return annotation


def plain_type(place: Place) -> Any:
    """The type of a place without its None."""
    return _plain(place.annotation)


def may_be_null(place: Place) -> bool:
    """Whether a place may stay empty."""
    return type(None) in typing.get_args(place.annotation) or place.annotation is Any


def _unknown(path: str) -> Problem:
    return Problem(
        "contract.path",
        "合同数据中没有「{path}」这一项，或不能由人填写",
        field="path",
        path=render_value(path),
        way_out="请从「未能确定」或合同数据中选择要填写的项，例如 price_lines[0].quantity",
    )


def _absent(path: str) -> Problem:
    return Problem(
        "contract.path_absent",
        "这份合同的数据中没有「{path}」",
        field="path",
        path=render_value(path),
        way_out="请先填写它所在的上一项，或核对序号（从 0 起）",
    )
