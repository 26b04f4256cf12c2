"""Words that a user sees: Chinese message ids, translated at the edge through gettext catalogues."""

from __future__ import annotations

import gettext
from contextvars import ContextVar

from yunqi.kernel.errors import YunqiError

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


def render_error(error: YunqiError) -> str:
    """One line for a person: the sentence, then the way out, with the full stop of the language of the words."""
    sentence, way_out = render_sentence(error), render_way_out(error)
    stop = "。" if _(error.sentence) == error.sentence else ". "
    return f"{sentence}{stop}{way_out}" if way_out else sentence


def render_sentence(error: YunqiError) -> str:
    """What is wrong, in the user's language, without the way out."""
    return _fill(_(error.sentence), error)


def render_way_out(error: YunqiError) -> str:
    """What the user can do about it, "" when there is nothing."""
    return _fill(_(error.way_out), error) if error.way_out else ""


def _fill(text: str, error: YunqiError) -> str:
    try:
        return text.format(**{key: str(value) for key, value in error.values.items()})
    except (KeyError, IndexError, ValueError):
        return text
