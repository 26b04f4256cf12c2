"""The example contracts and the foreign texts, figure by figure."""

# ruff: noqa: SIM905, E501 (lists of words are read as words)
from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from yunqi.contract import Contract, load_catalogue, read_contract

ROOT = Path(__file__).resolve().parents[2]
TEXTS = ROOT.parent / "shared/contracts"
LINES = """
1 compute.vcpu 120 3435 412200 / 2 compute.memory 168 8999 1511832 / 3 compute.physical_server 4250.76 2 8501.52
4 storage.normal 3 171504 514512 / 5 storage.backup 3 171504 514512 / 6 network.bandwidth 594.6 550 327030
7 network.ip 12 34 408 / 8 network.load_balancer 60 22 1320 / 9 network.remote_access 1416 43 60888
10 network.vpn 960 64 61440 / 11 network.waf 18 26 468 / 12 monitoring.deep 12 361 4332
13 software.os_commercial 1920 361 693120 / 14 security.apt 1200 4 4800 / 15 security.antivirus 240 361 86640
16 security.host_protection 240 157 37680 / 17 security.hardening 240 39 9360 / 18 security.tamper_proof 1200 28 33600
19 security.vulnerability_scan 240 361 86640 / 20 security.log_analysis 600 167 100200
21 security.database_audit 1200 14 16800 / 22 network.leased_line 10000 2 20000 / 23 other.video_conference 1800 30 54000
24 crypto.identity 150000 1 150000 / 25 crypto.signature / 26 crypto.seal / 27 crypto.timestamp
28 crypto.tls 115000 1 115000 / 29 network.certificate 2000 9 18000 / 30 network.domain 500 4 2000
"""
PARAMETERS: dict[int, dict[str, Any]] = {
    1: {"clock_ghz": "2.4"},
    3: {"cpu": "2*E5-2680-V3", "memory_gb": 128, "disks": "2*480GB SSD RAID1", "network_cards": 2},
    4: {"iops_min": 2000, "iops_max": 5000},
    10: {"protocol": "SSL VPN"},
    12: {"attended": "7*24"},
    22: {"bandwidth_mbit": 2},
    24: {"rate_per_hour": 10000},
    25: {"rate_per_hour": 10000},
    28: {"protocol": "SSL/TLS"},
    29: {"internet_certificates": 3, "extranet_certificates": 6},
}


def read_text(name: str) -> Contract:
    path = TEXTS / name
    if not path.exists():
        pytest.skip(f"the contract text {name} does not lie beside the project")
    return read_contract(path)


@pytest.fixture(scope="module")
def sample() -> Contract:
    return read_contract(ROOT / "examples/contract-sample.docx")


@pytest.fixture(scope="module", params=["sample", "trade-union.txt"])
def large(request: pytest.FixtureRequest, sample: Contract) -> Contract:
    return sample if request.param == "sample" else read_text(request.param)


def test_price_lines(large: Contract) -> None:
    expected = []
    for entry in LINES.replace("\n", " / ").split("/"):
        words = entry.split()
        if words:
            price, quantity, total = words[2:] or (None, None, None)
            fen = int(Fraction(total) * 100) if total else None
            bundle = None if total else 24
            expected.append((int(words[0]), words[1], price, quantity, fen, bundle))
    read = [(li.no, li.item, li.unit_price, li.quantity, li.total_fen, li.bundle) for li in large.price_lines]
    assert read == expected
    assert {li.no: li.parameters for li in large.price_lines if li.parameters} == PARAMETERS
    assert all(li.unit is None and li.periods is None for li in large.price_lines), "the table has no such columns"
    assert large.total_fen == large.table_total_fen == 484528352
    assert large.tax is None
    assert large.uncertain == []


def test_money(large: Contract) -> None:
    read = [(e.no, e.amount_fen, e.share, e.share_stated, e.triggers, e.requires) for e in large.instalments]
    assert read == [
        (1, 121132088, "0.25", False, ["effective"], ["invoice"]),
        (2, 121132088, "0.25", False, ["date"], ["invoice"]),
        (3, 242264176, "0.5", False, ["expiry", "acceptance"], ["invoice"]),
    ]
    for index in (0, 2):
        within = large.instalments[index].within
        assert within is not None
        assert within.model_dump() == {"count": 90, "unit": "working_day"}
    bond = large.bond
    assert bond is not None
    assert (bond.share, bond.amount_fen) == ("0.05", 24226418)
    assert bond.due is not None
    assert bond.due.model_dump(by_alias=True) == {"count": 5, "unit": "day", "from": "signature", "inclusive": True}
    assert bond.refund_within is not None
    assert bond.refund_within.model_dump() == {"count": 10, "unit": "working_day"}
    assert bond.forms[0] == "银行保函"


