"""Catalogues: Chinese is the language of the messages themselves, every other language has a folder here."""

from __future__ import annotations

import gettext
from pathlib import Path

_HERE = Path(__file__).parent
_DOMAIN = "yunqi"


def load_catalogue(language: str) -> gettext.NullTranslations:
    """The catalogue of a language such as `en` or `en_GB`; one that changes nothing for Chinese and for unknown ones.

    A catalogue that was never compiled (`make setup` does it) counts as unknown: Chinese words are better than none.

    >>> load_catalogue("zh_CN").gettext("合同")
    '合同'
    """
    if language.startswith("zh"):
        return gettext.NullTranslations()
    return gettext.translation(_DOMAIN, _HERE, [language], fallback=True)


def list_languages() -> list[str]:
    """The languages there are, Chinese first.

    >>> list_languages()
    ['zh_CN', 'en']
    """
    return ["zh_CN", *sorted(path.name for path in _HERE.iterdir() if (path / "LC_MESSAGES").is_dir())]
