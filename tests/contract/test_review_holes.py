"""The holes that the facts of five contracts list (G-1 … G-52) are found by these codes.

The three texts that lie beside the project are read where they are there; of the other two only facts are known, and
what concerns them alone is found in the cases of the codes.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from tests.contract.test_review_cases import load_cases
from tests.rules.house import ROOT

from yunqi.contract.reader import read_contract
from yunqi.contract.review.codes import load_codes

TEXTS = ROOT.parent / "shared" / "contracts"
HOLES: dict[int, tuple[str, ...]] = {
    1: ("level.threshold_differs",),
    2: ("level.metric_differs",),
    3: ("level.window_missing",),
    4: ("level.object_differs",),
    5: ("level.exclusions_missing", "exemption.carrier"),
    6: ("band.gap",),
    7: ("band.open_top",),
    8: ("band.inversion",),
    9: ("band.no_rise", "band.prefix_differs"),
    10: ("average.undefined",),
    11: ("band.doubled_word",),
    12: ("severity.words_differ", "severity.word_undefined"),
    13: ("severity.no_minor", "severity.cause_narrow"),
    14: ("penalty.graver_costs_less",),
    15: ("critical.overlaps_row",),
    16: ("outage.window_missing",),
    17: ("word.over_and_above",),
    18: ("critical.list_comma",),
    19: ("critical.share_base", "critical.share_impossible", "critical.count_gap"),
    20: ("critical.long_loss",),
    21: ("critical.same_limit", "critical.limits_leave_gap"),
    22: ("critical.attention_unproved",),
    23: ("critical.level_misplaced",),
    24: ("critical.window_missing", "critical.count_differs", "critical.year_undefined"),
    25: ("critical.no_termination", "critical.text_garbled"),
    26: ("formula.base_undefined", "formula.months_undefined", "penalty.no_cap", "penalty.rounding"),
    27: ("penalty.any_late_duty", "penalty.uncapped"),
    28: ("penalty.jump", "severity.word_undefined"),
    29: ("level.two_limits",),
    30: ("level.punished_later", "level.important_unpunished"),
    31: ("level.clock_start_missing", "level.clock_by_report_only"),
    32: ("word.role_undefined",),
    33: ("system.flags_missing", "data.guarantee_calendar", "data.headcount", "data.assessment", "data.loss_method",
         "data.responsibility"),
    34: ("price.swapped_description",),
    35: ("price.body_without_line", "text.typo"),
    36: ("price.unit_missing", "price.tiny"),
    37: ("price.bundle", "price.no_units", "price.unit_is_price", "price.backup_below_storage", "price.item_repeated"),
    38: ("law.superseded", "law.number"),
    39: ("instalment.share_unstated", "price.no_unit_price"),
    40: ("bond.cash", "bond.rounded_up"),
    41: ("penalty.cap_is_one_day", "bond.ends_early", "bond.no_top_up", "bond.period_undefined"),
    42: ("level.kpi_differs", "kpi.unit_differs", "kpi.below_bought", "kpi.due_on_last_day", "duty.repeated",
         "word.at_least_above"),
    43: ("acceptance.two_clocks", "instalment.no_clock"),
    44: ("confidentiality.return_differs", "confidentiality.term_differs"),
    45: ("party.annex_differs",),
    46: ("duty.flipped",),
    47: ("duty.data_overlap",),
    48: ("ip.shared",),
    49: ("text.typo", "text.foreign", "party.several_forms", "number.repeated"),
    50: ("term.from_signature_undated", "term.months_not_whole"),
    51: ("exit.notice_half_term",),
    52: ("tail.undefined",),
}  # fmt: skip
SEEN: dict[str, tuple[tuple[str, str], ...]] = {
    "template.txt": (
        ("level.threshold_differs", "第三条 4"),
        ("level.window_missing", "第三条 4"),
        ("level.clock_start_missing", "第三条 7"),
        ("exemption.carrier", "第十四条 2"),
        ("duty.flipped", "第二条 1"),
        ("word.role_undefined", "第一条 4"),
        ("party.annex_differs", ""),
        ("law.superseded", "第十五条 1"),
        ("law.number", "第十条 2(3)"),
        ("band.doubled_word", ""),
        ("acceptance.no_deadline", "第六条 1"),
    ),
    "sasac.txt": (
        ("price.no_unit_price", ""),
        ("price.unit_is_price", ""),
        ("price.backup_below_storage", ""),
        ("price.body_without_line", ""),
        ("level.kpi_differs", ""),
        ("kpi.unit_differs", ""),
        ("kpi.below_bought", ""),
        ("kpi.due_on_last_day", ""),
        ("duty.repeated", "第一条 一 (三) 4"),
        ("word.at_least_above", "第一条 一 (三) 2(7)"),
        ("acceptance.two_clocks", "第四条 一 3"),
        ("instalment.no_clock", "第三条 二"),
        ("term.months_not_whole", "第二条"),
        ("tail.undefined", "第十一条"),
        ("system.repeated", ""),
        ("law.superseded", "第八条 2"),
        ("text.typo", ""),
    ),
    "trade-union.txt": (
        *(
            (code, "")
            for number in (2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 31, 32, 33, 38, 40, 41, 44, 48, 51)
            for code in HOLES[number]
            if code != "level.clock_start_missing"
        ),
        ("critical.window_missing", "第十三条 2"),
        ("critical.no_termination", "第十三条 2"),
        ("critical.text_garbled", "第十三条 1"),
        ("critical.limits_leave_gap", ""),
        ("formula.base_undefined", ""),
        ("penalty.no_cap", ""),
        ("penalty.rounding", ""),
        ("level.important_unpunished", "第三条 8"),
        ("price.bundle", ""),
        ("price.no_units", ""),
        ("instalment.share_unstated", "第七条 2(1)"),
        ("system.flags_missing", "第三条 8"),
        ("text.typo", ""),
    ),
}
ELSEWHERE = frozenset({17, 18, 19, 20, 22, 23, 27, 28, 29, 34, 36, 47})
"""What concerns only the contracts whose texts are not here."""


@cache
def read(path: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for finding in read_contract(path).findings:
        found.setdefault(finding.code, []).extend(source.article for source in finding.sources)
    return found


@pytest.mark.parametrize(("name", "code", "article"), [(name, *each) for name, every in SEEN.items() for each in every])
def test_what_can_be_seen_is_found(name: str, code: str, article: str) -> None:
    if not (TEXTS / name).exists():
        pytest.skip("the texts of the contracts are not beside the project")
    found = read(TEXTS / name)
    assert code in found
    assert not article or article in found[code]


def test_every_hole_has_codes_and_each_has_cases() -> None:
    assert sorted(HOLES) == list(range(1, 53))
    assert {code for codes in HOLES.values() for code in codes} <= set(load_codes()) & set(load_cases())
    seen = {code for every in SEEN.values() for code, __ in every}
    assert {number for number, codes in HOLES.items() if not seen & set(codes)} <= ELSEWHERE
