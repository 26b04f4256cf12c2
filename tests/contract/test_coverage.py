"""Every sentence with a figure or a duty is the source of a datum or listed; headings and page numbers are not."""

from __future__ import annotations

import pytest
from tests.kits.maker import make_contract
from tests.kits.maker.layouts import LAYOUTS

from yunqi.contract.coverage import each_source, is_bearing, is_no_sentence
from yunqi.contract.documents import squeeze
from yunqi.contract.documents.rows import is_header
from yunqi.contract.outline import plan_outline
from yunqi.contract.reader import extract_contract, read_document

SUMS = ("合计", "总计", "总价", "小计")
LEAST_READ = 85  # percent of the sentences with a figure or a duty


@pytest.mark.parametrize("form", ["txt", "docx", "md"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_sentence_with_a_figure_is_data_or_listed(layout: str, form: str) -> None:
    for seed in range(2):
        document = read_document(*make_contract(seed, layout).render(form))
        contract = extract_contract(document)
        cited = {squeeze(source.text) for source in each_source(contract)}
        listed = {squeeze(one.text).rstrip("。;") for one in contract.unread}
        outline = plan_outline(document)
        for clause in outline.clauses:
            if clause.is_heading or clause.text == clause.part_title or not is_bearing(clause.text):
                continue
            for start, end in clause.plain.sentences():
                text = clause.text[start:end].rstrip("。;")
                if is_bearing(text):
                    assert text in listed or any(text in one or one.rstrip("。;") in text for one in cited if one), text
        for placed in outline.tables:
            for row in placed.table.rows:
                text = squeeze("".join(row.cells))
                if is_bearing(text) and not is_header(row.cells) and not text.startswith(SUMS):
                    assert text in listed or any(text in one or one in text for one in cited if one), text


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_figures_of_coverage_agree(layout: str) -> None:
    for seed in range(2):
        contract = extract_contract(read_document(*make_contract(seed, layout).render("txt")))
        coverage = contract.coverage
        assert coverage is not None
        assert coverage.read + coverage.unread == coverage.bearing <= coverage.sentences
        assert coverage.unread == sum(is_bearing(squeeze(one.text)) for one in contract.unread)
        assert coverage.read * 100 >= coverage.bearing * LEAST_READ


def test_a_sentence_put_in_is_listed_and_a_heading_is_not() -> None:
    text = make_contract(0, "monthly").render("txt")[0].decode()
    at = text.index("第二条")
    added = "9. 双方每逢农历初八在城东茶馆会面30分钟。\n(九) 会面安排\n第3页 共20页\n"
    before = extract_contract(read_document(text.encode(), "x.txt"))
    after = extract_contract(read_document((text[:at] + added + text[at:]).encode(), "x.txt"))
    new = [one.text for one in after.unread if one.text not in {each.text for each in before.unread}]
    assert new == ["双方每逢农历初八在城东茶馆会面30分钟。"]
    assert before.coverage is not None
    assert after.coverage is not None
    assert after.coverage.unread == before.coverage.unread + 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("乙方应当保密", True),
        ("百分之五", True),
        ("双方友好协商", False),
        ("见附件2第三条", False),
        ("按照《2026年采购目录》执行", False),
        ("一式六份", True),
        ("逾期三十日的", True),
    ],
)
def test_what_bears_a_figure_or_a_duty(text: str, said: bool) -> None:
    assert is_bearing(text) is said


@pytest.mark.parametrize("text", ["第3页", "-3-", "3/20", "第三页共五页", "服务内容", "其他事项"])
def test_headings_and_page_numbers_are_no_sentences(text: str) -> None:
    assert is_no_sentence(text)
    assert not is_no_sentence(f"{text}，应当在3日内完成。")
