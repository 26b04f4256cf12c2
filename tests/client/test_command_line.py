"""The same commands at the machine and over a server: the same words, the same refusals."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result
from tests.kits.remote import RemoteSession, over_a_server
from tests.kits.session import SAMPLE, Session

BURST = ("--from", "2026-12-01", "--until", "2027-01-01", "--reason", "高峰")


@pytest.fixture
def far(signed: Session) -> Iterator[RemoteSession]:
    with over_a_server(signed) as opened:
        yield opened


@pytest.fixture
def near(signed_template: Session, tmp_path: Path) -> Session:
    return signed_template.copy(tmp_path / "near")


def plain(session: Session, result: Result) -> tuple[int, str, str]:
    """What a command said, with what differs from home to home left out."""
    hide = re.compile(r"\b(net|srv|run|con|fil|prp|ten|org|doc|per)-[0-9a-z]{26}\b")
    return result.exit_code, hide.sub(r"\1-…", result.stdout), hide.sub(r"\1-…", result.stderr)


def test_commands_say_the_same_near_and_far(near: Session, far: RemoteSession) -> None:
    side = near.side
    clerk, approver = f"{side.using_unit}/周予安", f"{side.using_unit}/林知远"
    lead = f"{side.provider}/沈川"
    who = ("--as", clerk)
    order = ("--contract", side.contract, "--work-order", side.work_order, *who)
    commands: tuple[tuple[object, ...], ...] = (
        ("contract", "list"),
        ("contract", "show", side.contract),
        ("contract", "show", side.contract, "--json"),
        ("contract", "entitlement", side.contract, *who),
        ("contract", "import", SAMPLE, *who),
        ("contract", "sign", side.contract, "--as", approver),
        ("contract", "sign", side.contract, *who),
        ("order", "network", "main", *order),
        ("order", "network", "main", *order),
        ("order", "server", "web", *order, "--set", "vcpus=1"),
        ("order", "server", "web", *order, "--set", "vcpus=x", "--set", "network=main"),
        ("order", "no-such", "web", *order),
        ("order", "network", "UPPER", *order),
        ("order", "network", "other", "--set", "=", *order),
        ("resource", "list"),
        ("resource", "list", "--json", *who),
        ("resource", "show", "main", *who),
        ("resource", "delete", "main", *who),
        ("resource", "change", "main", "--work-order", side.work_order, "--set", "cidr=10.64.9.0/24", *who),
        ("reading", "list", side.contract),
        ("reading", "agree", side.contract, "no.such", "x", "--agreement", "1", "--as", approver),
        ("reading", "agree", side.contract, "availability.window", "month", "--agreement", "1", "--as", approver),
        ("burst", "list", side.contract),
        ("burst", "agree", side.contract, "compute.x", "1", *BURST, "--as", approver),
        ("proposal", "list", "--as", lead),
        ("proposal", "list", "--mine", "--as", approver),
        ("run", "list", "--limit", "1", *who),
        ("run", "show", "run-0", *who),
        ("contract", "show", "/"),
        ("contract", "show", ""),
    )
    for words in commands:
        here, there = plain(near, near.call(*words)), plain(far, far.call(*words))
        if "没有这个对象" in there[2]:  # at the machine one is told what does not exist
            assert here[0] == there[0], words
            continue
        assert here == there, words


def test_commands_of_the_machine_stay_there(far: RemoteSession) -> None:
    server = ("--server", far.address)
    for words in (("doctor",), ("stop",), ("image", "list"), ("tour",), ("account", "list")):
        result = Session.call(far, *server, *words)
        assert result.exit_code == 2, words
        assert "[command.local]" in result.stderr, words
        assert words[0] in result.stderr
    named = Session.call(
        far, *server, "--token-file", far.token_of(far.side.clerk), "resource", "list", "--as", "周予安"
    )
    assert "[as.remote]" in named.stderr


def test_without_a_token_it_is_said_where_to_get_one(
    far: RemoteSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    said = far_refused(far, "token.missing", "--server", far.address, "contract", "list")
    assert f"yunqi login {far.address}" in said
    empty = tmp_path / "empty"
    empty.write_text("\n", "utf-8")
    far_refused(far, "token.unreadable", "--server", far.address, "--token-file", empty, "contract", "list")
    monkeypatch.setenv("YUNQI_TOKEN", "no-such-token-" + "x" * 30)
    far_refused(far, "access.token_void", "--server", far.address, "contract", "list")
    monkeypatch.setenv("YUNQI_TOKEN", far.token_of(far.side.clerk).read_text("ascii").strip())
    monkeypatch.setenv("YUNQI_SERVER", far.address)
    result = Session.call(far, "contract", "list")
    assert result.output.count(far.side.contract) == 1
    assert far.cast is not None
    assert far.cast.second.contract not in result.output


def far_refused(session: Session, code: str, *words: object) -> str:
    result = Session.call(session, *words)
    assert result.exit_code == 2, result.output
    assert result.stderr.endswith(f"[{code}]\n"), result.stderr
    return result.stderr


def test_two_persons_at_two_places(far: RemoteSession) -> None:
    side = far.side
    said = far.run(
        "reading", "agree", side.contract, "availability.window", "month", "--agreement", "1", "--as", side.approver
    )
    assert "待对方单位复核" in said
    number = re.findall(r"prp-[0-9a-z]{26}", said)[0]
    assert f"yunqi proposal agree {number}" in said
    assert number in far.run("proposal", "list", "--mine", "--as", side.lead)
    far.refused("proposal.not_yours", "proposal", "agree", number, "--as", side.approver)
    shown = far.run("proposal", "show", number, "--as", side.lead)
    assert "可用性按什么期间计算？" in shown
    assert "自然月" in shown
    assert side.using_unit in shown
    assert "已同意并办理" in far.run("proposal", "agree", number, "--as", side.lead)
    assert "month" in far.run("reading", "list", side.contract, "--as", side.lead)
    far.refused("proposal.decided", "proposal", "withdraw", number, "--as", side.approver)


def test_a_run_begun_far_is_seen_near(far: RemoteSession) -> None:
    far.run("contract", "import", SAMPLE, "--as", far.side.clerk)
    listed = Session.call(far, "run", "list").output
    run = re.findall(r"run-[0-9a-z]{26}", listed)[0]
    assert "已完成" in far.run("run", "wait", run, "--as", far.side.clerk)
    assert "contract_id = con-" in Session.call(far, "run", "show", run).output
    far.refused("run.over", "run", "cancel", run, "--as", far.side.clerk)
