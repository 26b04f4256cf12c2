"""Signing in at the command line to a server elsewhere: password and code, a kept token, what only a person may do."""

from __future__ import annotations

import re
import stat
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyotp
import pytest
from click.testing import CliRunner, Result
from tests.kits.remote import RemoteSession, over_a_server
from tests.kits.server import PASSWORD, give_account
from tests.kits.session import Session

from yunqi.cli.main import main
from yunqi.operations.actions.base import Desk
from yunqi.operations.identity.callers import caller_of_session
from yunqi.operations.identity.sign_in import CodeNeeded, sign_in
from yunqi.operations.identity.totp import begin_totp, confirm_totp
from yunqi.operations.installation import Installation

Call = Callable[..., Result]


@pytest.fixture
def far(signed: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RemoteSession]:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    # Tokens are asked for until an instant of this machine's time, so the server lives in it, at an even step of codes.
    signed.clock.at = datetime.now(UTC).replace(microsecond=0)
    with over_a_server(signed) as opened:
        assert opened.site is not None
        give_account(opened.site, opened.side.approver, "lin")
        yield opened


@pytest.fixture
def call(far: RemoteSession) -> Call:
    """A command as a person types it, with what they answer to its questions."""

    def run(*words: str, answers: tuple[str, ...] = ()) -> Result:
        text = "".join(f"{answer}\n" for answer in answers)
        return CliRunner().invoke(main, ["--home", str(far.home), *words], input=text)

    return run


def profiles(tmp_path: Path) -> Path:
    return tmp_path / "config" / "yunqi" / "profiles.toml"


def test_login_keeps_a_token_that_only_its_owner_can_read(call: Call, far: RemoteSession, tmp_path: Path) -> None:
    done = call("login", far.address, answers=("lin", PASSWORD))
    assert done.exit_code == 0, done.output
    assert f"{far.side.using_unit}/林知远" in done.output
    assert PASSWORD not in done.output
    path = profiles(tmp_path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    kept = tomllib.loads(path.read_text("utf-8"))[far.address]
    assert kept["token"] not in done.output
    assert PASSWORD not in path.read_text("utf-8")
    assert far.number in call("--server", far.address, "contract", "list").output
    shown = call("--server", far.address, "whoami").output
    assert "林知远" in shown
    assert "approver" in shown
    assert far.address in call("whoami").output
    assert "已退出" in call("logout", far.address).output
    assert far.address not in path.read_text("utf-8")
    # The token is void, not merely forgotten.
    (tmp_path / "token").write_text(kept["token"], "ascii")
    void = call("--server", far.address, "--token-file", str(tmp_path / "token"), "contract", "list")
    assert "[access.token_void]" in void.stderr
    assert "[token.none]" in call("logout", far.address).stderr


def test_a_wrong_password_keeps_nothing(call: Call, far: RemoteSession, tmp_path: Path) -> None:
    refused = call("login", far.address, "--login", "lin", answers=("wrong",))
    assert refused.exit_code == 2
    assert refused.stderr.rstrip().endswith("[sign_in.refused]")
    assert not profiles(tmp_path).exists()


def test_the_second_factor_is_asked_for(call: Call, far: RemoteSession, tmp_path: Path) -> None:
    assert far.site is not None
    secret = enrol(far.site, "lin")
    far.clock.advance(timedelta(seconds=60))  # a code is good once
    code = pyotp.TOTP(secret).at(far.clock.now())
    done = call("login", far.address, "--login", "lin", answers=(PASSWORD, code))
    assert done.exit_code == 0, done.output
    again = call("login", far.address, "--login", "lin", answers=(PASSWORD, code))
    assert again.exit_code == 2
    assert profiles(tmp_path).exists()


def enrol(site: Installation, login: str) -> str:
    """A second factor for an account; returns its secret."""
    begun = sign_in(site, login=login, password=PASSWORD, code="", address="127.0.0.1", user_agent="")
    assert not isinstance(begun, CodeNeeded)
    caller = caller_of_session(site, begun.token.reveal())
    assert caller is not None
    with site.database.unit() as connection:
        desk = Desk(site, caller, site.clock.now(), connection)
        secret = begin_totp(desk, password=PASSWORD).secret.reveal()
        confirm_totp(desk, code=pyotp.TOTP(secret).at(site.clock.now()))
    return secret


def test_the_second_persons_word_is_given_in_person(call: Call, far: RemoteSession) -> None:
    assert far.site is not None
    side = far.side
    give_account(far.site, side.lead, "shen")
    said = far.run(
        "reading", "agree", side.contract, "availability.window", "month", "--agreement", "1", "--as", side.approver
    )
    number = re.findall(r"prp-[0-9a-z]{26}", said)[0]
    assert call("login", far.address, answers=("shen", PASSWORD)).exit_code == 0
    assert number in call("--server", far.address, "proposal", "list", "--mine").output
    nobody = call("--server", far.address, "proposal", "agree", number, answers=("wrong",))
    assert nobody.exit_code == 2
    assert "[sign_in.refused]" in nobody.stderr
    agreed = call("--server", far.address, "proposal", "agree", number, answers=(PASSWORD,))
    assert agreed.exit_code == 0, agreed.output
    assert "本人登录" in agreed.stderr
    assert "已同意并办理" in agreed.stdout
    assert "month" in call("--server", far.address, "reading", "list", side.contract).output


def test_a_spoilt_profile_is_named(call: Call, far: RemoteSession, tmp_path: Path) -> None:
    path = profiles(tmp_path)
    path.parent.mkdir(parents=True)
    for text in ("[", "x = 1\n", '["a"]\nserver = 1\n'):
        path.write_text(text, "utf-8")
        said = call("--server", far.address, "contract", "list").stderr
        assert "[profile.unreadable]" in said or "[token.missing]" in said
        assert str(path) in said or "yunqi login" in said


@contextmanager
def gone() -> Iterator[str]:
    """An address where nobody answers."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    yield f"http://127.0.0.1:{port}"


def test_logging_out_of_a_server_that_is_gone_forgets_the_token(call: Call, far: RemoteSession, tmp_path: Path) -> None:
    assert call("login", far.address, answers=("lin", PASSWORD)).exit_code == 0
    path = profiles(tmp_path)
    with gone() as address:
        path.write_text(path.read_text("utf-8").replace(far.address, address), "utf-8")
        said = call("logout", address)
        assert said.exit_code == 0
        assert "吊销" in said.output
        assert address not in path.read_text("utf-8")
