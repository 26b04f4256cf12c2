"""What is said of a request whose fields can't be taken, alike wherever that is found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from yunqi.kernel.errors import Problem, YunqiError
from yunqi.kernel.words import _, given_error, render_value
from yunqi.wire.base import FieldError

_TOLD = 20


def read_field_errors(errors: Iterable[Any]) -> tuple[FieldError, ...]:
    """The first of pydantic's errors, each with its field, its value, what is wrong and what may stand there."""
    return tuple(_read(each) for each in islice(errors, _TOLD))


def invalid_request(errors: tuple[FieldError, ...]) -> YunqiError:
    """The `Problem` request.invalid that names the first of the fields that can't be taken."""
    first = errors[0]
    words = _("请求中的「{field}」不可用：{sentence}", field=first.field, sentence=first.sentence)
    return given_error(Problem, "request.invalid", words, way_out=first.way_out, field=first.field, value=first.value)


def _read(each: Mapping[str, Any]) -> FieldError:
    where = [str(part) for part in each["loc"] if part not in ("body", "query", "path", "header")]
    kind, context = each["type"], each.get("ctx") or {}
    if kind == "missing":
        sentence, way_out = _("缺少"), _("请填写此项")
    elif kind == "extra_forbidden":
        sentence, way_out = _("没有这一项"), _("请去掉此项，或查看接口文档")
    elif kind in {"json_invalid", "json_type"}:
        sentence, way_out = _("请求体不是可用的 JSON"), _("请按 JSON 书写请求体")
    else:
        sentence = _("值不在允许范围内")
        bounds = "、".join(f"{name}={render_value(value)}" for name, value in context.items() if name != "error")
        way_out = _("允许的取值：{bounds}", bounds=bounds) if bounds else _("请查看接口文档中此项的取值")
    value = "" if kind in {"missing", "json_invalid"} else render_value(each.get("input", ""))
    return FieldError(field=".".join(where) or "body", value=value, sentence=sentence, way_out=way_out)
