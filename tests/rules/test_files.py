"""Files can be read at one sitting, are finished, and name no place but their own."""

import re
from pathlib import Path

import pytest
from tests.rules.house import ROOT, judge, list_files, name_of

LIMIT = 400
TEXT = (".py", ".sh", ".md", ".yaml", ".yml", ".toml", ".txt", ".in", ".typ", ".ini", ".cfg", ".c", ".mako", ".po", "")
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK|raise NotImplementedError|placeholder|(?<!-)stubs?|unimplemented)\b")
HOSTS = (
    "pypi.org",
    "pythonhosted.org",
    "npmjs.org",
    "deb.debian.org",
    "security.debian.org",
    "tuna.tsinghua",
    "mirrors.",
    "proxy.golang",
    "ghcr.io",
    "docker.io",
)
HOMES = ("work(?!-order)", "home/[a-z]+", "Users", "root/\\.", "opt/pypi", "tmp/brief")
PLACES = re.compile(
    "|".join(
        [
            *(re.escape(host) for host in HOSTS),
            *(rf"(?<![\w./-])/{home}\b" for home in HOMES),
            r"\bissues?[ /]#?\d",
            r"\bPR ?#\d",
        ]
    )
)
# a@b.cn names nobody.
MAIL = re.compile(r"[\w.+-]{2,}@[\w-]+\.[a-z]{2,}")


def find_long(name: str, text: str) -> list[str]:
    count = len(text.splitlines())
    return [f"{name}: {count} lines, more than {LIMIT}"] if count > LIMIT else []


def find_pattern(pattern: re.Pattern[str], name: str, text: str) -> list[str]:
    return [
        f"{name}:{number}: {found.group(0)}"
        for number, line in enumerate(text.splitlines(), 1)
        for found in pattern.finditer(line)
    ]


def read_texts(*suffixes: str) -> list[tuple[str, str]]:
    # The rules themselves must name what they forbid; a lock file is long by nature, a catalogue too.
    here = Path(__file__).parent
    paths = [path for path in list_files(*suffixes) if not path.is_relative_to(here) and path.name != "LICENSE"]
    return [(name_of(path), path.read_text(encoding="utf-8")) for path in paths]


def test_files_are_short() -> None:
    judge("length", [item for name, text in read_texts(".py", ".sh", ".typ", ".c") for item in find_long(name, text)])


def test_nothing_is_unfinished() -> None:
    # A kit leaves open what each plug-in fills in; the product leaves nothing open.
    texts = [(name, text) for name, text in read_texts(*TEXT) if not name.startswith("tests/kits/")]
    judge("unfinished", [item for name, text in texts for item in find_pattern(UNFINISHED, name, text)])


def test_no_registry_no_home_no_person() -> None:
    complaints = []
    for name, text in read_texts(*TEXT):
        complaints += find_pattern(PLACES, name, text)
        complaints += [item for item in find_pattern(MAIL, name, text) if not re.search(r"@([\w-]+\.)?example\b", item)]
    judge("places", complaints)


def test_scripts_stop_at_the_first_error() -> None:
    for path in (ROOT / "scripts").glob("*.sh"):
        text = path.read_text(encoding="utf-8")
        assert "set -euo pipefail" in text or "scripts/lib.sh" in text, path


def test_the_rules_find_what_they_look_for() -> None:
    assert find_long("a.py", "x\n" * (LIMIT + 1))
    assert not find_long("a.py", "x\n" * LIMIT)
    for bad in ("# TODO: later", "raise NotImplementedError", "a stub"):
        assert find_pattern(UNFINISHED, "a.py", bad), bad
    assert not find_pattern(UNFINISHED, "a.py", "the stubborn mastodon")
    for bad in (
        "see /work/shared/x",
        "/home/li/x",
        "https://pypi.org/simple",
        "issue 12",
        "http://deb.debian.org/debian",
    ):
        assert find_pattern(PLACES, "a.py", bad), bad
    assert not find_pattern(PLACES, "a.py", "../shared/work/x and homework, /var/lib/x, https://www.gov.cn/")
    assert find_pattern(MAIL, "a.py", "li@gov.cn")


@pytest.mark.parametrize("suffix", [".py", ".md", ".sh"])
def test_there_are_files_to_judge(suffix: str) -> None:
    assert list_files(suffix)
