"""Signing in over HTTP: for what only a person may do, and to get a token for everything else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import httpx

from yunqi.client.base import read_answer
from yunqi.client.http import HttpTransport, read_reply
from yunqi.wire.session import CallerInfo, CodeWanted

_OWN_PAGE = {"X-Requested-By": "yunqi"}


def sign_in(
    server: str,
    login: str,
    password: str,
    ask_code: Callable[[], str],
    *,
    ca: Path | None = None,
    language: str = "zh_CN",
) -> HttpTransport:
    """A transport in a session of the person; `ask_code` gives the second factor where it is wanted.

    Raises the server's `Problem` when they do not fit. End the session by `sign_out`.
    """
    transport = HttpTransport(server, ca=ca, language=language)
    transport.http.headers.update(_OWN_PAGE)
    try:
        reply = _post(transport, "/session", {"login": login, "password": password})
        if reply.status_code == httpx.codes.ACCEPTED:
            ticket = read_answer(read_reply(reply), CodeWanted).ticket
            reply = _post(transport, "/session/code", {"ticket": ticket, "code": ask_code()})
        read_reply(reply)
    except BaseException:
        transport.close()
        raise
    return transport


def sign_out(transport: HttpTransport) -> None:
    """Ends the session, or revokes the token, that the transport carries."""
    try:
        answer = transport.http.delete("/session", headers=_OWN_PAGE)
    except httpx.TransportError as error:
        raise transport.unreachable(error, sent=True) from error
    if answer.status_code != httpx.codes.NO_CONTENT:
        read_reply(answer)


def read_caller(transport: HttpTransport) -> CallerInfo:
    """Who the transport acts as."""
    try:
        return read_answer(read_reply(transport.http.get("/session")), CallerInfo)
    except httpx.TransportError as error:
        raise transport.unreachable(error, sent=False) from error


def _post(transport: HttpTransport, path: str, body: dict[str, str]) -> httpx.Response:
    # Never sent twice by itself: each attempt counts against the account.
    try:
        return transport.http.post(path, json=body)
    except httpx.TransportError as error:
        raise transport.unreachable(error, sent=False) from error
