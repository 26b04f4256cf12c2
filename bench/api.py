"""The HTTP interface as `yunqi serve` serves it, against bare Starlette with raw SQL: pages, single reads, orders.

Servers have one core, the load generator the other. Subject and yardstick are loaded in turn; a rate is of a second of
the server's own time on its core, so that other work on the machine does not enter into it.
"""

from __future__ import annotations

import base64
import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random

import orjson

from bench.api_world import PASSWORD, RESOURCES, database_path, fill_home, sign_in_people
from bench.figures import Figure
from bench.load import Load, MakeRequest, Server, apply_load, ask_once, render_get, render_post
from bench.memory import read_peak_kib
from bench.world import Agency, make_home, temporary_folder
from yunqi.bootstrap import open_site
from yunqi.operations.settings import load_settings

SESSIONS = 1000
TURNS = 3
SECONDS = 0.8
_DEADLINE_S = 60
_UNBOUND = 1_000_000_000
_LIMIT_KIB = 250 * 1024
_AIM = "≥ 0.5×"
_BARE = "bare Starlette, raw SQL, orjson"


def measure() -> Iterable[Figure]:
    """Rates and latencies of what people and programs ask for most."""
    with temporary_folder() as folder:
        home = make_home(
            folder, engine="fake", listen_port=0, requests_per_minute=_UNBOUND, strangers_per_minute=_UNBOUND
        )
        site = open_site(load_settings(home))
        try:
            agency = fill_home(site)
            tokens = sign_in_people(site, agency, SESSIONS)
            path = database_path(site)
        finally:
            site.close()
        with (
            serve_ours(home, folder) as ours,
            serve_bare(path, agency, folder) as bare,
            on_core(-1),
        ):
            yield from measure_pages(ours, bare, tokens)
            yield from measure_orders(ours, agency, tokens)
            against = f"the limit of 250 MiB, {SESSIONS:,} people signed in, {RESOURCES:,} resources"
            yield show_peak("api: server, peak resident", ours, against)
            yield from measure_sign_in(ours)
            yield show_peak("api: the same, two signing in at once", ours, "64 MiB each for argon2id beside the limit")


def show_peak(name: str, server: Server, against: str) -> Figure:
    """The most memory that the server has had so far."""
    peak = read_peak_kib(server.pid)
    return Figure(name, peak / 1024, "MiB", against, peak / _LIMIT_KIB, "≤ 250 MiB")


def measure_pages(ours: Server, bare: Server, tokens: Sequence[str]) -> Iterator[Figure]:
    """Pages of 100 resources, ours with a session each and bare Starlette's, in turn."""
    first = ask_once(ours, page_request(tokens[0]))
    plain = ask_once(bare, render_get("/resources?limit=100"))
    if first[0] != 200 or first[2] != plain[2]:
        raise RuntimeError(f"the yardstick's answer is not ours: {first[0]} {first[2][:300]!r} {plain[2][:300]!r}")
    ids = sorted(read_ids(ours, tokens[0]))
    dice = Random(1)
    starts = [dice.choice(ids[:-101]) for _ in range(5000)]
    pages = [page_request(tokens[number % SESSIONS], cursor_of(key)) for number, key in enumerate(starts)]
    bare_pages = [render_get(f"/resources?limit=100&after={key}") for key in starts]
    same, bare_same = [page_request(tokens[0])], [render_get("/resources?limit=100")]
    known = [render_get("/api/v1/resources?limit=100", cookie=cookie_of(tokens[0]), if_none_match=first[1]["etag"])]
    single = [render_get(f"/api/v1/resources/{key}", cookie=cookie_of(tokens[0])) for key in ids[:500]]
    for name, subject, yardstick in (
        ("any page of 100", pages, bare_pages),
        ("the same page of 100 again", same, bare_same),
        ("the same page, known to the client", known, bare_same),
        ("one resource", single, bare_same),
    ):
        for clients in (1, 8):
            mine, its = in_turn(ours, subject, bare, yardstick, clients)
            yield from show_pair(f"api: {name}, {clients} client{'s' * (clients > 1)}", mine, its)


def in_turn(
    ours: Server, subject: Sequence[bytes], bare: Server, yardstick: Sequence[bytes], clients: int
) -> tuple[list[Load], list[Load]]:
    """The loads of both, A B A B."""
    pairs = [
        (
            apply_load(ours, cycle_of(subject), clients=clients, seconds=SECONDS),
            apply_load(bare, cycle_of(yardstick), clients=clients, seconds=SECONDS),
        )
        for _turn in range(TURNS)
    ]
    return [mine for mine, _its in pairs], [its for _mine, its in pairs]


def show_pair(name: str, mine: Sequence[Load], its: Sequence[Load]) -> Iterator[Figure]:
    """The rate and the 99th percentile of ours, held against the yardstick's."""
    for load in (*mine, *its):
        if set(load.statuses) - {200, 304}:
            raise RuntimeError(f"{name}: {load.statuses}")
    rate, bare_rate = (statistics.median(one.answers_per_core_s for one in loads) for loads in (mine, its))
    yield Figure(name, rate, "/s a core", f"{_BARE}: {bare_rate:,.0f}/s", rate / bare_rate, _AIM)
    slow, bare_slow = (statistics.median(one.p99_ms for one in loads) for loads in (mine, its))
    middle = statistics.median(one.p50_ms for one in mine)
    against = f"{_BARE}: {bare_slow:.2f} ms; our median {middle:.2f} ms"
    yield Figure(f"{name}, p99", slow, "ms", against, slow / bare_slow, "≤ 2×")


