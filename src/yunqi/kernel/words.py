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
    """One line for a person: the sentence, then the way out."""
    values = {key: str(value) for key, value in error.values.items()}
    sentence = _(error.sentence)
    way_out = _(error.way_out) if error.way_out else ""
    try:
        sentence, way_out = sentence.format(**values), way_out.format(**values)
    except (KeyError, IndexError, ValueError):
        pass
    return f"{sentence}。{way_out}" if way_out else sentence
