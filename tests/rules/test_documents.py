"""Links in the documents lead somewhere; decision records are numbered once each and listed."""

import re
from dataclasses import fields
from pathlib import Path

from tests.rules.house import ROOT, judge, list_files, name_of

from yunqi.operations.settings import Settings

LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
RECORD = re.compile(r"^(\d{4})-[a-z0-9-]+\.md$")


def find_dead_links(path: Path, text: str) -> list[str]:
    """Relative links that lead nowhere."""
    found = []
    for target in LINK.findall(CODE.sub("", text)):
        if target.startswith(("http://", "https://", "#", "mailto:")):
            continue
        if not (path.parent / target.split("#")[0]).exists():
            found.append(f"{path.name}: the link to {target} leads nowhere")
    return found


def find_record_faults(names: list[str], index: str) -> list[str]:
    """Decision records with a bad name, with a number used twice, or that the index does not list."""
    found = [f"docs/adr/{name}: not NNNN-title.md" for name in names if name != "README.md" and not RECORD.match(name)]
    numbers = [name[:4] for name in names if RECORD.match(name)]
    found += [
        f"docs/adr: the number {number} is used twice"
        for number in sorted({each for each in numbers if numbers.count(each) > 1})
    ]
    found += [
        f"docs/adr/README.md: {name} is not listed" for name in names if RECORD.match(name) and f"({name})" not in index
    ]
    return found


def test_links_lead_somewhere() -> None:
    documents = [path for path in list_files(".md") if not name_of(path).startswith("tests/")]
    judge("documents", [item for path in documents for item in find_dead_links(path, path.read_text(encoding="utf-8"))])


def test_decision_records_are_listed() -> None:
    folder = ROOT / "docs" / "adr"
    index = (folder / "README.md").read_text(encoding="utf-8")
    assert not find_record_faults(sorted(path.name for path in folder.glob("*.md")), index)


def test_the_rules_find_what_they_look_for(tmp_path: Path) -> None:
    document = tmp_path / "a.md"
    assert find_dead_links(document, "[x](b.md) and [y](c/)")
    assert not find_dead_links(document, "[x](https://www.gov.cn/) `[y](gone.md)` [z](#here)")
    assert find_record_faults(["1-x.md"], "")
    assert find_record_faults(["0001-x.md", "0001-y.md"], "(0001-x.md)(0001-y.md)")
    assert find_record_faults(["0001-x.md"], "")
    assert not find_record_faults(["0001-x.md", "README.md"], "[x](0001-x.md)")


def test_every_setting_is_described() -> None:
    text = (ROOT / "docs" / "reference" / "site.md").read_text(encoding="utf-8")
    described = re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)
    assert described == [field.name for field in fields(Settings) if field.name != "home"]


def test_every_guide_is_listed() -> None:
    folder = ROOT / "docs" / "howto"
    index = (folder / "README.md").read_text(encoding="utf-8")
    assert [
        path.name for path in folder.glob("*.md") if path.name != "README.md" and f"({path.name})" not in index
    ] == []
