"""The doctor sees what is missing, and says what mends it."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from yunqi import doctor
from yunqi.engines.guest.catalogue import Image
from yunqi.engines.libvirt import media
from yunqi.kernel.errors import Trouble
from yunqi.operations.settings import load_settings
from yunqi.store.database import open_database
from yunqi.store.upgrade import upgrade_database

NOW = datetime.now(UTC)


def test_every_failed_check_has_a_mend(tmp_path: Path) -> None:
    settings = replace(load_settings(tmp_path), image_dir=tmp_path / "none")
    checks = doctor.run_checks(settings)
    assert {check.name for check in checks} >= {"nft", "libvirt", "来宾镜像", "介质", "数据库", "时钟", "内核 veth"}
    assert "来宾镜像" not in {check.name for check in doctor.run_checks(replace(settings, engine="fake"))}
    for check in checks:
        assert check.found, check
        assert bool(check.mend) != check.ok, check


def test_a_check_that_breaks_is_a_failed_check(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def fall(_url: str) -> doctor.Check:
        raise Trouble("database.unreachable", "数据库暂时无法访问", way_out="请检查数据库是否在运行")

    monkeypatch.setattr(doctor, "check_database", fall)
    checks = doctor.run_checks(replace(load_settings(tmp_path), engine="fake"))
    broken = next(check for check in checks if check.name == "数据库")
    assert not broken.ok
    assert "请检查数据库是否在运行" in broken.mend


def test_program_missing_names_its_package() -> None:
    check = doctor.check_program("no-such-program-here", ("--version",), "some-package")
    assert not check.ok
    assert "some-package" in check.mend


def test_program_that_does_not_run_is_not_ok(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "broken"
    program.write_text("#!/bin/sh\necho cannot open shared object >&2\nexit 127\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    check = doctor.check_program("broken", ("--version",), "some-package")
    assert not check.ok
    assert "cannot open shared object" in check.found


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root: makes a network namespace")
def test_kernel_feature_is_really_tried() -> None:
    assert doctor.check_kernel_feature("bridge", "ip link add name yqd0 type bridge").ok
    lacking = doctor.check_kernel_feature("none", "ip link add name yqd0 type no-such-type")
    assert not lacking.ok
    assert lacking.found
    assert not Path("/sys/class/net/yqd0").exists()


def test_image(tmp_path: Path) -> None:
    assert not doctor.check_image(tmp_path / "none").ok
    assert not doctor.check_image(tmp_path).ok
    image = Image("micro", "k", "t", "vmlinuz", "initrd", "", "cmdline", None, 0, 96)
    (tmp_path / "micro").mkdir()
    (tmp_path / "micro" / "image.json").write_text(json.dumps(asdict(image)), encoding="utf-8")
    assert doctor.check_image(tmp_path).found == "micro"


@pytest.mark.parametrize(("kib", "ok"), [(1 << 20, False), ((2 << 20) - 1, False), (2 << 20, True)])
def test_memory(tmp_path: Path, kib: int, ok: bool) -> None:
    meminfo = tmp_path / "meminfo"
    meminfo.write_text(f"MemTotal: 9 kB\nMemAvailable:  {kib} kB\n", encoding="utf-8")
    assert doctor.check_memory(meminfo).ok is ok


def test_copy_on_write_and_memory_are_no_place_for_volumes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings = replace(load_settings(tmp_path / "later"), image_dir=tmp_path / "none")
    for medium, ok in (("btrfs", False), ("overlay", False), ("tmpfs", False), ("ext4", True)):
        monkeypatch.setattr(media, "_read_mount", lambda _path, medium=medium: (medium, "rw", "/dev/sda"))
        found = next(check for check in doctor.run_checks(settings) if check.name == "介质")
        assert (found.ok, medium in found.found) == (ok, True), found
        assert bool(found.mend) != ok


def test_database(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}"
    assert doctor.check_database(url).ok
    database = open_database(url)
    with database.read():
        pass
    assert not doctor.check_database(url).ok
    upgrade_database(database)
    database.close()
    assert doctor.check_database(url).ok


def test_a_clock_before_the_program_cannot_be_right() -> None:
    assert not doctor.check_clock(datetime(2001, 1, 1, tzinfo=UTC)).ok
    assert "早于" not in doctor.check_clock(NOW).found


def test_next_years_notice_is_needed_from_mid_december() -> None:
    def next_year(on: date) -> doctor.Check:
        return doctor.check_workdays(on)[1]

    assert doctor.check_workdays(date(2025, 5, 1))[0].ok
    assert not doctor.check_workdays(date(1999, 5, 1))[0].ok
    assert doctor.check_workdays(date(1999, 5, 1))[0].needed
    assert not next_year(date(1999, 12, 14)).needed
    assert next_year(date(1999, 12, 15)).needed
