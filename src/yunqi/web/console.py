"""What the console needs of whoever mounts it."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import HTTPConnection

from yunqi.kernel.clock import Clock, SystemClock
from yunqi.kernel.rights import Caller

PREFIX = "/console"
"""Where the console is mounted."""


@dataclass(frozen=True, slots=True)
class Console:
    """The installation as pages see it, and how a request becomes a caller.

    `find_caller` gives None when nobody is signed in; it may read the database and is called in a worker thread.
    `secret` (32 bytes or more) signs form tokens and messages; `session_cookie` names the cookie that holds the
    session, to which form tokens are bound. `dev` shows the style guide and re-reads templates. `record_export` is told
    who takes which table away, how many rows and with which filters; when it raises, nothing leaves.
    """

    site: Any
    find_caller: Callable[[HTTPConnection], Caller | None]
    secret: bytes
    name: str = "云契"
    session_cookie: str = "yunqi_session"
    clock: Clock = SystemClock()  # noqa: RUF009
    dev: bool = False
    sign_in_ways: tuple[tuple[str, str], ...] = ()
    """Other ways to sign in: a name that the sign-in page knows, and the path of its page."""
    record_export: Callable[[Caller, str, int, Mapping[str, str]], None] | None = None

    def sign(self, purpose: str, text: str) -> str:
        """A tag that only this installation can make for this text and this purpose."""
        key = hashlib.sha256(b"yunqi-console:" + purpose.encode() + b":" + self.secret).digest()
        return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()

    def is_signed(self, purpose: str, text: str, tag: str) -> bool:
        """Whether the tag is this installation's for the text and purpose."""
        return hmac.compare_digest(self.sign(purpose, text).encode(), tag.encode())
