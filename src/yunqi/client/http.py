"""The client's way over HTTP: one connection pool, errors as the server worded them, safe repetition.

What is repeated: readings, and writes that carry an idempotency key, which the server then does once. They are repeated
when the connection broke before the answer was whole, and when the server says 503 or 429, after the time that it
names or a growing, uneven pause.
"""

from __future__ import annotations

import json
import random
import ssl
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import httpx

from yunqi import __version__
from yunqi.client.base import Call, Deed, Download, Reply, Tell, read_answer
from yunqi.kernel.errors import Problem, Trouble, YunqiError
from yunqi.kernel.words import given_error
from yunqi.wire.base import ById, Run

PREFIX = "/api/v1"
PROBLEM_TYPE = "application/problem+json"
ATTEMPTS = 5
"""How often a call is sent at most."""
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.3, 20.0
CONNECT_S, ANSWER_S = 10.0, 120.0
POLL_S = 1.0
"""How often a run is asked for where its events can't be had."""
_BUSY = frozenset({429, 503})


class HttpTransport:
    """Calls over HTTP. `token`: an API token; `ca`: a file of certificates to trust instead of the system's."""

    def __init__(
        self,
        server: str,
        token: str = "",
        *,
        ca: Path | None = None,
        verify: bool = True,
        language: str = "zh_CN",
        answer_s: float = ANSWER_S,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.server = read_server(server)
        headers = {"User-Agent": f"yunqi/{__version__}", "Accept-Language": language.replace("_", "-")}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        self._http = httpx.Client(
            base_url=self.server + PREFIX,
            headers=headers,
            verify=read_trust(ca, verify=verify),
            timeout=httpx.Timeout(answer_s, connect=CONNECT_S),
        )
        self._sleep = sleep

    @property
    def http(self) -> httpx.Client:
        """The connections themselves, for what is no action: signing in and out."""
        return self._http

    def send(self, call: Call) -> Reply:
        """What the call gave; raises the server's `Problem` or `Trouble`, or one of server.*."""
        method, options = call.deed.method, self._options(call)
        safe = call.deed.kind == "read" or call.key is not None
        attempt = 1
        while True:
            try:
                answer = self._http.request(method, **options)
            except httpx.TransportError as error:
                if attempt >= ATTEMPTS or not (safe or isinstance(error, httpx.ConnectError)) or _is_hopeless(error):
                    raise self.unreachable(error, sent=method != "GET") from error
                pause = pause_before(attempt)
            else:
                if answer.status_code not in _BUSY or attempt >= ATTEMPTS or not safe:
                    return read_reply(answer)
                pause = max(pause_before(attempt), _named_pause(answer))
            self._sleep(pause)
            attempt += 1

    def follow(self, run_id: str, tell: Tell) -> Run:
        """The run at its end: by its events as they come, by asking again where these break off.

        Raises `Trouble` run.lost with what was last known of the run when the server stays away.
        """
        last: Run | None = None
        try:
            for last in self._events(run_id):
                tell(last)
        except (httpx.HTTPError, ValueError):
            pass  # asked for below
        try:
            while last is None or last.state == "open":
                seen = self._read_run(run_id)
                if seen != last:
                    last = seen
                    tell(seen)
                if seen.state == "open":
                    self._sleep(POLL_S)
        except Trouble as error:
            raise _lost(run_id, last, error) from error
        return last

    def close(self) -> None:
        """Closes the connections."""
        self._http.close()

    def _options(self, call: Call) -> dict[str, Any]:
        given = call.request.model_dump(mode="json", exclude_unset=True, exclude=set(call.deed.fixed))
        path = call.deed.path
        for name in list(given):
            if "{" + name + "}" in path:
                path = path.replace("{" + name + "}", quote(str(given.pop(name)), safe=""))
        headers = {}
        if call.key is not None:
            headers["Idempotency-Key"] = call.key
        if call.if_match is not None:
            headers["If-Match"] = call.if_match
        options: dict[str, Any] = {"url": path, "headers": headers}
        if call.deed.action == "file.upload":
            options["files"] = {"file": (call.request.name, call.request.content)}  # type: ignore[attr-defined]
        elif call.deed.method == "GET":
            options["params"] = given
        elif given:
            options["content"] = json.dumps(given, ensure_ascii=False).encode()
            headers["Content-Type"] = "application/json"
        return options

    def _read_run(self, run_id: str) -> Run:
        deed = Deed("run.read", "GET", "/runs/{id}", "read", ById)
        return read_answer(self.send(Call(deed, ById(id=run_id))), Run)

    def _events(self, run_id: str) -> Iterator[Run]:
        address = f"/runs/{quote(run_id, safe='')}/events"
        with self._http.stream("GET", address, headers={"Accept": "text/event-stream"}) as answer:
            if answer.status_code != httpx.codes.OK:
                answer.read()
                read_reply(answer)
            for line in answer.iter_lines():
                if line.startswith("data:"):
                    yield Run.model_validate_json(line[5:].strip())

    def unreachable(self, error: httpx.TransportError, *, sent: bool) -> YunqiError:
        """What is said of a connection that failed; `sent`: the deed may have been done."""
        reason = str(error) or type(error).__name__
        if _is_hopeless(error):
            return Problem(
                "server.certificate",
                "{server} 的证书不可信：{reason}",
                field="server",
                server=self.server,
                reason=reason,
                way_out="自签证书请以 --ca 指明其证书文件；否则请与管理员核对",
            )
        if sent and not isinstance(error, httpx.ConnectError):
            return Trouble(
                "server.no_answer",
                "{server} 没有答复，这件事可能已经办了，也可能没有：{reason}",
                field="server",
                server=self.server,
                reason=reason,
                way_out="请先查看结果；同一幂等键重试不会重复办理",
            )
        return Trouble(
            "server.unreachable",
            "无法连接 {server}：{reason}",
            field="server",
            server=self.server,
            reason=reason,
            way_out="请核对地址与网络，以及服务是否在运行",
        )


def read_server(server: str) -> str:
    """The base address without what follows the host; raises `Problem` server.address.

    >>> read_server("https://cloud.example:8600/")
    'https://cloud.example:8600'
    """
    try:
        url = httpx.URL(server.strip().rstrip("/"))
        good = url.scheme in {"http", "https"} and bool(url.host) and not url.userinfo and not url.query
    except httpx.InvalidURL:
        good = False
    if not good:
        raise Problem(
            "server.address",
            "服务地址「{value}」不可用",
            field="server",
            value=server[:80],
            way_out="请写成 https://主机:端口",
        )
    return str(url)


def read_trust(ca: Path | None, *, verify: bool) -> ssl.SSLContext | bool:
    """What server certificates are checked against; raises `Problem` server.ca for a file of no certificates."""
    if ca is None or not verify:
        return verify
    try:
        return ssl.create_default_context(cafile=str(ca))
    except (OSError, ssl.SSLError) as error:
        raise Problem(
            "server.ca",
            "证书文件 {path} 无法读取：{reason}",
            field="ca",
            path=ca,
            reason=error,
            way_out="请指明 PEM 格式的证书文件",
        ) from error


def pause_before(attempt: int) -> float:
    """Seconds before the next attempt: growing, and uneven so that many clients don't come back at one moment."""
    longest: float = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2.0 ** (attempt - 1))
    return longest * random.uniform(0.5, 1.0)  # noqa: S311 - no secret