def test_levels(large: Contract) -> None:
    read = [
        (e.metric, e.operator, e.threshold, e.unit, e.object, e.condition, e.window, e.clock_start)
        for e in large.service_levels
    ]
    assert read == [
        ("availability", ">=", "0.9999", "share", "platform", None, None, None),
        ("durability", ">=", "0.999999", "share", "data", None, None, None),
        ("scale_out", "<=", "7", "day", "platform", None, None, None),
        ("response", "<=", "15", "minute", "fault", None, None, "notice"),
        ("arrival", "<=", "2", "hour", "fault", None, None, "notice"),
        ("location", "<=", "30", "minute", "fault", None, None, "response"),
        ("location", "<=", "10", "minute", "system", "important_system", None, "response"),
        ("rework", "<=", "3", "day", None, None, None, None),
    ]


def test_penalties(large: Contract) -> None:
    rows = large.penalties.coefficients
    assert [row.coefficient for row in rows if row.table == "severe"] == "2 2 6 6 6 2 2 2 1 2 1 2".split()
    assert [row.coefficient for row in rows if row.table == "minor"] == (
        "0.5 0.2 0.2 0.2 0.3 0.6 0.5 0.3 0.5 0.3 0.5 0.3 0.5".split()
    )
    assert [row.measures for row in rows[:12]] == (
        "availability mutual_backup tampered data_lost intruded rectification_ignored response_average response_average"
        " recovery_average recovery_average unattended unattended"
    ).split()
    assert [row.measures for row in rows[12:]] == (
        "availability complaint_count assessment_failures scale_out_late outage_single outage_count_or_total"
        " rectification_ignored response_average response_average recovery_average recovery_average unattended unattended"
    ).split()
    bands = [(e.band.min, e.band.min_operator, e.band.max, e.band.max_operator, e.band.unit) for e in rows if e.band]
    timed = [band for band in bands if band[2] is not None and band[4] in {"minute", "hour"}]
    assert timed == 2 * [
        ("15", ">", "30", "<", "minute"),
        ("30", ">", "60", "<", "minute"),
        ("30", ">", "60", "<", "minute"),
        ("60", ">", "120", "<", "minute"),
        ("1", ">", "2", "<", "hour"),
        ("2", ">", "4", "<", "hour"),
    ]
    assert [(row.requires.word, row.requires.negated) for row in rows if row.requires][:2] == [
        ("重大损失", False),
        ("重大影响", False),
    ]
    critical = [(e.level, e.type, e.joined, e.count.count if e.count else None) for e in large.penalties.critical]
    kinds = (("interruption", "or"), ("tampering", "and"), ("data_loss", "and"), ("intrusion", "and"))
    assert critical == [(level, kind, joined, n) for level, n in (("A", 1), ("B", 2)) for kind, joined in kinds]
    conditions = [row.conditions for row in large.penalties.critical]
    assert conditions[0]["people"] == {"operator": ">=", "value": 50000}
    assert conditions[4]["loss_fen"] == {"operator": ">=", "value": 10_000_000}
    assert [e["not_handled_within"]["count"] for e in (conditions[3], conditions[7])] == [4, 24]
    assert large.penalties.critical[0].remedy == ["terminate", "refund", "penalty", "damages"]
    assert large.penalties.critical[4].remedy == ["refund", "penalty", "damages"]
    assert large.penalties.offset == ["last_instalment", "provider_payment", "bond"]
    (daily,) = large.penalties.other
    assert (daily.kind, daily.rate, daily.of, daily.cap, daily.party) == (
        "daily",
        "0.05",
        "contract_total",
        24226418,
        "provider",
    )


