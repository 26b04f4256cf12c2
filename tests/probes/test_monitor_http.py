"""Monitoring systems asked over HTTP: a real Prometheus, and a server that answers as the manual of Zabbix says."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from yunqi.kernel.errors import Problem, Trouble
from yunqi.probes import monitor_http
from yunqi.probes.monitor_http import Source, read_prometheus_span, read_zabbix_span
from yunqi.probes.monitor_mapping import read_mapping
from yunqi.probes.monitor_plan import plan_import
from yunqi.probes.prometheus_answer import read_prometheus
from yunqi.probes.zabbix_answer import read_zabbix

CONFIG = """global: {{scrape_interval: 1s}}
scrape_configs:
- job_name: itself
  static_configs: [{{targets: ["127.0.0.1:{port}", "127.0.0.1:1"]}}]
"""
PATIENCE_S = 60


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture(scope="module")
def prometheus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Prometheus that watches itself and a port where nobody is, with some values of each."""
    if shutil.which("prometheus") is None:
        if "CI" in os.environ:
            pytest.fail("prometheus is not installed")
        pytest.skip("prometheus is not installed: apt-get install prometheus")
    folder, port = tmp_path_factory.mktemp("prometheus"), free_port()
    (folder / "prometheus.yml").write_text(CONFIG.format(port=port), "utf-8")
    command = (
        "prometheus",
        f"--config.file={folder}/prometheus.yml",
        f"--storage.tsdb.path={folder}/data",
        f"--web.listen-address=127.0.0.1:{port}",
    )
    with (folder / "log").open("wb") as log:
        child = subprocess.Popen(command, stdout=log, stderr=log)
    url = f"http://127.0.0.1:{port}"
    try:
        until = time.monotonic() + PATIENCE_S
        while count_values(url) < 6:
            assert child.poll() is None, (folder / "log").read_text("utf-8")
            assert time.monotonic() < until, (folder / "log").read_text("utf-8")
            time.sleep(0.3)
        yield url
    finally:
        child.terminate()
        child.wait()


def count_values(url: str) -> int:
    try:
        answer = httpx.get(f"{url}/api/v1/query", params={"query": "up[1h]"}).json()
    except (httpx.HTTPError, ValueError):
        return 0
    return min((len(one["values"]) for one in answer.get("data", {}).get("result", [])), default=0)


