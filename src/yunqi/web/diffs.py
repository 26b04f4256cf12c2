"""What changed from one version to the next: field by field, and within a text word by word."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from markupsafe import Markup

from yunqi.web.figures import nothing

_PIECES = re.compile(r"[A-Za-z0-9.,%]+|\s+|.", re.DOTALL)
_MAX_PIECES = 4000


@dataclass(frozen=True, slots=True)
class Change:
    """One field: its name in words, what stood there and what stands there now."""

    name: str
    before: Markup
    after: Markup
    kind: Literal["added", "removed", "changed", "same"]


def compare(
    before: Mapping[str, Any], after: Mapping[str, Any], names: Mapping[str, str], *, same: bool = False
) -> list[Change]:
    """The fields that differ, in the order of `names` (key to words), then others; with `same` the rest, too."""
    keys = [*names, *(key for key in {**before, **after} if key not in names)]
    found = []
    for key in keys:
        old, new = before.get(key), after.get(key)
        name = names.get(key, key)
        if old == new:
            if same and old is not None:
                found.append(Change(name, _plain(old), _plain(new), "same"))
        elif old is None:
            found.append(Change(name, nothing(), Markup("<ins>{}</ins>").format(str(new)), "added"))
        elif new is None:
            found.append(Change(name, Markup("<del>{}</del>").format(str(old)), nothing(), "removed"))
        else:
            found.append(Change(name, *compare_text(str(old), str(new)), "changed"))
    return found


def compare_text(before: str, after: str) -> tuple[Markup, Markup]:
    """Both texts, what was taken away marked in the first, what was added in the second.

    >>> [str(each) for each in compare_text("99.9%", "99.99%")]
    ['<del>99.9%</del>', '<ins>99.99%</ins>']
    """
    old, new = _PIECES.findall(before), _PIECES.findall(after)
    if max(len(old), len(new)) > _MAX_PIECES:
        shapes = Markup("<del>{}</del>"), Markup("<ins>{}</ins>")
        return shapes[0].format(before), shapes[1].format(after)
    left, right = Markup(""), Markup("")
    for kind, old_from, old_to, new_from, new_to in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, come = "".join(old[old_from:old_to]), "".join(new[new_from:new_to])
        if kind == "equal":
            left += gone
            right += come
            continue
        if gone:
            left += Markup("<del>{}</del>").format(gone)
        if come:
            right += Markup("<ins>{}</ins>").format(come)
    return left, right


def _plain(value: Any) -> Markup:
    return Markup("{}").format(str(value))
