"""Words that a user sees: Chinese message ids, translated at the edge through gettext catalogues."""

from __future__ import annotations

import gettext
import re
from collections.abc import Mapping
from contextvars import ContextVar

from yunqi.kernel.errors import Words, YunqiError

_SHOWN_LENGTH = 80
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_catalogue: ContextVar[gettext.NullTranslations] = ContextVar("catalogue", default=gettext.NullTranslations())  # noqa: B039


def use_catalogue(catalogue: gettext.NullTranslations) -> None:
    """Sets the catalogue that `_` translates with in this context."""
    _catalogue.set(catalogue)


def _(message: str, **values: object) -> str:
    """The message in the user's language, its {places} filled.

    >>> _("共 {count} 行", count=3)
    '共 3 行'
    """
    text = _catalogue.get().gettext(message) if message else ""
    return text.format(**values) if values else text


def choose_words(words: Mapping[str, str]) -> str:
    """Of words that data carries in several languages ({"zh": …, "en": …}) those in the user's; Chinese where none is.

    >>> choose_words({"zh": "云硬盘", "en": "Disk"})
    '云硬盘'
    """
    language = _catalogue.get().info().get("language", "zh")[:2]
    return words.get(language) or words["zh"]


def render_error(error: YunqiError) -> str:
    """One line for a person: the sentence, then the way out, with the full stop of the language of the words."""
    sentence, way_out = render_sentence(error), render_way_out(error)
    stop = error.stop or ("。" if _(error.sentence) == error.sentence else ". ")
    return f"{sentence}{stop}{way_out}" if way_out else sentence


def render_sentence(error: YunqiError) -> str:
    """What is wrong, in the user's language, without the way out."""
    return _fill(_(error.sentence), error)


def render_way_out(error: YunqiError) -> str:
    """What the user can do about it, "" when there is nothing."""
    return _fill(_(error.way_out), error) if error.way_out else ""


def given_error(
    kind: type[YunqiError], code: str, sentence: str, *, way_out: str = "", field: str = "", value: str = ""
) -> YunqiError:
    """An error whose words came ready made from another installation: they are rendered as they are.

    >>> from yunqi.kernel.errors import Problem
    >>> render_error(given_error(Problem, "a.b", "No {such} thing", way_out="Look again"))
    'No {such} thing. Look again'
    """
    error = kind(code, _verbatim(sentence), field=field, way_out=_verbatim(way_out), value=value)
    error.stop = "。" if _CHINESE.search(way_out or sentence) else ". "
    return error


def _verbatim(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def value_of(error: YunqiError) -> str:
    """The value that the error is about, as it may be shown; "" where it is about none."""
    value = error.values.get("value", error.values.get(error.field.replace("-", "_"), ""))
    return render_value("" if value is None else value)


def render_value(value: object) -> str:
    """A value as an error shows it: short, and without characters that could act on a terminal."""
    text = str(value)
    cut = text[:_SHOWN_LENGTH] + ("…" if len(text) > _SHOWN_LENGTH else "")
    return "".join(char if char.isprintable() else f"\\x{ord(char):02x}" for char in cut)


def _fill(text: str, error: YunqiError) -> str:
    try:
        return text.format(**{key: _said(value) for key, value in error.values.items()})
    except (KeyError, IndexError, ValueError):
        return text


def _said(value: object) -> str:
    if isinstance(value, tuple):
        return _("、").join(_said(one) for one in value)
    return _(value) if isinstance(value, Words) else str(value)
