"""A contract is drafted at the desk and at the command line; the draft is taken in as the same contract."""

from __future__ import annotations

import io
import json
from pathlib import Path

from docx import Document
from tests.kits.session import SAMPLE, Session

from yunqi.contract.draft import find_differences, plain_data


def test_a_kept_contract_is_drafted_and_taken_in_again(empty: Session, tmp_path: Path) -> None:
    empty.run("contract", "import", SAMPLE)
    number = str(json.loads(empty.run("contract", "import", SAMPLE, "--json"))["data"]["number"])
    target = tmp_path / "draft.docx"
    said = empty.run("contract", "draft", number, "-o", target)
    assert str(target) in said
    assert "第一条 " in "\n".join(one.text for one in Document(io.BytesIO(target.read_bytes())).paragraphs)
    drafted = json.loads(empty.run("contract", "import", target, "--read-only", "--json"))["data"]
    kept = json.loads(empty.run("contract", "show", number, "--json"))["data"]
    assert find_differences(plain_data(kept), plain_data(drafted)) == []


def test_data_written_by_hand_is_drafted_and_its_gaps_are_listed(empty: Session, tmp_path: Path) -> None:
    source, target = tmp_path / "data.json", tmp_path / "hand.docx"
    source.write_text(
        json.dumps(
            {
                "title": "海陵市水务局政务云租用合同",
                "parties": {"using_unit": "海陵市水务局", "provider": "远山信息科技有限公司"},
                "total_fen": 1200000,
                "price_lines": [
                    {
                        "no": 1,
                        "name": "云主机 vCPU",
                        "item": "compute.vcpu",
                        "unit": "核",
                        "quantity": "100",
                        "unit_price": "10",
                    }
                    | {"periods": {"count": 12, "unit": "month"}, "total_fen": 1200000}
                ],
            }
        )
    )
    said = empty.run("contract", "draft", source, "-o", target)
    read = json.loads(empty.run("contract", "import", target, "--read-only", "--json"))["data"]
    assert (read["total_fen"], read["price_lines"][0]["item"], read["number"]) == (1200000, "compute.vcpu", None)
    assert "留空待填 signed_on" in said


def test_what_is_no_contract_data_is_refused(empty: Session, tmp_path: Path) -> None:
    for words in ("[1]", "{", '{"price_lines": [{"no": "x"}]}'):
        source = tmp_path / "data.json"
        source.write_text(words)
        empty.refused("contract.data", "contract", "draft", source)


def test_proposals_become_a_supplementary_agreement(empty: Session, tmp_path: Path) -> None:
    empty.run("contract", "import", SAMPLE)
    data = json.loads(empty.run("contract", "import", SAMPLE, "--json"))["data"]
    number, target = str(data["number"]), tmp_path / "supplement.docx"
    first, *_rest = findings = [one for one in data["findings"] if one["proposal"]]
    empty.run("contract", "supplement", number, "-o", target, "--effective", "2026-08-01")
    lines = [one.text for one in Document(str(target)).paragraphs]
    text = "\n".join(lines)
    assert [one["proposal"] for one in findings if one["proposal"] not in text] == []
    assert len([line for line in lines if line.startswith("第")]) == len({one["proposal"] for one in findings}) + 1
    assert f"合同编号：{number}" in text
    assert "自2026年8月1日起生效" in text
    position = data["findings"].index(first) + 1
    empty.run("contract", "supplement", number, "-o", target, "--only", str(position))
    text = "\n".join(one.text for one in Document(str(target)).paragraphs)
    assert first["proposal"] in text
    assert findings[-1]["proposal"] not in text
    assert "自____年____月____日起生效" in text
    empty.refused("supplement.unknown", "contract", "supplement", number, "--only", "no.such")
