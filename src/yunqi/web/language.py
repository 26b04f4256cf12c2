"""The language of a request: the cookie, else what the browser asks for, else Chinese."""

from __future__ import annotations

from functools import cache
from gettext import NullTranslations

from starlette.requests import HTTPConnection

from yunqi.locale import load_catalogue

COOKIE = "yunqi_language"
LANGUAGES = {"zh": "zh-CN", "en": "en"}
"""Our word for a language, and that of HTML."""
NAMES = (("zh", "中文"), ("en", "English"))
"""What each calls itself."""


def find_language(request: HTTPConnection) -> str:
    """`zh` or `en`."""
    chosen = request.cookies.get(COOKIE, "")
    if chosen in LANGUAGES:
        return chosen
    ranked: list[tuple[float, str]] = []
    for part in request.headers.get("accept-language", "")[:200].split(","):
        tag, _semicolon, weight = part.strip().partition(";q=")
        try:
            ranked.append((-float(weight or 1), tag.lower()[:2]))
        except ValueError:
            continue
    known = [tag for _weight, tag in sorted(ranked, key=lambda each: each[0]) if tag in LANGUAGES]
    return known[0] if known else "zh"


@cache
def catalogue_of(language: str) -> NullTranslations:
    """The words of a language."""
    return load_catalogue(language)
