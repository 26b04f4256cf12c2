"""Asking a monitoring system over HTTP for a span of what it saw; the answer is taken in like a file of it.

Source: prometheus.io, HTTP API; Zabbix manual, API reference, history.get and trend.get.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self
from urllib.parse import urlsplit

import httpx

from yunqi.kernel.errors import Problem, Trouble
from yunqi.probes.foreign_rows import SIZE_LIMIT_BYTES
from yunqi.probes.prometheus_answer import list_series, load_answer, unreadable_answer

STEP_LIMIT = 10_000
"""Steps asked for at once: Prometheus answers at most 11,000 points a series."""
PART_S = 86_400
"""The longest span asked for at once where the number of values is not known before."""
_DEADLINE_S = 60.0


@dataclass(frozen=True, slots=True)
class Source:
    """A monitoring system's address. The token is sent to it alone: redirects are not followed.

    `certificates` names a file with the authorities to trust, where the usual ones do not vouch for it.
    """

    url: str
    token: str | None = field(default=None, repr=False)
    certificates: str | None = None


def read_prometheus_span(
    source: Source, query: str, start_at: datetime, end_at: datetime, *, step_s: int | None = None
) -> bytes:
    """The values over [start_at, end_at) as one answer: as they were scraped, or with `step_s` at each step.

    Steps lie at whole multiples of `step_s` since 1970, so that spans that overlap bring the same values. Only whole
    seconds of the span count. Raises `Problem` monitor.address, monitor.refused, evidence.answer_error,
    evidence.unreadable_answer, evidence.too_large, and `Trouble` monitor.unreached.
    """
    first, last = int(start_at.timestamp()), int(end_at.timestamp())
    gathered: dict[str, tuple[Any, dict[Any, Any]]] = {}
    with _Asking(source) as asking:
        for path, wanted in _list_parts(query, first, last, step_s):
            for one in list_series(load_answer(asking.get(path, wanted))):
                try:
                    metric, pairs = one["metric"], [(at, value) for at, value in one["values"] if first <= at < last]
                except (KeyError, TypeError, ValueError) as error:
                    raise unreadable_answer(error) from error
                gathered.setdefault(json.dumps(metric, sort_keys=True), (metric, {}))[1].update(pairs)
    series = (
        f'{{"metric":{json.dumps(metric)},"values":['
        + ",".join(f"[{at},{json.dumps(values[at])}]" for at in sorted(values))
        + "]}"
        for metric, values in gathered.values()
        if values
    )
    return f'{{"status":"success","data":{{"resultType":"matrix","result":[{",".join(series)}]}}}}'.encode()


def _list_parts(query: str, first: int, last: int, step_s: int | None) -> Iterator[tuple[str, dict[str, str]]]:
    if step_s is None:
        for begun in range(first, last, PART_S):
            length = min(PART_S, last - begun)
            # One second more before: what stands exactly at the begin is in the range with some versions only.
            yield "/api/v1/query", {"query": f"{query}[{length + 1}s]", "time": str(begun + length)}
        return
    begun = -(-first // step_s) * step_s
    while begun < last:
        ended = min(begun + (STEP_LIMIT - 1) * step_s, last - 1)
        asked = {"query": query, "start": str(begun), "end": str(ended), "step": str(step_s)}
        yield "/api/v1/query_range", asked
        begun += STEP_LIMIT * step_s


def read_zabbix_span(
    source: Source, items: Sequence[str], start_at: datetime, end_at: datetime, *, trends: bool = False
) -> bytes:
    """The values of items over [start_at, end_at) as one answer of history.get, or with `trends` of trend.get.

    `source.url` is that of `api_jsonrpc.php`. Each item's type decides which history is asked for. Raises as
    `read_prometheus_span` does, and `Problem` monitor.item for an item that is not there, or holds no numbers.
    """
    first, last = int(start_at.timestamp()), int(end_at.timestamp())
    found: list[Any] = []
    with _Asking(source) as asking:
        told = asking.call("item.get", {"output": ["itemid", "value_type"], "itemids": list(items)})
        kinds = {str(one["itemid"]): str(one["value_type"]) for one in told}
        if strange := [one for one in items if kinds.get(one) not in {"0", "3"}]:
            raise Problem(
                "monitor.item",
                "监控项 {value} 不存在、无权读取，或不是数值型",
                field="item",
                value="、".join(strange)[:200],
                way_out="请核对监控项的 itemid 和令牌的权限",
            )
        for begun in range(first, last, PART_S):
            span = {"time_from": begun, "time_till": min(begun + PART_S, last) - 1}
            if trends:
                found += asking.call("trend.get", {"output": "extend", "itemids": list(items), **span})
                continue
            for kind in sorted(set(kinds.values())):
                some = [one for one in items if kinds[one] == kind]
                asked = {"output": "extend", "history": int(kind), "itemids": some, "sortfield": "clock", **span}
                found += asking.call("history.get", asked)
    return json.dumps({"jsonrpc": "2.0", "result": found}).encode()


class _Asking:
    """A connection to a monitoring system that counts what it answers."""

    def __init__(self, source: Source) -> None:
        parts = urlsplit(source.url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise Problem(
                "monitor.address",
                "「{value}」不是监测系统的地址",
                field="url",
                value=source.url[:200],
                way_out="应为 http:// 或 https:// 开头的地址",
            )
        self._url = source.url.rstrip("/")
        self._size = 0
        headers = {"Authorization": f"Bearer {source.token}"} if source.token else {}
        self._client = httpx.Client(
            headers=headers,
            timeout=_DEADLINE_S,
            follow_redirects=False,
            verify=source.certificates or True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._client.close()

    def get(self, path: str, asked: Mapping[str, str]) -> bytes:
        """The body of an answer, an error's too when it is JSON. Long queries fit into a form only."""
        return self._read("POST", self._url + path, data=dict(asked))

    def call(self, method: str, asked: Mapping[str, Any]) -> list[Any]:
        """The result of a JSON-RPC call."""
        body = {"jsonrpc": "2.0", "method": method, "params": asked, "id": 1}
        content = self._read("POST", self._url, json=body)
        try:
            answer = json.loads(content)
        except ValueError:
            answer = None
        if not isinstance(answer, dict) or not isinstance(answer.get("result"), list):
            told = answer.get("error") if isinstance(answer, dict) else None
            raise Problem(
                "evidence.answer_error",
                "监测系统应答的是错误：{reason}",
                field="file",
                reason=str(told or content[:100])[:300],
                way_out="请核对查询后重新导出",
            )
        found: list[Any] = answer["result"]
        return found

    def _read(self, method: str, url: str, **body: Any) -> bytes:
        content = bytearray()
        with self._refusals(url), self._client.stream(method, url, **body) as answer:
            for piece in answer.iter_bytes():
                content += piece
                self._size += len(piece)
                if self._size > SIZE_LIMIT_BYTES:
                    raise Problem(
                        "evidence.too_large",
                        "文件有 {size} MB，超过上限 {limit} MB",
                        field="file",
                        size=self._size // 2**20,
                        limit=SIZE_LIMIT_BYTES // 2**20,
                        way_out="请按月份拆分后分别导入",
                    )
            said_json = "json" in answer.headers.get("content-type", "")
            if answer.status_code != httpx.codes.OK and not (said_json and answer.status_code < 500):
                raise Problem(
                    "monitor.refused",
                    "监测系统 {url} 拒绝了请求（HTTP {status}）",
                    field="url",
                    url=url,
                    status=answer.status_code,
                    way_out="请核对地址与令牌",
                )
        return bytes(content)

    @contextmanager
    def _refusals(self, url: str) -> Iterator[None]:
        try:
            yield
        except httpx.HTTPError as error:
            raise Trouble(
                "monitor.unreached",
                "监测系统 {url} 没有应答：{reason}",
                url=url,
                reason=str(error) or type(error).__name__,
                way_out="请核对地址与网络后重试；未导入任何内容",
            ) from error
