"""What a person enters at a place of the contract data: its kind, checked against the form, in the form's own words."""

from __future__ import annotations

import json
import re
import typing
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, TypeAdapter, ValidationError

from yunqi.contract.catalogue import load_catalogue
from yunqi.contract.changes.paths import Place, may_be_null, plain_type
from yunqi.contract.clauses.base import Duration
from yunqi.contract.numbers import DATE, DURATION, PERCENT, find_amounts, read_date, read_duration, read_share
from yunqi.kernel.errors import Problem
from yunqi.kernel.money import decimal_text, parse_decimal, parse_share, parse_yuan
from yunqi.kernel.words import _, render_value

Kind = Literal[
    "fen", "share", "decimal", "date", "duration", "whole", "yes_no", "choice", "item", "text", "list", "form"
]
"""What a place holds. `choice`: one of some words; `list` and `form`: JSON of the documented form."""

_SHARES = frozenset({"share", "rate"})
_DECIMALS = frozenset({"unit_price", "quantity", "threshold", "coefficient", "min", "max", "value", "divisor"})
_FEN = frozenset({"cap"})
_OPERATORS = (">=", ">", "<=", "<")
CHOICES: Mapping[str, tuple[str, ...]] = {
    "operator": _OPERATORS,
    "min_operator": (">=", ">"),
    "max_operator": ("<=", "<"),
    "statistic": ("each", "average"),
    "window": ("day", "month", "quarter", "year", "term"),
    "clock_start": ("occurrence", "notice", "response"),
    "joined": ("and", "or"),
    "table": ("severe", "minor"),
    "level": ("A", "B"),
    "kind": ("daily", "percentage", "fixed", "per_case", "per_period"),
    "starts_from": ("date", "signature", "activation"),
    "from": ("date", "signature", "activation"),
}
"""Words that a name allows. Others may be there in a contract read earlier; nobody enters them anew."""
_DURATION_UNITS = ("minute", "hour", "day", "working_day", "month", "year")
_YES_NO = {"是": True, "否": False, "yes": True, "no": False, "true": True, "false": False}


def kind_of(place: Place) -> Kind:
    """What kind of value a place holds."""
    inner = plain_type(place)
    name = place.name
    if inner is date:
        return "date"
    if isinstance(inner, type) and issubclass(inner, Duration):
        return "duration"
    if typing.get_origin(inner) is list:
        return "list"
    if (isinstance(inner, type) and issubclass(inner, BaseModel)) or typing.get_origin(inner) is dict:
        return "form"
    if inner is bool:
        return "yes_no"
    if inner is int:
        return "fen" if name.endswith("_fen") or name in _FEN else "whole"
    return _kind_of_text(place, name)


def _kind_of_text(place: Place, name: str) -> Kind:
    if name in CHOICES or typing.get_origin(plain_type(place)) is Literal:
        return "choice"
    if name in _SHARES:
        return "share"
    if name in _DECIMALS and not isinstance(place.steps[-1], int):
        return "decimal"
    return "item" if name == "item" else "text"


def choices_of(place: Place) -> tuple[str, ...]:
    """The words that a place of kind `choice` allows; () for others."""
    inner = plain_type(place)
    if typing.get_origin(inner) is Literal:
        return tuple(str(one) for one in typing.get_args(inner))
    return CHOICES.get(place.name, ()) if kind_of(place) == "choice" else ()


def check_value(place: Place, value: Any) -> Any:
    """The value as it is kept at a place (plain JSON); raises `Problem` contract.value for what can't stand there.

    None says that the text states nothing there; it is taken where the form allows it.
    """
    if value is None:
        if not may_be_null(place):
            raise _refused(place, value, _("这一项不能为空"))
        return None
    if kind_of(place) in ("fen", "whole") and (isinstance(value, bool) or not isinstance(value, int)):
        raise _refused(place, value, _("应为整数"))
    if kind_of(place) == "yes_no" and not isinstance(value, bool):
        raise _refused(place, value, _("应为是或否"))
    try:
        made = TypeAdapter(place.annotation).validate_python(value)
    except ValidationError as error:
        raise _refused(place, value, _("与合同数据的格式不符")) from error
    kept = TypeAdapter(place.annotation).dump_python(made, mode="json", by_alias=True)
    _check_meaning(place, kept)
    return kept


