"""The codes that are found by their words alone: the patterns stand with the code, in the registry."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from yunqi.contract.clauses.base import Finding
from yunqi.contract.model import Contract
from yunqi.contract.outline import Outline
from yunqi.contract.review.codes import Code, find_by, load_codes
from yunqi.contract.review.passages import Passage, list_passages

_SHOWN = 6


def check_patterns(contract: Contract, outline: Outline) -> Iterator[Finding]:
    """One finding for each code with a pattern that stands in the text and that nothing in the text lifts."""
    passages = list_passages(outline)
    whole = "\n".join(passage.text for passage in passages)
    for code in load_codes().values():
        if code.find is None or (code.unless is not None and re.search(code.unless, whole)):
            continue
        if code.needs is not None and re.search(code.needs, whole) is None:
            continue
        hits = list(_hits(code, passages))
        if hits:
            values: dict[str, Any] = hits[0][1].groupdict(default="")
            yield find_by(code.code, [passage.source for passage, __ in hits[:_SHOWN]], **values)


def _hits(code: Code, passages: Sequence[Passage]) -> Iterator[tuple[Passage, re.Match[str]]]:
    for passage in passages:
        match = re.search(code.find or "", passage.text)
        if match is not None and not (code.unless_here and re.search(code.unless_here, passage.text)):
            yield passage, match


PATTERN_CHECKS = (check_patterns,)
