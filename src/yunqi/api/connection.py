"""Connections with bounds of their own: how long a request's head may be, and how long it may take to come."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_LIMIT_BYTES = 64 * 1024
"""Most bytes of a request's line and headers."""
HEAD_WAIT_S = 20.0
"""How long a connection may stay open without a whole head on it; between two requests the keep-alive time holds."""
_REFUSALS = {408: b"Request Timeout", 431: b"Request Header Fields Too Large"}


class BoundedConnection(HttpToolsProtocol):
    """uvicorn's connection, which by itself waits for the rest of a head for ever and keeps any length of it."""

    head_wait_s = HEAD_WAIT_S
    _head_bytes = 0
    _in_head = _in_body = False
    _watch: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begins to wait for the first head."""
        super().connection_made(transport)  # type: ignore[arg-type]
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is waited for any more."""
        self._head_came()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Takes what came; refuses a head that grows beyond its bound."""
        had_body = self._in_body
        super().data_received(data)
        idle = self.cycle is None or self.cycle.response_complete
        if had_body or (not self._in_head and (self._in_body or not idle)):
            # Of a part that ends a body and begins a head nothing is counted: the next parts are.
            self._head_bytes = 0
        else:
            self._head_bytes += len(data)
        if self._in_head or (idle and not self._in_body):
            if self._watch is None:
                self._await_head()
            if self._head_bytes > HEAD_LIMIT_BYTES:
                self._refuse(431)

    def on_message_begin(self) -> None:
        """A head begins."""
        self._in_head, self._in_body = True, False
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """The head is whole."""
        self._in_head, self._in_body = False, True
        self._head_came()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The body is whole."""
        self._in_body = False
        super().on_message_complete()

    def _await_head(self) -> None:
        self._watch = self.loop.call_later(self.head_wait_s, self._end_late)

    def _head_came(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None

    def _end_late(self) -> None:
        if self.cycle is None or self.cycle.response_complete:
            self._refuse(408)
        else:  # an answer is still on its way to the client
            self._await_head()

    def _refuse(self, status: int) -> None:
        self._head_came()
        if self.transport.is_closing():
            return
        reason = _REFUSALS[status]
        self.transport.write(
            b"HTTP/1.1 %d %s\r\ncontent-length: 0\r\nconnection: close\r\n\r\n" % (status, reason),
        )
        self.transport.close()


def bound_receive(receive: Any, wait_s: float) -> Any:
    """`receive` that waits for each part of a body so long and no longer; raises TimeoutError.

    What comes after the whole body is the end of the connection, which may take as long as the answer does.
    """
    whole = False

    async def bounded() -> Any:
        nonlocal whole
        if whole:
            return await receive()
        async with asyncio.timeout(wait_s):
            message = await receive()
        whole = message["type"] != "http.request" or not message.get("more_body", False)
        return message

    return bounded