def _check_meaning(place: Place, value: Any) -> None:
    """What types alone don't say: decimals are decimals, money is not negative, words are known ones."""
    if isinstance(value, Mapping):
        inner = plain_type(place)
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            for name, field in inner.model_fields.items():
                key = field.alias or name
                if value.get(key) is not None:
                    part = Place(f"{place.path}.{key}", (*place.steps, key), field.annotation, inner)
                    _check_meaning(part, value[key])
        return
    if isinstance(value, list):
        annotation = typing.get_args(plain_type(place))
        for index, one in enumerate(value):
            part = Place(f"{place.path}[{index}]", (*place.steps, index), annotation[0] if annotation else Any, None)
            _check_meaning(part, one)
        return
    check = _CHECKS.get(kind_of(place))
    if check is not None:
        check(place, value)
    if place.name == "unit" and place.model is not None and issubclass(place.model, Duration):
        _require_word(place, value, _DURATION_UNITS)
    if place.name in ("no", "count", "months", "bundle") and isinstance(value, int) and value < 0:
        raise _refused(place, value, _("不能小于零"))


def _check_fen(place: Place, value: Any) -> None:
    if value < 0:
        raise _refused(place, value, _("金额不能小于零"))


def _check_decimal(place: Place, value: Any) -> None:
    if place.name == "value" and not re.search(r"\d", str(value)):
        return  # a key figure in words
    try:
        number = parse_decimal(str(value))
    except ValueError as error:
        raise _refused(place, value, _("应为数字")) from error
    if number < 0:
        raise _refused(place, value, _("不能小于零"))


def _check_choice(place: Place, value: Any) -> None:
    _require_word(place, value, choices_of(place))


def _check_item(place: Place, value: Any) -> None:
    if value not in load_catalogue():
        raise _refused(place, value, _("服务目录中没有这一项"))


def _require_word(place: Place, value: Any, words: tuple[str, ...]) -> None:
    if value not in words:
        raise Problem(
            "contract.value",
            "「{path}」不能填写「{value}」",
            field="value",
            path=place.path,
            value=render_value(value),
            words="、".join(words),
            way_out="应为其中之一：{words}",
        )


_CHECKS: Mapping[str, Callable[[Place, Any], None]] = {
    "fen": _check_fen,
    "share": _check_decimal,
    "decimal": _check_decimal,
    "choice": _check_choice,
    "item": _check_item,
}


def read_value(place: Place, text: str) -> Any:
    """The value that a person typed for a place, as contracts write it: 「1,234.50」 yuan, 「99.99%」, 「2026 年…日」,
    「十五个工作日」, 「是」; JSON for lists and forms; "" for null. Raises `Problem` contract.value.
    """
    words = text.strip()
    if not words:
        return check_value(place, None)
    kind = kind_of(place)
    try:
        return check_value(place, _READERS[kind](words) if kind in _READERS else words)
    except (ValueError, KeyError, ArithmeticError) as error:
        raise _refused(place, words, _("读不懂")) from error
    except Problem as error:
        if error.code.split(".")[0] in {"money", "share"}:
            raise _refused(place, words, _("读不懂")) from error
        raise


def _read_fen(words: str) -> int:
    amounts = list(find_amounts(words))
    if len(amounts) == 1 and amounts[0].fen is not None:
        return amounts[0].fen
    return parse_yuan(words)


def _read_share(words: str) -> str:
    plain = words.replace("％", "%")
    if re.fullmatch(PERCENT, plain):
        return read_share(plain)
    return decimal_text(parse_share(plain))


def _read_decimal(words: str) -> str:
    plain = words.replace(",", "").replace("，", "").replace("％", "%")
    return read_share(plain) if re.fullmatch(PERCENT, plain) else decimal_text(parse_decimal(plain))


def _read_date(words: str) -> str:
    plain = re.sub(r"\s", "", words)
    found = read_date(plain) if re.fullmatch(DATE, plain) else None
    if found is None:
        raise ValueError(words)
    return found.isoformat()


def _read_duration(words: str) -> Any:
    if words.startswith("{"):
        return json.loads(words)
    match = re.fullmatch(DURATION, re.sub(r"\s", "", words).replace("（", "(").replace("）", ")"))
    found = None if match is None else read_duration(match["count"], match["unit"])
    if found is None:
        raise ValueError(words)
    return {"count": found[0], "unit": found[1]}


_READERS: Mapping[str, Callable[[str], Any]] = {
    "fen": _read_fen,
    "share": _read_share,
    "decimal": _read_decimal,
    "date": _read_date,
    "duration": _read_duration,
    "whole": lambda words: int(words.replace(",", "")),
    "yes_no": lambda words: _YES_NO[words.lower()],
    "list": json.loads,
    "form": json.loads,
}


def _refused(place: Place, value: Any, reason: str) -> Problem:
    return Problem(
        "contract.value",
        "「{path}」不能填写「{value}」：{reason}",
        field="value",
        path=place.path,
        value=render_value(value),
        reason=reason,
        way_out="请按合同原文填写；金额以元为单位，日期如 2026-07-01，比例如 99.99%",
    )
