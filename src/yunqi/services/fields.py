"""Fields that several services share: names, sizes, and what a wrong value is told."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any, Literal, get_args, get_origin

import annotated_types
from pydantic import AfterValidator, Field, ValidationError
from pydantic.fields import FieldInfo

from yunqi.kernel.errors import Problem
from yunqi.kernel.words import _, render_value
from yunqi.services.base import Spec

_NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)
_LARGEST_PREFIX, _SMALLEST_PREFIX = 16, 28
_PRIVATE = tuple(ipaddress.IPv4Network(block) for block in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))

GIB = 2**30
"""Bytes of the "GB" that the contracts count memory and disks in."""


def check_name(name: str, field: str = "name") -> str:
    """The same name, when it is one; raises `Problem` name.invalid.

    Names become host names and parts of file names: lower-case letters, digits and inner hyphens, at most 63.

    Source: RFC 1123, section 2.1 (labels of host names).

    >>> check_name("web-1")
    'web-1'
    """
    if _NAME.fullmatch(name) is None:
        raise Problem(
            "name.invalid",
            "名称「{value}」不可用",
            field=field,
            value=render_value(name),
            way_out="请使用 1 到 63 个小写字母、数字或连字符，且首尾不是连字符，例如 web-1",
        )
    return name


def _check_reference(value: str) -> str:
    if _NAME.fullmatch(value) is None:
        raise ValueError("name")
    return value


def _check_cidr(value: str) -> str:
    try:
        network = ipaddress.IPv4Network(value)
    except ValueError as error:
        raise ValueError("cidr") from error
    inside = any(network.subnet_of(block) for block in _PRIVATE)
    if "/" not in value or not inside or not _LARGEST_PREFIX <= network.prefixlen <= _SMALLEST_PREFIX:
        raise ValueError("cidr")
    return str(network)


Reference = Annotated[str, AfterValidator(_check_reference), Field(json_schema_extra={"allowed": "name"})]
"""The name of another resource of the same tenant."""

PrivateCidr = Annotated[str, AfterValidator(_check_cidr), Field(json_schema_extra={"allowed": "cidr"})]
"""A private IPv4 network from /16 to /28, without host bits (RFC 1918)."""

Count = int
"""A whole number."""

Amount = Decimal
"""An exact decimal."""

Grade = Literal["normal", "high"]
"""Storage grades: 普通性能 and 高性能."""


def parse_spec(model: type[Spec], fields: Mapping[str, Any]) -> Spec:
    """The validated spec; raises `Problem` spec.invalid, spec.missing or spec.unknown for the first wrong field."""
    try:
        return model.model_validate(dict(fields))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise _translate(model, first["type"], ".".join(str(part) for part in first["loc"]), first["input"]) from error


def _translate(model: type[Spec], kind: str, field: str, value: object) -> Problem:
    if kind == "extra_forbidden":
        known = "、".join(sorted(model.model_fields))
        return Problem(
            "spec.unknown",
            "没有名为「{name}」的规格项",
            field=render_value(field),
            name=render_value(field),
            known=known,
            way_out="可填写的规格项：{known}",
        )
    info = model.model_fields.get(field.split(".", maxsplit=1)[0])
    allowed = render_allowed(info) if info else ""
    if kind == "missing":
        return Problem(
            "spec.missing",
            "缺少规格项「{name}」",
            field=field,
            name=field,
            allowed=allowed,
            way_out="请填写：{allowed}",
        )
    return Problem(
        "spec.invalid",
        "规格项「{name}」的值「{value}」不在允许范围内",
        field=field,
        name=field,
        value=render_value(value),
        allowed=allowed,
        way_out="允许的取值：{allowed}",
    )


def render_allowed(info: FieldInfo) -> str:
    """What a field may hold, in words, from its bounds."""
    extra = info.json_schema_extra
    named = extra.get("allowed") if isinstance(extra, dict) else None
    if named == "name":
        return _("已有资源的名称（小写字母、数字、连字符）")
    if named == "cidr":
        return _("私有网段，前缀 /16 至 /28，例如 10.64.1.0/24")
    choices = _choices(info.annotation)
    if choices:
        return "、".join(choices)
    low = high = step = None
    for bound in info.metadata:
        low = bound.ge if isinstance(bound, annotated_types.Ge) else low
        high = bound.le if isinstance(bound, annotated_types.Le) else high
        step = bound.multiple_of if isinstance(bound, annotated_types.MultipleOf) else step
    if info.annotation is Decimal and step is not None:
        return _("{low} 到 {high}，以 {step} 为一级", low=str(low), high=str(high), step=str(step))
    return _("{low} 到 {high} 的整数", low=str(low), high=str(high))


def _choices(annotation: object) -> Sequence[str]:
    if get_origin(annotation) is Literal:
        return [str(choice) for choice in get_args(annotation)]
    return []
