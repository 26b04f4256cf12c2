"""What a log, a trace or a message would show of a result: never the secret in it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import structlog
from tests.kits.identity import PASSWORD, Office

from yunqi.kernel.secret import Secret
from yunqi.operations.identity import accounts, tokens, totp
from yunqi.operations.identity.sign_in import sign_in
from yunqi.store.accounts import find_credentials


def secrets_in(value: Any) -> list[str]:
    """Every secret within a result of a use case."""
    if isinstance(value, Secret):
        return [value.reveal()]
    if isinstance(value, tuple):
        return [text for each in value for text in secrets_in(each)]
    slots = getattr(type(value), "__slots__", ())
    return [text for name in slots for text in secrets_in(getattr(value, name))]


def test_results_show_no_secret(office: Office) -> None:
    import pyotp

    signed = sign_in(office.site, login="clerk", password=PASSWORD)
    with office.desk(office.enter("clerk")) as desk:
        begun = totp.begin_totp(desk, password=PASSWORD)
        confirmed = totp.confirm_totp(desk, code=pyotp.TOTP(begun.secret.reveal()).at(office.clock.now()))
    with office.desk(office.enter("approver")) as desk:
        until = desk.now + timedelta(days=1)
        token = tokens.create_token(desk, name="x", actions=("resource.list",), expires_at=until)
        reset = accounts.reset_account(desk, "clerk")
        credentials = find_credentials(desk.connection, "clerk")
    needed = sign_in(office.site, login="clerk", password=PASSWORD)
    results = (signed, begun, confirmed, token, reset, needed)
    hidden = [text for result in results for text in secrets_in(result)]
    assert len(hidden) == 1 + 3 + 11 + 1 + 1 + 1
    assert credentials is not None
    assert credentials.password_hash is not None
    hidden += [credentials.password_hash, credentials.totp_secret or ""]
    with structlog.testing.capture_logs() as logged:
        structlog.get_logger().info("what happened", results=results, credentials=credentials)
    shown = [
        repr(results),
        str(results),
        f"{results}",
        repr(credentials),
        structlog.dev.ConsoleRenderer()(None, "", {**logged[0]}),
    ]
    assert not [text for text in hidden for line in shown if text in line]
    assert "•••" in repr(results)
