"""Group robots of 企业微信 and 钉钉: a POST to an address that holds the key; 钉钉 also wants a signature.

Source: 企业微信 developer documents, path 91770 (text up to 2048 bytes, markdown up to 4096, `errcode` 0); 钉钉 open
platform, custom robot access (sign: Base64 of HMAC-SHA256 over milliseconds, line feed and secret, with the secret).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote_plus

from yunqi.kernel.addresses import check_resolved, read_endpoint
from yunqi.kernel.errors import Problem
from yunqi.operations.notices.message import Message, Told
from yunqi.operations.webhooks import post, resolve_host

WECOM, DINGTALK = "wecom", "dingtalk"
_MOST_BYTES = {WECOM: 4096, DINGTALK: 20_000}
_ESCAPED = str.maketrans({"*": "＊", "`": "｀", "[": "［", "]": "］", "<": "＜", ">": "＞"})
"""Signs that would turn into markup: a title that somebody gave makes no link."""


def sign_dingtalk(secret: str, milliseconds: int) -> str:
    """The signature as it stands in the address, before it is quoted.

    >>> sign_dingtalk("SEC0", 1700000000000) == sign_dingtalk("SEC0", 1700000000001)
    False
    """
    said = f"{milliseconds}\n{secret}".encode()
    return base64.b64encode(hmac.new(secret.encode(), said, hashlib.sha256).digest()).decode()


def signed_address(url: str, secret: str, milliseconds: int) -> str:
    """The address of a robot with instant and signature."""
    joint = "&" if "?" in url else "?"
    return f"{url}{joint}timestamp={milliseconds}&sign={quote_plus(sign_dingtalk(secret, milliseconds))}"


def render_message(channel: str, message: Message) -> dict[str, Any]:
    """The message in the form of a robot, cut to what it takes."""
    title = message.subject.translate(_ESCAPED)
    lines = [
        f"> {line}" if channel == WECOM else line for line in message.text.translate(_ESCAPED).splitlines() if line
    ]
    gap = "\n" if channel == WECOM else "\n\n"
    text = cut_bytes(gap.join([f"**{title}**" if channel == WECOM else f"### {title}", *lines]), _MOST_BYTES[channel])
    if channel == WECOM:
        return {"msgtype": "markdown", "markdown": {"content": text}}
    return {"msgtype": "markdown", "markdown": {"title": title, "text": text}}


def cut_bytes(text: str, most: int) -> str:
    """The text within so many bytes of UTF-8, never ending within a character.

    >>> cut_bytes("值班值班", 10)
    '值班…'
    """
    if len(text.encode()) <= most:
        return text
    return text.encode()[: most - len("…".encode())].decode("utf-8", "ignore") + "…"


def send_to_robot(
    channel: str,
    url: str,
    secret: str,
    message: Message,
    at: datetime,
    *,
    trusted: Collection[str] = (),
    only: Collection[str] = (),
    resolve: Callable[[str, int], Sequence[str]] = resolve_host,
) -> Told:
    """Sends one message; the robot's answer must say `errcode` 0. Errors are codes."""
    address = signed_address(url, secret, int(at.timestamp() * 1000)) if channel == DINGTALK and secret else url
    try:
        endpoint = read_endpoint(address, trusted=trusted, only=only)
        place = check_resolved(endpoint.host, resolve(endpoint.host, endpoint.port), trusted=trusted)
    except Problem as problem:
        return Told("", problem.code)
    body = json.dumps(render_message(channel, message), ensure_ascii=False).encode()
    headers = {
        "Host": endpoint.authority,
        "Content-Type": "application/json; charset=utf-8",
        "Content-Length": str(len(body)),
        "User-Agent": "Yunqi",
        "Connection": "close",
    }
    sent = post(endpoint, place, headers, body)
    answer = " ".join(f"{sent.status or ''} {sent.body.decode('utf-8', 'replace')}".split())[:300]
    if sent.error is not None:
        return Told(answer, sent.error)
    try:
        code = json.loads(sent.body).get("errcode")
    except (ValueError, AttributeError):
        return Told(answer, "broken")
    return Told(answer, None if code == 0 else f"errcode.{code}")
