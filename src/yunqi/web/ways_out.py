"""The way out of a refusal as the console tells it: where it names a command, the page that does the same.

A refusal is worded once for everybody; somebody at a browser has no command line. What only the machine itself does
(`yunqi stop`, `yunqi restore` and the like) stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from markupsafe import Markup, escape

from yunqi.kernel.words import _
from yunqi.web.console import PREFIX
from yunqi.web.navigation import list_groups

PAGES: Mapping[str, str] = {
    "account": "/accounts",
    "allocation": "/allocations",
    "bond": "/payments",
    "contract": "/contracts",
    "evidence": "/evidence",
    "incident": "/incidents",
    "month": "/statements",
    "obligation": "/obligations",
    "organisation": "/people",
    "payment": "/payments",
    "reading": "/contracts",
    "register": "/registers",
    "report": "/reports",
    "statement": "/statements",
    "system": "/systems",
    "tenant": "/tenants",
}
"""The page for each group of commands."""
AT_THE_MACHINE = frozenset({"evidence export", "evidence package"})
"""Commands of such a group that are meant to be given at the machine all the same."""
_COMMAND = re.compile(r"yunqi ([a-z][a-z-]*)(?: ([a-z][a-z-]*))?(?: [\u4e00-\u9fff]+)*")


def page_words(path: str) -> str:
    """What the page is called in the side bar, or by itself where it has no place there."""
    if path == "/tenants":
        return _("租户")
    return next(entry.words for group in list_groups() for entry in group.entries if entry.path == path)


def way_out_words(text: str) -> Markup:
    """The way out, each command in it replaced by a link to the page that does it."""
    parts, at = [], 0
    for found in _COMMAND.finditer(text):
        group, verb = found.group(1), found.group(2) or ""
        path = "" if f"{group} {verb}" in AT_THE_MACHINE else PAGES.get(group, "")
        if not path:
            continue
        parts += [
            escape(text[at : found.start()]),
            _link(f"{PREFIX}{path}", _("「{page}」页面", page=page_words(path))),
        ]
        at = found.end()
    return Markup("").join([*parts, escape(text[at:])])


def _link(address: str, words: str) -> Markup:
    return Markup('<a class="yq-way" href="{}">{}</a>').format(address, words)
