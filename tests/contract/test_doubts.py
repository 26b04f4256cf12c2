"""What rests on a character that was recognised without certainty is right, or open with what it may be."""

from __future__ import annotations

import random
import re
from dataclasses import replace

import pytest
from tests.kits.maker import make_contract
from tests.kits.maker.compare import measure

from yunqi.contract.changes.paths import read_at
from yunqi.contract.documents import Document, Doubt, Paragraph, Table, read_document
from yunqi.contract.model import Contract
from yunqi.contract.reader import extract_contract, review_again


def document_of(seed: int, layout: str) -> Document:
    return read_document(*make_contract(seed, layout).render("txt"))


def doubted(document: Document, before: str, said: str, after: str, *candidates: str) -> Document:
    """The document as if a machine had read `said` between the two words, and thought of the candidates too."""
    blocks, found = [], 0
    for block in document.blocks:
        if isinstance(block, Paragraph):
            made = _doubted(block.text, before, said, after, candidates)
            if made is not None and not found:
                found, block = 1, replace(block, text=made[0], doubts=(made[1],))  # noqa: PLW2901
        else:
            rows = list(block.rows)
            for index, row in enumerate(rows):
                for column, cell in enumerate(row.cells):
                    made = _doubted(cell, before, said, after, candidates)
                    if made is not None and not found:
                        cells = (*row.cells[:column], made[0], *row.cells[column + 1 :])
                        rows[index] = replace(row, cells=cells, doubts={column: (made[1],)})
                        found = 1
            block = replace(block, rows=tuple(rows))  # noqa: PLW2901
        blocks.append(block)
    assert found, f"{before}…{after} does not stand there"
    return replace(document, blocks=tuple(blocks), recognised=True)


def _doubted(text: str, before: str, said: str, after: str, candidates: tuple[str, ...]) -> tuple[str, Doubt] | None:
    match = re.search(f"(?<={re.escape(before)})(.{{1}})(?={re.escape(after)})", text)
    if match is None:
        return None
    start = match.start(1)
    return text[:start] + said + text[match.end(1) :], Doubt(start, start + len(said), candidates)


def any_digit_doubted(document: Document, pick: random.Random, *, right: bool) -> Document:
    """A digit somewhere read as another, the right one among what the machine thought of, or the other way round."""
    places = [
        (index, row, column, match.start())
        for index, block in enumerate(document.blocks)
        for row, column, text in _texts(block)
        for match in re.finditer("[0-9]", text)
    ]
    index, row, column, at = pick.choice(places)
    block = document.blocks[index]
    text = block.text if isinstance(block, Paragraph) else block.rows[row].cells[column]
    other = pick.choice([digit for digit in "0123456789" if digit != text[at]])
    made, doubt = (text, Doubt(at, at + 1, (other,))) if right else (
        text[:at] + other + text[at + 1 :], Doubt(at, at + 1, (text[at],))
    )  # fmt: skip
    if isinstance(block, Paragraph):
        changed: Paragraph | Table = replace(block, text=made, doubts=(doubt,))
    else:
        rows = list(block.rows)
        cells = rows[row].cells
        rows[row] = replace(rows[row], cells=(*cells[:column], made, *cells[column + 1 :]), doubts={column: (doubt,)})
        changed = replace(block, rows=tuple(rows))
    blocks = (*document.blocks[:index], changed, *document.blocks[index + 1 :])
    return replace(document, blocks=blocks, recognised=True)


def _texts(block: Paragraph | Table) -> list[tuple[int, int, str]]:
    if isinstance(block, Paragraph):
        return [(-1, -1, block.text)]
    return [(r, c, cell) for r, row in enumerate(block.rows) for c, cell in enumerate(row.cells)]


def opened(contract: Contract) -> dict[str, list[object]]:
    return {entry.path: entry.candidates for entry in contract.uncertain}


@pytest.mark.parametrize("layout", ["county", "figures", "second", "score", "coast"])
@pytest.mark.parametrize("right", [True, False])
def test_a_doubtful_digit_gives_no_other_figure(layout: str, right: bool) -> None:
    made = make_contract(1, layout)
    document = document_of(1, layout)
    clean = measure(made.truth, extract_contract(document).model_dump(mode="json"))
    pick = random.Random(f"{layout} {right}")
    for _ in range(4):
        read = extract_contract(any_digit_doubted(document, pick, right=right)).model_dump(mode="json")
        for kind, tally in measure(made.truth, read).items():
            assert tally.wrong == 0, tally.differences
            assert tally.missing <= clean[kind].missing, tally.differences


