"""Copies in which every name, figure, date and row order is changed are read as they then stand."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest

from yunqi.contract import read_contract
from yunqi.contract.documents import read_document, squeeze

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
_spec = importlib.util.spec_from_file_location("contract_mutation", HERE / "mutation.py")
assert _spec is not None
assert _spec.loader is not None
mutation = importlib.util.module_from_spec(_spec)
__import__("sys").modules["contract_mutation"] = mutation
_spec.loader.exec_module(mutation)

SEEDS = range(30)
TEXTS = {
    "own": ROOT / "examples/contract-sample.docx",
    **{name: ROOT.parent / f"shared/contracts/{name}.txt" for name in ("trade-union", "sasac", "template")},
}


@pytest.fixture(scope="module", params=list(TEXTS))
def original(request: pytest.FixtureRequest) -> tuple[str, dict[str, Any]]:
    path = TEXTS[request.param]
    if not path.exists():
        pytest.skip(f"the contract text {path.name} does not lie beside the project")
    text = mutation.render_text(read_document(path)) if path.suffix == ".docx" else path.read_text("utf-8")
    return text, read_contract(text.encode(), "original.txt").model_dump(mode="json")


@pytest.mark.parametrize("seed", SEEDS)
def test_copy(original: tuple[str, dict[str, Any]], seed: int) -> None:
    text, base = original
    copy = mutation.Mutator(text, base, seed).make()
    read = read_contract(copy.text.encode(), "copy.txt").model_dump(mode="json")
    assert [entry["path"] for entry in read["uncertain"]] == [entry["path"] for entry in base["uncertain"]]
    errors = {entry["code"] for entry in base["findings"] if entry["severity"] == "error"}
    assert {entry["code"] for entry in read["findings"] if entry["severity"] == "error"} <= {"term.months", *errors}
    check_identity(copy, base, read)
    check_money(copy, base, read)
    check_levels(copy, base, read)
    check_penalties(copy, base, read)
    check_clocks(copy, base, read)


def check_identity(copy: Any, base: dict[str, Any], read: dict[str, Any]) -> None:
    assert read["number"] == copy.names.get(base["number"])
    for role in ("using_unit", "provider", "administration", "supervisor"):
        assert read["parties"][role] == copy.names.get(base["parties"][role]), role
    assert read["signed_on"] == copy.on(base["signed_on"])
    assert read["term"]["start_on"] == copy.on(base["term"]["start_on"])
    assert read["term"]["end_on"] == copy.on(base["term"]["end_on"])
    months = base["term"]["months"]
    assert read["term"]["months"] == (None if months is None else copy.durations[months, "month"])
    assert read["term"]["from"] == base["term"]["from"]
    assert [system["name"] for system in read["systems"]] == copy.systems
    changed = base["title"] or ""
    for old, new in copy.names.items():
        changed = changed.replace(old, new)
    assert squeeze(read["title"] or "") == squeeze(changed)


def check_money(copy: Any, base: dict[str, Any], read: dict[str, Any]) -> None:
    assert read["total_fen"] == (copy.total_fen if base["total_fen"] is not None else None)
    assert read["table_total_fen"] == (copy.total_fen if base["table_total_fen"] is not None else None)
    assert (read["tax"] or {}).get("net_fen") == copy.net_fen
    keys = ("no", "item", "unit_price", "quantity", "total_fen", "bundle", "parameters")
    assert [{key: line[key] for key in keys} for line in read["price_lines"]] == [
        {key: line[key] for key in keys} for line in copy.lines
    ]
    assert [squeeze(line["name"]) for line in read["price_lines"]] == [squeeze(line["name"]) for line in copy.lines]
    assert [entry["amount_fen"] for entry in read["instalments"]] == copy.instalments
    for entry, old in zip(read["instalments"], base["instalments"], strict=True):
        assert entry["within"] == copy.duration(old["within"])
        assert entry["by_on"] == copy.on(old["by_on"])
        assert (entry["triggers"], entry["share_stated"]) == (old["triggers"], old["share_stated"])
        assert not old["share_stated"] or entry["share"] == copy.shares[old["share"]]
    bond, old = read["bond"], base["bond"]
    if old is None:
        assert bond is None
        return
    assert bond["amount_fen"] == copy.bond_fen
    assert bond["share"] == copy.shares[old["share"]]
    assert bond["until_on"] == copy.on(old["until_on"])
    assert bond["due"] == copy.duration(old["due"])
    assert bond["refund_within"] == copy.duration(old["refund_within"])
    assert bond["forms"] == old["forms"]


def check_levels(copy: Any, base: dict[str, Any], read: dict[str, Any]) -> None:
    keys = ("metric", "operator", "unit", "statistic", "object", "condition", "window", "clock_start")
    expected = [
        {**{key: level[key] for key in keys}, "threshold": copy.number(level["threshold"], level["unit"])}
        for level in base["service_levels"]
    ]
    assert [
        {**{key: level[key] for key in keys}, "threshold": level["threshold"]} for level in read["service_levels"]
    ] == expected
    assert read["baseline_services"] == [
        {**entry, "source": got["source"]}
        for entry, got in zip(base["baseline_services"], read["baseline_services"], strict=True)
    ]


def check_penalties(copy: Any, base: dict[str, Any], read: dict[str, Any]) -> None:
    by_text = {(row["table"], squeeze(row["text"])): row for row in base["penalties"]["coefficients"]}
    rows = read["penalties"]["coefficients"]
    expected = copy.coefficients or [  # lines that were no table to the copy stand as they stood, with other figures
        (row["table"], row["no"], row["text"], copy.shares[row["coefficient"]])
        for row in base["penalties"]["coefficients"]
    ]
    assert [(row["table"], row["no"], row["coefficient"]) for row in rows] == [
        (table, number, share) for table, number, __, share in expected
    ]
    for row, (table, __, text, __share) in zip(rows, expected, strict=True):
        old = by_text[table, squeeze(text)]
        assert (row["measures"], row["joined"], row["requires"]) == (old["measures"], old["joined"], old["requires"])
        assert row["bands"] == [
            {**band, "min": copy.number(band["min"], band["unit"]), "max": copy.number(band["max"], band["unit"])}
            for band in old["bands"]
        ]

    def form(row: dict[str, Any], changed: bool) -> tuple[str, ...]:
        conditions = dict(row["conditions"])
        if changed and "not_handled_within" in conditions:
            conditions["not_handled_within"] = copy.duration(conditions["not_handled_within"])
        duration = copy.duration(row["duration"]) if changed else row["duration"]
        count = dict(row["count"])
        if changed:
            count["count"] = copy.durations[count["count"], "time"]
        fixed = (row["level"], row["type"], row["object"], row["joined"], row["remedy"], row["provider_responsible"])
        return tuple(map(repr, (*fixed, sorted(conditions.items()), duration, count)))

    assert sorted(form(row, changed=False) for row in read["penalties"]["critical"]) == sorted(
        form(row, changed=True) for row in base["penalties"]["critical"]
    )
    for key in ("offset", "cumulation"):
        if key == "offset":
            assert read["penalties"][key] == base["penalties"][key]
    for other, old in zip(read["penalties"]["other"], base["penalties"]["other"], strict=True):
        cap = copy.bond_fen if old["cap"] is not None else None
        assert (other["kind"], other["cap"], other["duty"]) == (old["kind"], cap, old["duty"])
        assert other["rate"] == (None if old["rate"] is None else copy.shares[old["rate"]])
    bases = [entry["base"] for entry in base["penalties"]["formulas"]]
    assert [entry["base"] for entry in read["penalties"]["formulas"]] == bases


def check_clocks(copy: Any, base: dict[str, Any], read: dict[str, Any]) -> None:
    for key, fields in (
        ("exit", ("notice", "migration", "switch_over")),
        ("confidentiality", ("return_within",)),
        ("force_majeure", ("proof_within",)),
        ("acceptance", ("rework", "deadline")),
    ):
        for name in fields if base[key] is not None else ():
            assert read[key][name] == copy.duration(base[key][name]), (key, name)
    assert [entry["name"] for entry in read["deliverables"]] == [entry["name"] for entry in base["deliverables"]]
    assert len(read["obligations"]) == len(base["obligations"])
    assert [entry["party"] for entry in read["obligations"]] == [entry["party"] for entry in base["obligations"]]
