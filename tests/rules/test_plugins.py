"""A plug-in is a whole folder: its data, its cases, and the kit that every one of its family passes."""

from pathlib import Path

from tests.rules.house import ROOT, SOURCE, judge

# family: files that each folder must have
WHOLE = {
    "services": ("service.yaml", "spec.py", "want.py", "meter.py"),
    "engines": ("engine.yaml",),
    "probes": ("probe.yaml", "probe.py"),
    "reports": ("report.yaml", "gather.py", "example.json"),
}
KITS = {"services": "service", "engines": "engine", "probes": "probe", "reports": "report"}
# Folders in a family that are no plug-in: what builds guests is driven by engines, it is none.
NO_PLUGIN = {"engines/guest"}


def find_incomplete(source: Path) -> list[str]:
    """Plug-in folders with a file missing, and clause folders whose rule has no cases."""
    found = []
    for family, names in WHOLE.items():
        for folder in sorted((source / family).glob("*/")):
            if (
                f"{family}/{folder.name}" in NO_PLUGIN
                or folder.name.startswith(("_", "."))
                or not any(folder.glob("*.py"))
            ):
                continue
            found += [f"{family}/{folder.name}: {name} is missing" for name in names if not (folder / name).exists()]
    for rule in sorted((source / "contract" / "clauses").glob("*/rule.py")):
        if not (rule.parent / "cases.yaml").exists():
            found.append(f"contract/clauses/{rule.parent.name}: a rule without cases.yaml")
    return found


def find_untested(source: Path, tests: Path) -> list[str]:
    """Families whose kit is missing, and plug-ins that no test file beside a kit speaks of."""
    found = []
    for family, kit in KITS.items():
        folders = [path.parent.name for path in (source / family).glob(f"*/{WHOLE[family][0]}")]
        if not folders:
            continue
        if not list((tests / "kits").glob(f"{kit}*.py")):
            found.append(f"{family}: no kit in tests/kits")
        texts = [
            path.read_text(encoding="utf-8")
            for place in (tests / family, tests / "live" / family)
            for path in place.rglob("test_*.py")
        ]
        # A test over the registry runs the kit for all of them, those to come included.
        over_all = any(
            f"kits.{kit}" in text and any(word in text for word in ("list_", "load_", "discover", "REGISTRY"))
            for text in texts
        )
        spoken = " ".join(text.lower() for text in texts if f"kits.{kit}" in text)
        if not over_all:
            found += [f"{family}/{name}: no test inherits the kit for it" for name in folders if name not in spoken]
    return found


def test_plugins_are_whole() -> None:
    judge("plugins", find_incomplete(SOURCE) + find_untested(SOURCE, ROOT / "tests"))


def test_the_rules_find_what_they_look_for(tmp_path: Path) -> None:
    folder = tmp_path / "src" / "services" / "thing"
    folder.mkdir(parents=True)
    (folder / "service.yaml").write_text("", encoding="utf-8")
    (folder / "spec.py").write_text("", encoding="utf-8")
    clause = tmp_path / "src" / "contract" / "clauses" / "term"
    clause.mkdir(parents=True)
    (clause / "rule.py").write_text("", encoding="utf-8")
    assert find_incomplete(tmp_path / "src") == [
        "services/thing: want.py is missing",
        "services/thing: meter.py is missing",
        "contract/clauses/term: a rule without cases.yaml",
    ]
    tests = tmp_path / "tests"
    assert len(find_untested(tmp_path / "src", tests)) == 1 + 1
    (tests / "kits").mkdir(parents=True)
    (tests / "kits" / "service.py").write_text("", encoding="utf-8")
    (tests / "services").mkdir()
    (tests / "services" / "test_thing.py").write_text(
        "from tests.kits.service import Kit\nfrom x import thing", encoding="utf-8"
    )
    assert not find_untested(tmp_path / "src", tests)