PROVEN = [  # before, what stands there, after, what it may be instead; where that is, as JSON
    ("¥1,319,10", "3", ".89", "8", "total_fen", 131910389),  # 大写
    ("49", "7", ".07", "1", "price_lines[1].unit_price", "497.07"),  # product
    ("39", "0", "636", "8", "price_lines[2].total_fen", 39063600),  # product and sum
    ("计395,73", "1", ".17元", "7", "instalments[1].amount_fen", 39573117),  # 大写
    ("2028年07月", "3", "1日止", "2", "term.end_on", "2028-07-31"),  # months
    ("瑞信信", "息", "产业", "恩", "parties.provider", "瑞信信息产业集团有限公司"),  # the page of signatures
]
OPEN = [
    ("排除时限不得超过", "4", "0分钟", "1", "40", "10"),
    ("应向甲方支付合同价款", "0", ".5%", "6", "0.005", "0.065"),
    ("应当在变更后", "5", "个工作日", "6", {"count": 5, "unit": "working_day"}, {"count": 6, "unit": "working_day"}),
    ("ZWY-2027-27", "1", "6", "7", "ZWY-2027-2716", "ZWY-2027-2776"),
]


@pytest.mark.parametrize(("before", "right", "after", "other", "path", "value"), PROVEN)
@pytest.mark.parametrize("misread", [False, True])
def test_what_another_figure_proves_is_kept_or_mended(
    before: str, right: str, after: str, other: str, path: str, value: object, misread: bool
) -> None:
    said, candidate = (other, right) if misread else (right, other)
    document = doubted(document_of(1, "county"), before, said, after, candidate)
    contract = extract_contract(document)
    read = read_at(contract.model_dump(mode="json"), path)
    if misread and right == "息":  # two spellings, one each: nothing says which
        assert read is None
        assert set(opened(contract)[path]) == {value, str(value).replace(right, other)}
        return
    assert read == value
    assert path not in opened(contract)


@pytest.mark.parametrize(("before", "right", "after", "other", "value", "otherwise"), OPEN)
@pytest.mark.parametrize("misread", [False, True])
def test_what_nothing_proves_is_open_with_what_it_may_be(
    before: str, right: str, after: str, other: str, value: object, otherwise: object, misread: bool
) -> None:
    said, candidate = (other, right) if misread else (right, other)
    contract = extract_contract(doubted(document_of(1, "county"), before, said, after, candidate))
    expected = [otherwise, value] if misread else [value, otherwise]
    found = [one for one in contract.uncertain if one.candidates == expected]
    assert found
    for entry in found:
        assert read_at(contract.model_dump(mode="json"), entry.path) is None
        assert entry.source is not None
        assert said in entry.source.text


def test_a_doubt_that_changes_nothing_opens_nothing() -> None:
    document = document_of(1, "county")
    clean = extract_contract(document)
    contract = extract_contract(doubted(document, "一式", "陆", "份", "柒"))
    assert opened(contract) == opened(clean)
    assert contract.model_dump(exclude={"unread"}) == clean.model_dump(exclude={"unread"})


def test_a_name_in_doubt_stays_beside_its_entry() -> None:
    contract = extract_contract(doubted(document_of(1, "county"), "预约", "取", "号", "职"))
    assert contract.systems[0].name == "预约取号服务平台"
    assert opened(contract)["systems[0].name"] == ["预约取号服务平台", "预约职号服务平台"]


def test_a_name_that_the_catalogue_knows_is_no_doubt() -> None:
    contract = extract_contract(doubted(document_of(1, "county"), "漏洞", "扫", "描", "归"))
    assert contract.price_lines[3].item == "security.vulnerability_scan"
    assert "price_lines[3].name" not in opened(contract)


def test_the_review_passes_over_levels_and_coefficients_in_doubt() -> None:
    document = document_of(1, "second")
    blurred = doubted(doubted(document, "整体可用性不得低于99.9", "5", "%", "9"), "", "3", "00%", "8")
    contract = extract_contract(blurred)
    assert None in [level.threshold for level in contract.service_levels]
    assert None in [row.coefficient for row in contract.penalties.coefficients]
    assert extract_contract(replace(blurred, recognised=False)).findings
    assert review_again(contract, blurred)
