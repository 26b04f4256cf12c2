"""The package that the sample session hands out: the independent program finds it right, and every fault in it."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.kits.session import Session
from tools.rederive.command import main
from tools.rederive.digests import canonical, sm3

from yunqi.operations.evidence import close_days
from yunqi.operations.evidence_package import export_package
from yunqi.operations.verifier_file import render_verifier
from yunqi.store.signing import load_signing_key

Change = Callable[[Any], Any]


@pytest.fixture(scope="session")
def package(settled_template: Session, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The settled sample, its days closed, handed out."""
    folder = tmp_path_factory.mktemp("package")
    session = settled_template.copy(folder / "home")
    with session.installation() as opened:
        close_days(opened)
        return export_package(opened, session.number, folder / "package.zip")


def key_of(path: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        return str(json.loads(archive.read("manifest.json"))["data"]["key_id"])


def rewrite(path: Path, target: Path, name: str, change: Change, *, key: Any = None) -> Path:
    """The package with one JSON file changed; with a key its list is made and signed anew."""
    with zipfile.ZipFile(path) as archive:
        files = {one: archive.read(one) for one in archive.namelist()}
    files[name] = canonical(change(json.loads(files[name])))
    if key is not None:
        listed = json.loads(files["manifest.json"])["data"]
        listed["files"][name] = sm3(files[name])
        listed |= {"key_id": key.key_id, "public_key": key.public_key}
        files["manifest.json"] = canonical({"data": listed, "signature": key.sign(canonical(listed).decode())})
    with zipfile.ZipFile(target, "w") as archive:
        for one, content in files.items():
            archive.writestr(one, content)
    return target


def check(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, dict[str, Any]]:
    capsys.readouterr()
    code = main([*(str(word) for word in words), "--json"])
    said = capsys.readouterr().out
    return code, json.loads(said) if said else {}


def codes(said: dict[str, Any]) -> set[str]:
    return {one["code"] for one in said["findings"]}


def wrong_lines(said: dict[str, Any]) -> set[str]:
    return {line["name"] for one in said["statements"] for line in one["lines"] if not line["agrees"]}


def test_the_sample_agrees_to_the_fen(package: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = check(capsys, package, "--key", key_of(package))
    assert (code, said["findings"], wrong_lines(said)) == (0, [], set())
    assert len(said["statements"]) == 1
    assert {"penalty", "offset", "delivery.1.average"} <= {line["name"] for line in said["statements"][0]["lines"]}
    assert main([str(package), "--all"]) == 0
    report = capsys.readouterr().out
    assert "独立复核报告" in report
    assert "分毫不差" in report


def test_the_single_file_says_the_same_without_yunqi(package: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(package) as archive:
        content = archive.read("rederive.py")
    assert content == render_verifier()
    (tmp_path / "rederive.py").write_bytes(content)
    command = [sys.executable, "-I", "-S", tmp_path / "rederive.py", package, "--key", key_of(package)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={"PYTHONUTF8": "1"})
    assert done.returncode == 0, done.stderr
    assert "分毫不差" in done.stdout


def test_a_key_or_a_root_that_is_another_is_told(package: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = check(capsys, package, "--key", "0" * 64)
    assert code == 1
    assert {"chain.untrusted_key", "package.untrusted_key"} <= codes(said)
    day, root = next(iter(said["roots"].items()))
    assert check(capsys, package, "--root", f"{day}={root}")[0] == 0
    code, said = check(capsys, package, "--root", f"{day}={'0' * 64}")
    assert (code, codes(said)) == (1, {"chain.held_root"})


@pytest.mark.parametrize("name", ["contract.json", "registers.json", "statements.json"])
def test_a_file_that_was_changed_is_named(
    name: str, package: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def change(value: Any) -> Any:
        return [*value, value[0]] if isinstance(value, list) else {**value, "more": 1}

    code, said = check(capsys, rewrite(package, tmp_path / "a.zip", name, change))
    assert code == 1
    assert [one["place"] for one in said["findings"] if one["code"] == "package.changed"] == [name]


def test_a_rate_changed_and_signed_with_another_key_is_caught_by_what_the_parties_signed(
    package: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = load_signing_key(tmp_path / "keys" / "other.pem")

    def change(contract: Any) -> Any:
        contract["penalties"]["coefficients"][0]["coefficient"] = "9"
        return contract

    changed = rewrite(package, tmp_path / "a.zip", "contract.json", change, key=other)
    code, said = check(capsys, changed)
    assert code == 1
    assert "contract.changed" in codes(said)
    assert "package.other_key" in {one["code"] for one in said["notes"]}


def test_a_figure_changed_in_a_statement_is_named(
    package: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = load_signing_key(tmp_path / "keys" / "other.pem")

    def change(statements: Any) -> Any:
        statements[-1]["data"]["penalty_fen"] += 1
        return statements

    code, said = check(capsys, rewrite(package, tmp_path / "a.zip", "statements.json", change, key=other))
    assert code == 1
    assert wrong_lines(said) == {"penalty"}
    assert codes(said) == {"statement.changed"}


def test_what_is_no_package_is_not_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "none.zip")]) == 2
    (tmp_path / "a.zip").write_bytes(b"no package")
    assert main([str(tmp_path / "a.zip")]) == 2
    assert "无法核验" in capsys.readouterr().err
