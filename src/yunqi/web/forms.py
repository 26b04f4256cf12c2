"""What a form sent, what was wrong with it, and the tokens that say it came from one of our own pages, once."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from pydantic import ValidationError
from starlette.datastructures import FormData, UploadFile

from yunqi.kernel.clock import BEIJING
from yunqi.kernel.errors import Problem, YunqiError
from yunqi.kernel.words import _, render_sentence, render_way_out

CSRF_FIELD, KEY_FIELD = "_csrf", "_key"
_OWN = frozenset({CSRF_FIELD, KEY_FIELD})


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refusal in words, for a form: at which field, what, and the way out."""

    field: str
    sentence: str
    way_out: str
    code: str


@dataclass(frozen=True, slots=True)
class Form:
    """The values a form shows: what was typed, else what the page gives; and what is wrong with them."""

    values: Mapping[str, object] = field(default_factory=dict)
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    files: Mapping[str, UploadFile] = field(default_factory=dict)
    refusals: tuple[Refusal, ...] = ()
    key: str = field(default_factory=lambda: secrets.token_urlsafe(18))

    def key_of(self, *deed: str) -> str:
        """The key under which what this form asks happens once: sent again as it is, it is the same deed; sent with
        something else in it, or by another button of the page, it is another.
        """
        sent = json.dumps([self.key, deed, sorted(self.lists.items())])
        return hashlib.sha256(sent.encode(), usedforsecurity=False).hexdigest()[:40]

    def value(self, name: str) -> str:
        """What the field shows."""
        value = self.values.get(name)
        return "" if value is None else str(value)

    def chosen(self, name: str) -> tuple[str, ...]:
        """All values of a field that may have several (checkboxes, multiple choice)."""
        if name in self.lists:
            return self.lists[name]
        value = self.values.get(name)
        if value is None or value == "":
            return ()
        return tuple(str(each) for each in value) if isinstance(value, (list, tuple, set, frozenset)) else (str(value),)

    def refusal(self, name: str) -> Refusal | None:
        """What is wrong with the field."""
        return next((each for each in self.refusals if each.field == name), None)

    # --- reading what was sent ---

    def text(self, name: str) -> str:
        """The field without blanks around it, "" when it was not sent."""
        return self.value(name).strip()

    def optional(self, name: str) -> str | None:
        """The field without blanks around it, None when it is empty."""
        return self.text(name) or None

    def ticked(self, name: str) -> bool:
        """Whether a checkbox is ticked."""
        return self.value(name) not in {"", "0", "false"}

    def upload(self, name: str) -> UploadFile:
        """The file; raises `Problem` form.file when none was chosen."""
        found = self.files.get(name)
        if found is None or not found.filename:
            raise Problem("form.file", "没有选择文件", field=name, way_out="请选择一个文件，再提交")
        return found

    def number(self, name: str) -> int:
        """A whole number; raises `Problem` form.number for anything else."""
        text = self.text(name).replace(",", "").replace("，", "")
        try:
            return int(text)
        except ValueError as error:
            raise Problem(
                "form.number", "「{value}」不是整数", field=name, value=text[:40], way_out="请填写整数，例如 4"
            ) from error

    def day(self, name: str) -> date:
        """A date; raises `Problem` form.date."""
        text = self.text(name)
        try:
            return date.fromisoformat(text)
        except ValueError as error:
            raise Problem(
                "form.date", "「{value}」不是日期", field=name, value=text[:40], way_out="请填写日期，例如 2026-10-08"
            ) from error

    def instant(self, name: str) -> datetime:
        """A time of Beijing as an instant; raises `Problem` form.instant."""
        text = self.text(name)
        try:
            return datetime.fromisoformat(text).replace(tzinfo=BEIJING).astimezone(UTC)
        except (ValueError, OverflowError) as error:
            raise Problem(
                "form.instant",
                "「{value}」不是时间",
                field=name,
                value=text[:40],
                way_out="请填写北京时间，例如 2026-10-08 09:30",
            ) from error

    # --- after a refusal ---

    def refused(self, error: YunqiError | ValidationError) -> Form:
        """The same form, all that was typed kept, with what was wrong beside its field, and a fresh key."""
        return Form(self.values, self.lists, {}, refusals_of(error, self.values))


def refusals_of(error: YunqiError | ValidationError, fields: Collection[str] = ()) -> tuple[Refusal, ...]:
    """An error in words: one a field for what the model of a request refuses; `fields` are those of the form."""
    if isinstance(error, YunqiError):
        return (Refusal(error.field, render_sentence(error), render_way_out(error), error.code),)
    found = []
    for each in error.errors():
        places = [part for part in each["loc"] if isinstance(part, str)]
        name = next((part for part in reversed(places) if part in fields), places[0] if places else "")
        found.append(Refusal(name, _say_invalid(each), "", "request.invalid"))
    return tuple(found)


def _say_invalid(each: Mapping[str, Any]) -> str:
    """What the model of a request refuses in a value, in words."""
    kind, bounds = str(each["type"]), each.get("ctx") or {}
    value = each.get("input")
    if kind in {"missing", "string_too_short"} or value is None or value == "":
        return _("请填写")
    if "ge" in bounds or "gt" in bounds:
        least = bounds.get("ge", bounds.get("gt"))
        return _("应不小于 {least}", least=least) if "ge" in bounds else _("应大于 {least}", least=least)
    if "le" in bounds or "lt" in bounds:
        most = bounds.get("le", bounds.get("lt"))
        return _("应不大于 {most}", most=most) if "le" in bounds else _("应小于 {most}", most=most)
    if "max_length" in bounds:
        return _("最多 {count} 个字", count=bounds["max_length"])
    if kind.startswith("int"):
        return _("应为整数")
    if kind.startswith("date"):
        return _("应为日期")
    return _("填写的内容不合要求")


def form_of(data: FormData) -> Form:
    """What was sent, as a form."""
    values: dict[str, object] = {}
    lists: dict[str, tuple[str, ...]] = {}
    files: dict[str, UploadFile] = {}
    for name in data:
        if name in _OWN:
            continue
        sent = data.getlist(name)
        texts = tuple(each for each in sent if isinstance(each, str))
        if texts:
            values[name], lists[name] = texts[-1], texts
        upload = next((each for each in sent if isinstance(each, UploadFile)), None)
        if upload is not None:
            files[name] = upload
    key = data.get(KEY_FIELD)
    return Form(values, lists, files, key=key if isinstance(key, str) and key else secrets.token_urlsafe(18))
