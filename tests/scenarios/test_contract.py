"""A contract's first day at the command line: taken in, signed, parties registered; what is refused and why."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from tests.kits.session import SAMPLE, SMALL, Session

KEYS = (
    {"number", "title", "parties", "documents", "signed_on", "term", "total_fen", "tax", "systems", "price_lines"}
    | {"baseline_services", "unpriced_services", "service_levels", "instalments", "bond", "penalties", "acceptance"}
    | {"deliverables", "obligations", "kpis", "exit", "confidentiality", "force_majeure", "notices", "disputes"}
    | {"amendment_rules", "findings", "uncertain", "unread", "coverage"}
)


def change(path: Path, target: Path) -> Path:
    """A copy of a contract file with one paragraph more at its end."""
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "word/document.xml":
                text = content.decode()
                assert text.count("<w:sectPr") == 1
                content = text.replace("<w:sectPr", "<w:p><w:r><w:t>（以下无正文）</w:t></w:r></w:p><w:sectPr").encode()
            new.writestr(name, content)
    return target


def read_json(session: Session, *words: object) -> dict[str, object]:
    found = json.loads(session.run(*words))["data"]
    assert isinstance(found, dict)
    return found


def test_import_says_what_was_read_and_keeps_it(empty: Session) -> None:
    data = read_json(empty, "contract", "import", SAMPLE, "--read-only", "--json")
    assert set(data) >= KEYS
    assert "没有记录" in empty.run("contract", "list")  # read only
    said = empty.run("contract", "import", SAMPLE)
    number, parties = str(data["number"]), data["parties"]
    assert isinstance(parties, dict)
    assert f"甲方 {parties['using_unit']}    乙方 {parties['provider']}" in said
    assert said.rstrip().endswith(f"已入库：{number}")
    assert empty.run("contract", "import", SAMPLE).rstrip().endswith(f"此文件已导入过：{number}")
    assert read_json(empty, "contract", "show", number, "--json") == data
    assert read_json(empty, "contract", "import", SAMPLE, "--json") == data
    listed = [line for line in empty.run("contract", "list").splitlines() if number in line]
    assert len(listed) == 1
    assert "已导入" in listed[0]


def test_an_unsigned_text_gives_way_and_a_signed_one_does_not(empty: Session, tmp_path: Path) -> None:
    empty.run("contract", "import", SMALL)
    changed = change(SMALL, tmp_path / "changed.docx")
    number = read_json(empty, "contract", "import", changed, "--read-only", "--json")["number"]
    assert f"已入库：{number}" in empty.run("contract", "import", changed)
    listed = empty.run("contract", "list")
    assert listed.count(str(number)) == 2
    assert f"{number} (replaced" in listed
    sign_both(empty, str(number))
    again = change(changed.rename(tmp_path / "first.docx"), tmp_path / "again.docx")
    said = empty.refused("contract.already_imported", "contract", "import", again)
    assert f"编号 {number}" in said
    assert "补充协议" in said
    assert empty.run("contract", "list").count("已签署") == 1


def sign_both(session: Session, number: str) -> tuple[str, str]:
    parties = read_json(session, "contract", "show", number, "--json")["parties"]
    assert isinstance(parties, dict)
    people = []
    for role, name in (("using_unit", "周予安"), ("provider", "沈川")):
        session.run("organisation", "add-person", parties[role], name, "--role", "approver")
        people.append(f"{parties[role]}/{name}")
    assert "等待另一方签署" in session.run("contract", "sign", number, "--as", people[0])
    assert "contract.already_signed" in session.refused(
        "contract.already_signed", "contract", "sign", number, "--as", people[0]
    )
    assert "合同生效" in session.run("contract", "sign", number, "--as", people[1])
    return people[0], people[1]


def test_who_signs_is_a_person_of_a_party(empty: Session) -> None:
    empty.run("contract", "import", SMALL)
    number = str(read_json(empty, "contract", "import", SMALL, "--json")["number"])
    empty.run("organisation", "add", "旁观单位", "--role", "supervisor")
    empty.run("organisation", "add-person", "旁观单位", "王五")
    empty.refused("access.role", "contract", "sign", number, "--as", "旁观单位/王五")
    said = empty.refused("person.unknown", "contract", "sign", number, "--as", "无此人")
    assert "「无此人」" in said
    assert "yunqi organisation add-person" in said
    empty.refused("contract.unknown", "contract", "sign", "无此合同", "--as", "王五")
    empty.refused("access.role", "payment", "record", number, 1, "--amount", 1, "--on", "2026-07-01", "--as", "王五")


def test_parties_tenants_and_systems_are_listed_as_registered(signed: Session) -> None:
    unit, provider = signed.side.using_unit, signed.side.provider
    people = signed.run("organisation", "list")
    for word in (unit, provider, "周予安（经办）", "林知远（审批）"):
        assert word in people
    assert unit in signed.run("tenant", "list")
    signed.run("system", "add", unit, "新系统")
    signed.run("system", "flag", unit, "新系统", "grade", "3")
    line = next(one for one in signed.run("system", "list", unit).splitlines() if "新系统" in one)
    assert line.split() == [unit, "新系统", "3", "—", "—", "—"]
    signed.refused("system.flag", "system", "flag", unit, "新系统", "grade", "9")
    signed.refused("system.unknown", "system", "flag", unit, "没有的系统", "grade", "3")
    signed.refused("party.unknown", "system", "list", "没有的单位")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.txt", b""),
        ("noise.docx", b"PK\x03\x04" + bytes(range(256))),
        ("noise.pdf", b"%PDF-1.7\n\xff\xfe"),
        ("poem.txt", "床前明月光，疑是地上霜。\n".encode()),
        ("zeros.txt", bytes(1000)),
        ("page.html", b"<html></html>"),
    ],
)
def test_what_is_no_contract_changes_nothing(empty: Session, tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    result = empty.call("contract", "import", path)
    assert result.exit_code == 2, result.output
    assert result.stderr.rstrip().endswith("]")
    assert "没有记录" in empty.run("contract", "list")
    assert "没有记录" in empty.run("organisation", "list")


def test_a_missing_file_is_named(empty: Session, tmp_path: Path) -> None:
    result = empty.call("contract", "import", tmp_path / "无.docx")
    assert result.exit_code == 2
    assert "无.docx" in result.stderr