def read_reply(answer: httpx.Response) -> Reply:
    """The reply that a response is; raises the `Problem` or `Trouble` that it carries."""
    if answer.status_code >= httpx.codes.BAD_REQUEST:
        raise read_error(answer)
    disposition = answer.headers.get("content-disposition", "")
    download = None
    if disposition.startswith("attachment"):
        name = unquote(disposition.partition("filename*=UTF-8''")[2].partition(";")[0])
        download = Download(name, answer.headers.get("content-type", ""), answer.content)
    elif not answer.headers.get("content-type", "").startswith("application/json"):
        raise _no_such_server(answer)
    return Reply(
        answer.status_code,
        answer.content,
        download,
        etag=answer.headers.get("etag", ""),
        replayed=answer.headers.get("idempotency-replayed") == "true",
    )


def read_error(answer: httpx.Response) -> YunqiError:
    """The error that a response carries, in the server's words."""
    if answer.headers.get("content-type", "").startswith(PROBLEM_TYPE):
        try:
            said = json.loads(answer.content)
            kind: type[YunqiError] = Trouble if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR else Problem
            return given_error(
                kind,
                str(said["code"]),
                str(said["title"]),
                way_out=str(said.get("way_out") or ""),
                field=str(said.get("field") or ""),
                value=str(said.get("value") or ""),
            )
        except (ValueError, KeyError, TypeError, AttributeError):
            pass  # said below: whoever answers is no installation
    return _no_such_server(answer)


def _no_such_server(answer: httpx.Response) -> Trouble:
    return Trouble(
        "server.answer",
        "{server} 的答复不是云契的（HTTP {status}）",
        field="server",
        server=f"{answer.url.scheme}://{answer.url.netloc.decode()}",
        status=answer.status_code,
        way_out="请核对服务地址，以及中间的代理",
    )


def _named_pause(answer: httpx.Response) -> float:
    text = answer.headers.get("retry-after", "")
    return min(float(text), LONGEST_PAUSE_S) if text.isascii() and text.isdigit() else 0.0


def _is_hopeless(error: httpx.TransportError) -> bool:
    return isinstance(error, httpx.UnsupportedProtocol) or "CERTIFICATE_VERIFY_FAILED" in str(error)


def _lost(run_id: str, last: Run | None, error: Trouble) -> Trouble:
    return Trouble(
        "run.lost",
        "与服务的连接已断；任务 {id} 最后所知：{known}",
        field="run",
        id=run_id,
        known=f"{last.note} {last.done}/{last.total or '?'}".strip() if last else "—",
        reason=error.code,
        way_out="任务由服务继续办理；恢复连接后执行：yunqi run wait {id}",
    )
