"""The settings of an installation: defaults, one file, and what is refused by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from yunqi.kernel.errors import Problem
from yunqi.operations.settings import default_home, load_settings


def test_without_a_file_everything_has_a_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("YUNQI_DATABASE_URL", raising=False)
    one, two = load_settings(tmp_path / "one"), load_settings(tmp_path / "two")
    assert one.database_url == f"sqlite:///{tmp_path / 'one' / 'yunqi.db'}"
    assert one.engine == "libvirt"
    assert one.site_id != two.site_id  # two on one machine never meet
    assert one.site_id == load_settings(tmp_path / "one").site_id
    for path in (one.key_path, one.engine_dir, one.document_dir, one.log_path, one.targets_path, one.pid_path):
        assert path.is_relative_to(one.home)
    assert not one.home.exists()  # reading makes nothing


def test_file_and_environment_win_over_defaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "site.toml").write_text('engine = "fake"\nprobe_interval_s = 7\nlanguage = "en"\n', "utf-8")
    monkeypatch.setenv("YUNQI_DATABASE_URL", "postgresql:///elsewhere")
    settings = load_settings(tmp_path)
    assert (settings.engine, settings.probe_interval_s, settings.language) == ("fake", 7, "en")
    assert settings.database_url == "postgresql:///elsewhere"
    monkeypatch.setenv("YUNQI_HOME", str(tmp_path / "there"))
    assert default_home() == tmp_path / "there"
    assert load_settings().home == tmp_path / "there"


@pytest.mark.parametrize(
    "line",
    [
        "colour = 1",
        'home = "/"',
        'probe_interval_s = "7"',
        "probe_interval_s = true",
        "probe_interval_s = 0",
        "lease_s = -1",
        "engine = 1",
        "[engine]",
        "engine = []",
    ],
)
def test_what_does_not_fit_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / "site.toml").write_text(line + "\n", "utf-8")
    with pytest.raises(Problem) as caught:
        load_settings(tmp_path)
    assert caught.value.code == "site.unknown_field"
    assert caught.value.field == line.split(" ", maxsplit=1)[0].strip("[]")


@pytest.mark.parametrize("content", [b"engine = ", b"\xff\xfe", b'engine = "fake"\nengine = "fake"\n'])
def test_what_is_no_toml_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "site.toml").write_bytes(content)
    with pytest.raises(Problem) as caught:
        load_settings(tmp_path)
    assert caught.value.code == "site.unreadable"