def measure_orders(ours: Server, agency: Agency, tokens: Sequence[str]) -> Iterator[Figure]:
    """Orders, each under an idempotency key."""

    def order(number: int) -> bytes:
        spec = {"vcpus": 1, "memory_gb": "1", "system_disk_gb": 10, "network": "main"}
        body = {"contract": agency.contract, "work_order": agency.work_order, "name": f"x{number}", "spec": spec}
        return render_post(
            "/api/v1/orders/server",
            orjson.dumps(body),
            cookie=cookie_of(tokens[number % SESSIONS]),
            x_requested_by="bench",
            idempotency_key=f"order-{number:08d}",
        )

    made = apply_load(ours, order, clients=1, seconds=2 * SECONDS)
    if set(made.statuses) != {201}:
        raise RuntimeError(f"orders: {made.statuses} {ask_once(ours, order(10**6))[2]!r}")
    against = f"{RESOURCES:,} resources in the tenant; median {made.p50_ms:.1f} ms, p99 {made.p99_ms:.1f} ms"
    yield Figure("api: orders of a server", made.answers_per_s, "/s", against, None, "≥ 50/s")


def measure_sign_in(ours: Server) -> Iterator[Figure]:
    """People who sign in with a password."""

    def sign_in(number: int) -> bytes:
        return render_post(
            "/api/v1/session", orjson.dumps({"login": f"people-{number % SESSIONS}", "password": PASSWORD})
        )

    begun = apply_load(ours, sign_in, clients=2, seconds=2 * SECONDS)
    if set(begun.statuses) != {201}:
        raise RuntimeError(f"sign-ins: {begun.statuses} {ask_once(ours, sign_in(0))[2]!r}")
    yield Figure(
        "api: people signing in", begun.answers_per_s, "/s", f"argon2id; median {begun.p50_ms:.0f} ms", None, "—"
    )


def page_request(token: str, cursor: str = "") -> bytes:
    """A page of 100 resources asked for by a session."""
    more = f"&cursor={cursor}" if cursor else ""
    return render_get(f"/api/v1/resources?limit=100{more}", cookie=cookie_of(token))


def cookie_of(token: str) -> str:
    """The cookie that carries a session."""
    return f"yunqi_session={token}"


def cursor_of(key: str) -> str:
    """The cursor of the page after a resource, as a page before it would have named it."""
    return base64.urlsafe_b64encode(orjson.dumps(["id", "v", key, key])).decode().rstrip("=")


def read_ids(server: Server, token: str) -> Iterator[str]:
    """All resources that the session may see, page by page."""
    cursor = ""
    while True:
        page = orjson.loads(ask_once(server, page_request(token, cursor))[2])
        yield from (one["id"] for one in page["items"])
        cursor = page["next_cursor"]
        if cursor is None:
            return


def cycle_of(requests: Sequence[bytes]) -> MakeRequest:
    """The requests, one after another, again and again."""
    return lambda number: requests[number % len(requests)]


@contextmanager
def on_core(which: int) -> Iterator[None]:
    """This process on one of its cores meanwhile."""
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {sorted(cores)[which]})
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)


@contextmanager
def serve_ours(home: Path, folder: Path) -> Iterator[Server]:
    """The product's own server, without its other parts."""
    command = [sys.executable, "-m", "yunqi", "--home", str(home), "serve", "--only", "api"]
    with _serve(command, folder / "ours.log") as server:
        yield server


@contextmanager
def serve_bare(database: Path, agency: Agency, folder: Path) -> Iterator[Server]:
    """The yardstick under uvicorn."""
    factory = ["-m", "uvicorn", "--factory", "bench.bare_app:make_app", "--host", "127.0.0.1", "--port", "0"]
    command = [sys.executable, *factory, "--no-access-log"]
    environment = {"BARE_DATABASE": str(database), "BARE_USING_UNIT": agency.using_unit_id}
    with _serve(command, folder / "bare.log", **environment) as server:
        yield server


@contextmanager
def _serve(command: list[str], log: Path, **environment: str) -> Iterator[Server]:
    known = {key: value for key, value in os.environ.items() if key != "YUNQI_DATABASE_URL"}
    with log.open("wb") as out:
        server = subprocess.Popen(command, stdout=out, stderr=out, env={**known, **environment})
    os.sched_setaffinity(server.pid, {min(os.sched_getaffinity(0))})
    mark = b"http://127.0.0.1:"
    try:
        until = time.monotonic() + _DEADLINE_S
        while mark not in (text := log.read_bytes()):
            if server.poll() is not None or time.monotonic() > until:
                raise RuntimeError(text.decode())
            time.sleep(0.05)
        yield Server(int(text.partition(mark)[2].split()[0]), server.pid)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(_DEADLINE_S)