def test_clocks_of_leaving(large: Contract) -> None:
    leaving = large.exit
    assert leaving is not None
    clocks = (leaving.notice, leaving.migration, leaving.switch_over)
    assert [(clock.count, clock.unit) for clock in clocks if clock] == [(6, "month"), (45, "day"), (2, "month")]
    assert (leaving.free_of_charge, leaving.erase) == (True, True)
    assert large.acceptance.deadline is None
    assert large.acceptance.silence_accepts is False
    assert len(large.deliverables) == 9
    assert len(large.baseline_services) == 15
    known = [entry.parameters for entry in large.baseline_services if entry.parameters]
    assert known == [{"bandwidth_gbit": 10}, {"accounts": 1}]
    assert large.burst is not None
    assert large.burst.free is True


def test_review(large: Contract) -> None:
    codes = {finding.code for finding in large.findings}
    assert {
        "price.bundle", "level.window_missing", "level.object_differs", "level.metric_differs", "band.gap", "band.open_top",
        "severity.words_differ", "critical.window_missing", "critical.no_termination", "formula.base_undefined",
        "acceptance.no_deadline", "bond.ends_early", "penalty.cap_is_one_day", "instalment.share_unstated",
        "confidentiality.term_differs", "band.no_rise",
    } <= codes  # fmt: skip
    assert not [finding for finding in large.findings if finding.severity == "error"]


def test_every_source_names_article_and_words(large: Contract) -> None:
    for line in large.price_lines:
        assert f"#{line.no}" in line.source.article
        assert line.source.line
        if line.unit_price is not None:
            assert line.unit_price in line.source.text
    for level in large.service_levels:
        assert level.source.article
        assert level.source.text


def test_sample_identity(sample: Contract) -> None:
    assert sample.number == "YZZW-2026-0417"
    assert sample.parties.using_unit == "云州市公共服务事务中心"
    assert sample.parties.provider == "云岭数字技术有限公司"
    assert sample.parties.administration == "云州市数据管理局"
    assert sample.parties.supervisor == "云州市信息安全测评中心"
    assert sample.signed_on == date(2026, 6, 25)
    assert (sample.term.start_on, sample.term.end_on, sample.term.months) == (date(2026, 7, 1), date(2027, 6, 30), 12)
    assert sample.instalments[1].by_on == date(2026, 12, 31)
    assert [(e.grade, e.important, e.internet_facing) for e in sample.systems][:2] == [
        (3, True, True),
        (3, True, False),
    ]
    assert len(sample.systems) == 10


def test_trade_union_identity() -> None:
    contract = read_text("trade-union.txt")
    assert contract.number == "SXYSR202506176"
    assert contract.parties.administration == "北京市经济和信息化局"
    assert contract.parties.supervisor is None
    assert contract.signed_on == date(2025, 6, 25)
    assert (contract.term.start_on, contract.term.end_on) == (date(2025, 7, 1), date(2026, 6, 30))
    assert contract.instalments[1].by_on == date(2025, 12, 31)
    assert contract.bond is not None
    assert contract.bond.until_on == date(2026, 7, 30)
    assert contract.bond.forms == ["银行保函", "现金", "汇票", "支票"]
    assert "bond.cash" in {finding.code for finding in contract.findings}
    assert contract.price_lines[2].name.endswith("万兆网卡 2块"), "the name goes on after a page break"
    assert contract.price_lines[23].name.endswith("(10000次/小时)")
    assert contract.disputes is not None
    assert (contract.disputes.forum, contract.disputes.place) == ("court", "甲方所在地")


def test_small() -> None:
    contract = read_contract(ROOT / "examples/contract-small.docx")
    assert contract.total_fen == 17601600
    assert [(e.item, e.unit, e.unit_price, e.quantity) for e in contract.price_lines][:4] == [
        ("compute.vcpu", "核", "11.5", "96"),
        ("compute.memory", "GB", "15", "384"),
        ("storage.normal", "GB", "0.18", "6000"),
        ("storage.high", "GB", "0.32", "1200"),
    ]
    assert [(e.periods.count, e.periods.unit) for e in contract.price_lines if e.periods] == [(12, "month")] * 9 + [
        (4, "run")
    ]
    assert contract.price_lines[3].parameters == {"iops_min": 3000, "iops_max": 20000}
    level = contract.service_levels[0]
    assert (level.metric, level.threshold, level.window, level.object) == ("availability", "0.999", "year", "service")
    assert [(e.metric, e.threshold, e.clock_start) for e in contract.service_levels[1:3]] == [
        ("response", "30", "occurrence"),
        ("recovery", "4", "occurrence"),
    ]
    assert [(e.share, e.share_stated, e.amount_fen) for e in contract.instalments] == [
        ("0.6", True, 10560960),
        ("0.4", True, 7040640),
    ]
    assert [(e.kind, e.rate) for e in contract.penalties.other] == [("daily", "0.001"), ("percentage", "0.2")]
    assert contract.bond is None
    assert contract.acceptance.silence_accepts is True