def test_raw_values_of_prometheus_are_the_same_however_the_span_is_cut(
    prometheus: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, now = Source(prometheus), datetime.now(UTC)
    begun, ended = now - timedelta(minutes=10), now - timedelta(seconds=1)
    whole = read_prometheus(read_prometheus_span(source, "up", begun, ended))
    assert {one.labels["instance"].endswith(":1") for one in whole} == {True, False}
    monkeypatch.setattr(monitor_http, "PART_S", 2)
    assert read_prometheus(read_prometheus_span(source, "up", begun, ended)) == whole
    rules = read_mapping(
        f"match,object,up,hold,probe\ninstance=127.0.0.1:1,platform,=1,2,dead\n"
        f"instance={prometheus.removeprefix('http://')},platform,=1,2,alive\n".encode(),
        probe="prometheus",
    )
    results = plan_import(whole, rules, now=datetime.now(UTC)).evidence.results
    assert {(one.probe, one.verdict) for one in results} == {("dead", "down"), ("alive", "up")}


def test_steps_of_prometheus_lie_at_whole_multiples(prometheus: str, monkeypatch: pytest.MonkeyPatch) -> None:
    source, now = Source(prometheus), datetime.now(UTC)
    span = (now - timedelta(minutes=10, seconds=1), now)
    whole = read_prometheus(read_prometheus_span(source, "sum(up)", *span, step_s=2))
    assert {point.at_us % 2_000_000 for one in whole for point in one.points} == {0}
    assert {point.level for one in whole for point in one.points} == {"1"}
    monkeypatch.setattr(monitor_http, "STEP_LIMIT", 3)
    assert read_prometheus(read_prometheus_span(source, "sum(up)", *span, step_s=2)) == whole


def test_what_prometheus_does_not_understand_is_told(prometheus: str) -> None:
    now = datetime.now(UTC)
    for query, step_s in (("up{", 1), ("sum(up)", None), ("up)", None)):
        with pytest.raises(Problem) as caught:
            read_prometheus_span(Source(prometheus), query, now - timedelta(minutes=1), now, step_s=step_s)
        assert caught.value.code == "evidence.answer_error"
        assert "parse error" in str(caught.value.values["reason"]) or "ranges" in str(caught.value.values["reason"])


BEGUN = datetime(2026, 3, 1, tzinfo=UTC)
KINDS = {"11": "3", "12": "0", "13": "4"}


class Zabbix(BaseHTTPRequestHandler):
    """A value of each item at each full minute; the token is asked for."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/api_jsonrpc.php")
            self.end_headers()
            return
        asked = json.loads(body)
        answer: dict[str, Any] = {"jsonrpc": "2.0", "id": asked["id"]}
        if self.headers.get("Authorization") != "Bearer secret":
            answer["error"] = {"code": -32602, "message": "Invalid params.", "data": "Not authorized."}
        else:
            answer["result"] = self.result(asked["method"], asked["params"])
        content = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def result(self, method: str, params: dict[str, Any]) -> list[dict[str, str]]:
        if method == "item.get":
            return [{"itemid": one, "value_type": KINDS[one]} for one in params["itemids"] if one in KINDS]
        step = 3600 if method == "trend.get" else 60
        begun, ended = int(params["time_from"]), int(params["time_till"])
        clocks = [str(at) for at in range(-(-begun // step) * step, ended + 1, step)]
        if method == "trend.get":
            hour = {"num": "60", "value_min": "1", "value_avg": "1", "value_max": "1"}
            return [{"itemid": one, "clock": at, **hour} for one in params["itemids"] for at in clocks]
        some = [one for one in params["itemids"] if KINDS[one] == str(params["history"])]
        return [{"itemid": one, "clock": at, "ns": "5", "value": "1"} for one in some for at in clocks]

    def log_message(self, *_words: object) -> None:
        pass


@pytest.fixture(scope="module")
def zabbix() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Zabbix)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def test_items_of_zabbix_are_asked_for_by_their_type_and_in_parts(zabbix: str) -> None:
    source = Source(f"{zabbix}/api_jsonrpc.php", "secret")
    series = read_zabbix(read_zabbix_span(source, ["11", "12"], BEGUN, BEGUN + timedelta(days=2, minutes=5)))
    assert [(one.name, len(one.points)) for one in series] == [("itemid=12", 2885), ("itemid=11", 2885)]
    hours = read_zabbix(read_zabbix_span(source, ["11"], BEGUN, BEGUN + timedelta(days=2), trends=True))
    assert [(len(one.points), {point.number for point in one.points}) for one in hours] == [(48, {60})]


@pytest.mark.parametrize(
    ("path", "token", "items", "code"),
    [
        ("/api_jsonrpc.php", None, ["11"], "evidence.answer_error"),
        ("/api_jsonrpc.php", "secret", ["11", "99"], "monitor.item"),
        ("/api_jsonrpc.php", "secret", ["13"], "monitor.item"),
        ("/moved", "secret", ["11"], "monitor.refused"),
    ],
)
def test_what_zabbix_refuses_is_told(zabbix: str, path: str, token: str | None, items: list[str], code: str) -> None:
    with pytest.raises(Problem) as caught:
        read_zabbix_span(Source(zabbix + path, token), items, BEGUN, BEGUN + timedelta(hours=1))
    assert caught.value.code == code
    assert "secret" not in str(caught.value.values)


def test_an_address_that_is_none_or_does_not_answer_is_told() -> None:
    for url in ("ftp://127.0.0.1/", "prometheus", ""):
        with pytest.raises(Problem) as caught:
            read_prometheus_span(Source(url), "up", BEGUN, BEGUN + timedelta(hours=1))
        assert caught.value.code == "monitor.address"
    with pytest.raises(Trouble) as trouble:
        read_prometheus_span(Source(f"http://127.0.0.1:{free_port()}"), "up", BEGUN, BEGUN + timedelta(hours=1))
    assert trouble.value.code == "monitor.unreached"
    assert "token" not in repr(Source("http://x", "token"))
