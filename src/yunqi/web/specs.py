"""A spec as a form: its fields from the JSON schema of a kind, what was typed as the values of a spec."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from yunqi.kernel.errors import Problem
from yunqi.kernel.words import _
from yunqi.web.forms import Form
from yunqi.wire.resources import KindInfo

Shape = Literal["integer", "decimal", "choice", "reference", "text"]


@dataclass(frozen=True, slots=True)
class SpecField:
    """One field of a spec's form. `refers`: the kind of the resources that it names."""

    name: str
    label: str
    shape: Shape
    unit: str = ""
    help: str = ""
    required: bool = False
    default: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    refers: str = ""


def plan_fields(kind: KindInfo, options: Mapping[str, Sequence[tuple[str, str]]] | None = None) -> list[SpecField]:
    """The fields of a kind's spec; `options`: for each field that names a resource those there are."""
    schema = kind.spec_schema
    required = set(schema.get("required", ()))
    fields = []
    for name, field in schema["properties"].items():
        words = kind.words.get(name)
        label = words.name if words else name
        refers = kind.references.get(name, "")
        shape, bounds = _shape_of(field, refers)
        if shape == "choice":
            known = words.choices if words else {}
            choices = tuple((str(value), known.get(str(value), str(value))) for value in field["enum"])
        else:
            choices = tuple((options or {}).get(name, ()))
        default = field.get("default")
        fields.append(
            SpecField(
                name=name,
                label=label,
                shape=shape,
                unit=words.unit if words else "",
                help=(words.help if words and words.help else "") or _range_words(bounds),
                required=name in required,
                default="" if default is None else str(default),
                choices=choices,
                refers=refers,
            )
        )
    return fields


def _shape_of(field: Mapping[str, Any], refers: str) -> tuple[Shape, Mapping[str, Any]]:
    if refers:
        return "reference", {}
    if "enum" in field:
        return "choice", {}
    ways: Iterable[Mapping[str, Any]] = field.get("anyOf", (field,))
    for way in ways:
        if way.get("type") == "integer":
            return "integer", way
        if way.get("type") == "number":
            return "decimal", way
    return "text", {}


def _range_words(bounds: Mapping[str, Any]) -> str:
    """The range in words, "" where there is none."""
    low, high, step = (_plain(bounds.get(name)) for name in ("minimum", "maximum", "multipleOf"))
    if low and high and step:
        return _("{low} 到 {high}，以 {step} 为一级", low=low, high=high, step=step)
    return _("{low} 到 {high}", low=low, high=high) if low and high else ""


def _plain(value: float | None) -> str:
    return "" if value is None else f"{Decimal(str(value)).normalize():f}"


def read_spec(fields: Iterable[SpecField], form: Form) -> dict[str, Any]:
    """What was typed as the values of a spec; what is empty is left out. Raises `Problem` form.number."""
    spec: dict[str, Any] = {}
    for field in fields:
        text = form.text(field.name)
        if not text:
            continue
        if field.shape == "integer":
            spec[field.name] = form.number(field.name)
        elif field.shape == "decimal":
            spec[field.name] = _decimal(field, text)
        else:
            spec[field.name] = text
    return spec


def _decimal(field: SpecField, text: str) -> str:
    plain = text.replace(",", "").replace("，", "")
    try:
        Decimal(plain)
    except InvalidOperation as error:
        raise Problem(
            "form.decimal", "「{value}」不是数字", field=field.name, value=text[:40], way_out="请填写数字，例如 8"
        ) from error
    return plain


def show_spec(kind: KindInfo, spec: Mapping[str, Any], names: Mapping[str, str]) -> list[tuple[str, str]]:
    """A spec in words; `names`: what the fields that name resources call them."""
    shown = []
    for field in plan_fields(kind):
        value = spec.get(field.name)
        if value is None:
            continue
        words = names.get(field.name) or dict(field.choices).get(str(value), str(value))
        shown.append((field.label, f"{words} {field.unit}".strip()))
    return shown