def test_quantities_without_prices_are_not_priced() -> None:
    contract = read_text("sasac.txt")
    assert [line.quantity for line in contract.price_lines] == (
        "1400 2000 7840 23500 30000 5 35 300 260 260 50 100 15 1".split()
    )
    assert all(line.unit_price is None and line.total_fen is None for line in contract.price_lines)
    assert contract.tax is not None
    assert (contract.tax.rate, contract.tax.net_fen, contract.tax.tax_fen) == ("0.06", 366700566, 22002034)
    assert (contract.term.start_on, contract.term.end_on) == (date(2025, 7, 29), date(2025, 12, 31))
    assert contract.term.months is None
    assert [(e.share, e.amount_fen, e.triggers) for e in contract.instalments] == [
        ("0.7", 272091820, ["effective", "invoice"]),
        ("0.3", 116610780, ["acceptance", "invoice"]),
    ]
    assert len(contract.kpis) == 14
    assert (contract.kpis[5].operator, contract.kpis[5].value, contract.kpis[5].unit) == (">=", "90", "%")
    assert contract.acceptance.silence_accepts is True
    assert contract.penalties.coefficients == []
    assert {"price.no_unit_price", "system.repeated"} <= {finding.code for finding in contract.findings}


def test_a_blank_form_gives_nothing_invented() -> None:
    contract = read_text("template.txt")
    assert (contract.number, contract.title, contract.total_fen, contract.signed_on) == (None, None, None, None)
    assert (contract.parties.using_unit, contract.parties.provider) == (None, None)
    assert (contract.price_lines, contract.instalments, contract.systems) == ([], [], [])
    assert contract.term.end_on is None
    assert "identity.missing" in {finding.code for finding in contract.findings}


def test_tables_without_columns_have_the_rows_of_those_with_columns() -> None:
    lines, table = (
        [(one.table, one.no, one.coefficient, one.measures, one.bands, one.requires) for one in each]
        for each in (read_text(name).penalties.coefficients for name in ("template.txt", "trade-union.txt"))
    )
    assert len(lines) == 25
    assert lines == table


def test_the_json_has_the_documented_keys(sample: Contract) -> None:
    keys = (
        "number title parties documents signed_on term total_fen tax systems price_lines baseline_services"
        " unpriced_services service_levels instalments bond penalties acceptance deliverables obligations kpis exit"
        " confidentiality force_majeure notices disputes amendment_rules findings uncertain unread coverage"
    ).split()
    data = sample.model_dump(mode="json")
    assert set(keys) <= set(data)
    assert data["term"]["from"] == "date"
    assert Contract.model_validate(data).model_dump(mode="json") == data


def test_the_examples_are_what_their_generator_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "examples"))
    import importlib

    written = importlib.import_module("make_contracts").main(tmp_path)
    assert [path.read_bytes() for path in written] == [(ROOT / "examples" / path.name).read_bytes() for path in written]


def test_catalogue_has_every_code() -> None:
    codes = (
        "compute.vcpu compute.memory compute.physical_server compute.physical_disk storage.normal storage.high"
        " storage.object storage.backup storage.offsite_backup network.bandwidth network.ip network.load_balancer"
        " network.remote_access network.vpn network.waf network.certificate network.leased_line network.domain"
        " network.policy monitoring.deep software.os_open software.os_commercial software.database_open"
        " security.antivirus security.host_protection security.hardening security.database_hardening security.apt"
        " security.tamper_proof security.vulnerability_scan security.log_analysis security.database_audit"
        " security.data_security crypto.identity crypto.signature crypto.seal crypto.timestamp crypto.tls"
        " other.video_conference other.consulting"
    ).split()
    catalogue = load_catalogue()
    assert {item.code for item in catalogue} == set(codes)
    for item in catalogue:
        assert item.draw in {"span", "run", "piece", "deliverable"}
        assert catalogue.recognise(item.title) == (item.code,), item.title
    assert catalogue.item("storage.high").defaults == {"iops_min": 3000, "iops_max": 20000}
