"""Articles whose number is left out, given twice, or lost: every figure is read, and its source cites the article."""

from __future__ import annotations

import re

import pytest
from tests.kits.maker import make_contract
from tests.kits.maker.compare import measure
from tests.kits.maker.draft import Text
from tests.kits.maker.layouts import LAYOUTS

from yunqi.contract import read_contract
from yunqi.contract.coverage import each_source
from yunqi.contract.documents import squeeze
from yunqi.contract.documents.numbering import render_chinese
from yunqi.contract.model import Contract

_NUMBER = re.compile(r"(第)?([一二三四五六七八九十]+|\d{1,2})")
CHINESE = {render_chinese(number): number for number in range(1, 40)}


def renumbered(mark: str, by: int) -> str:
    found = _NUMBER.match(mark)
    assert found is not None
    value = CHINESE.get(found[2]) or int(found[2])
    said = render_chinese(value + by) if found[2] in CHINESE else str(value + by)
    return mark.replace(found[2], said, 1)


def damaged(seed: int, layout: str, kind: str) -> tuple[bytes, bytes]:
    """The text of a made contract, and the same with one article's number changed or lost."""
    made = make_contract(seed, layout)
    text = made.render("txt")[0].decode()
    lines = text.split("\n")
    heads = {block.mark + block.words: block for block in made.blocks if isinstance(block, Text) and not block.level}
    at = [number for number, line in enumerate(lines) if line.strip() in {head.strip() for head in heads}]
    marks = {head.strip(): block for head, block in heads.items()}
    middle = len(at) // 2
    for number in at[middle:] if kind == "left out" else at[middle : middle + 1]:
        block = marks[lines[number].strip()]
        mark = "" if kind == "lost" else renumbered(block.mark, 1 if kind == "left out" else -1)
        lines[number] = mark + block.words
    return text.encode(), "\n".join(lines).encode()


def articles(contract: Contract) -> dict[str, str]:
    """The article of each source by its words."""
    return {squeeze(one.text): re.split("[ .]", one.article)[0] for one in each_source(contract)}


@pytest.mark.parametrize("kind", ["left out", "twice", "lost"])
@pytest.mark.parametrize("layout", sorted(set(LAYOUTS) - {"basin"}))  # whose articles have no headings
def test_figures_and_articles_are_found(layout: str, kind: str) -> None:
    for seed in range(2):
        whole, changed = damaged(seed, layout, kind)
        assert whole != changed
        one, other = read_contract(whole, "x.txt"), read_contract(changed, "x.txt")
        truth = make_contract(seed, layout).truth
        expected, found = (
            [line for tally in measure(truth, each.model_dump(mode="json")).values() for line in tally.differences]
            for each in (one, other)
        )
        assert found == expected
        before, after = articles(one), articles(other)
        if kind == "lost":
            assert before == after
        moved: dict[str, set[str]] = {}
        for words in before.keys() & after.keys():
            moved.setdefault(before[words], set()).add(after[words])
        assert all(len(to) == 1 for to in moved.values()), moved
