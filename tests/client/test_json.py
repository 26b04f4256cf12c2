"""`--json` of every command that shows something: the API's own answer, whole, from a real server."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import httpx
import pytest
from tests.kits.desk import People
from tests.kits.remote import RemoteSession, over_a_server
from tests.kits.session import SAMPLE, Session
from tests.kits.walk import Walk

from yunqi.cli.main import main

pytestmark = pytest.mark.slow
BY_WALK = {
    "contract list": ("", "/contracts?sort=id&limit=500"),
    "contract show": ("{number}", "/contracts/{contract}"),
    "contract entitlement": ("{number}", "/contracts/{contract}/entitlements"),
    "contract amendment list": ("{number}", "/contracts/{contract}/amendments"),
    "contract amendment show": ("{amendment}", "/amendments/{amendment}"),
    "contract compare": ("{number}", "/contracts/{contract}/comparison"),
    "contract prices": ("", "/prices"),
    "contract requirements": ("{number}", "/contracts/{contract}/requirements"),
    "clause cases": ("{number}", "/contracts/{contract}/cases"),
    "tenant list": ("", "/tenants?limit=500"),
    "system list": ("{unit}", "/systems?using_unit={unit}&limit=500"),
    "reading figures": (
        "{number} availability.window",
        "/contracts/{contract}/readings/figures?code=availability.window",
    ),
    "reading history": ("{number}", "/contracts/{contract}/readings/history"),
    "burst list": ("{number}", "/contracts/{contract}/bursts"),
    "work-order list": ("{number}", "/work-orders?contract={number}&sort=number&limit=500"),
    "resource list": ("", "/resources?limit=500"),
    "resource show": ("{resource}", "/resources/{resource}"),
    "resource plan": ("", "/plan"),
    "adopt list": ("{number}", "/contracts/{contract}/adoptions"),
    "adopt show": ("{adoption}", "/adoptions/{adoption}"),
    "incident list": ("{number}", "/incidents?contract={number}&sort=number&limit=500"),
    "incident show": ("{number} {incident}", "/incidents/{incident}"),
    "incident findings": ("{number}", "/adjudications?contract={number}&sort=number&limit=500"),
    "notice contacts": ("{number}", "/contacts?contract={number}&limit=500"),
    "notice list": ("{number}", "/notices?contract={number}&limit=500"),
    "notice show": ("{incident}", "/incidents/{incident}/notices"),
    "rota list": ("{number}", "/shifts?contract={number}&sort=start_at&limit=500"),
    "rota unmanned": ("{number}", "/contracts/{contract}/unmanned"),
    "evidence exclusions": ("{number}", "/exclusions?contract={number}&limit=500"),
    "evidence facts": ("{number} --limit 7", "/contracts/{contract}/facts?limit=7"),
    "probe list": ("{number}", "/watches?contract={number}&limit=500"),
    "payment list": ("{number}", "/contracts/{contract}/payments"),
    "payment late": ("{number}", "/contracts/{contract}/late-payments"),
    "payment delivery": ("{number} --month {month}", "/contracts/{contract}/delivery?month={month}"),
    "invoice list": ("{number}", "/invoices?contract={number}&limit=500"),
    "invoice check": ("{number}", "/contracts/{contract}/invoice-split"),
    "allocation show": ("{number}", "/contracts/{contract}/allocation"),
    "bond show": ("{number}", "/contracts/{contract}/bond"),
    "month what-if": (
        "{number} {month} --if without:{incident_number}",
        "/contracts/{contract}/months/{month}/what-if?assume=without:{incident_number}",
    ),
    "acceptance list": ("{number}", "/acceptances?contract={number}&sort=number&limit=500"),
    "acceptance show": ("{number} {acceptance}", "/acceptances/{acceptance}"),
    "acceptance material": ("{number}", "/contracts/{contract}/acceptance-material"),
    "exit list": ("{number}", "/exits?contract={number}&sort=number&limit=500"),
    "exit show": ("{number} {exit}", "/exits/{exit}"),
    "exit inventory": ("{number}", "/contracts/{contract}/inventory"),
    "exit refund": ("{number} --left-on {day}", "/contracts/{contract}/refund?left_on={day}"),
    "oversight compare": ("--month {month}", "/ratings?month={month}"),
    "oversight idle": ("", "/idle-resources?days=30&cpu_share=0.02&bytes_per_day=1048576&gap_hours=24"),
    "oversight kpi": ("{number}", "/contracts/{contract}/kpis"),
    "oversight sample": ("--month {month} --seed x", "/audit-samples?month={month}&seed=x&count=25&recompute=false"),
    "oversight notice list": ("", "/rectifications?limit=500"),
    "statement list": ("{number}", "/statements?contract={number}&limit=500"),
    "statement show": ("{statement}", "/statements/{statement}"),
    "statement recompute": ("{statement}", "/statements/{statement}/recomputation"),
    "register list": ("", "/registers?kind=complaint&limit=500"),
    "register show": ("{register}", "/registers/{register}"),
    "obligation list": ("--contract {number}", "/obligations?contract={number}"),
    "obligation show": ("{number} {line}", "/contracts/{contract}/obligations/{line}"),
    "logbook list": ("{logbook_kind}", "/logbooks?kind={logbook_kind}&limit=500"),
    "logbook show": ("{logbook}", "/logbooks/{logbook}"),
    "logbook staff": ("{number}", "/contracts/{contract}/staff"),
    "report calendar": ("", "/report-calendar"),
    "report list": ("", "/reports?limit=500&replaced=false"),
    "run list": ("", "/runs?limit=50"),
    "run show": ("{run}", "/runs/{run}"),
    "run wait": ("{run}", "/runs/{run}"),
    "proposal list": ("", "/proposals?limit=50&mine=false"),
    "proposal show": ("{proposal}", "/proposals/{proposal}"),
}
"""Each command that answers with one reading of the API: its words, and the address that gives the same."""
JOINED = {
    "contract uncertain": (
        "{number}",
        {"uncertain": "/contracts/{contract}/uncertain", "settled": "/contracts/{contract}/settled"},
    ),
    "organisation list": ("", {"organisations": "/organisations?limit=500", "persons": "/people?limit=500"}),
    "reading list": (
        "{number}",
        {"readings": "/contracts/{contract}/readings", "points": "/contracts/{contract}/points"},
    ),
}
"""Each command that answers with several readings, each under a key."""
HERE = {
    "probe kinds": "",
    "report kinds": "",
    "logbook fields": "drill",
    "whoami": "",
    "image list": "",
    "account list": "",
    "doctor": "",
}
"""What is known on the spot, without the API."""
ASKERS = {
    "resource plan": "operator",
    "run show": "clerk",
    "run wait": "clerk",
    "contract import": "clerk",
    "month close": "clerk",
    "month close-all": "clerk",
    "burst agree": "approver",
    "payment record": "clerk",
}
"""Who asks where the administration may not."""
DEEDS = {"adopt preview", "contract import", "contract review", "month close", "month close-all"}
"""Deeds and longer work that show what they made; tried below or in the scenarios."""
AMENDING = {"contract amendment import", "contract amendment complete", "contract amendment drop"}
RECORDING = {"obligation record", "obligation answer", "obligation withdraw"}
SILENT = {
    "backup write",
    "backup verify",
    "image build",
    "login",
    "logout",
    "restore",
    "scaffold",
    "serve",
    "stop",
    "tour",
    "upgrade",
    "account open",
    "account reset",
    "account unlock",
}
"""What only works on the machine and shows no data."""


def leaves(command: click.Command = main, words: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    """Every command with what it is called by."""
    if not isinstance(command, click.Group):
        yield " ".join(words), command
        return
    ctx = click.Context(command)
    for name in command.list_commands(ctx):
        child = command.get_command(ctx, name)
        assert child is not None
        yield from leaves(child, (*words, name))


@pytest.fixture(scope="module")
def far(
    settled_template: Session, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[RemoteSession, dict[str, Any]]]:
    session = settled_template.copy(tmp_path_factory.mktemp("json") / "home")
    with over_a_server(session) as opened:
        assert opened.site is not None
        walk = Walk(opened.site, People(opened.site, session), None)  # type: ignore[arg-type]  # sends nothing itself
        walk.prepare(session)
        side = session.side
        places = walk.ids | {
            "number": side.contract,
            "unit": side.using_unit,
            "month": session.statements[0].month,
            "day": f"{session.statements[0].month}-20",
        }
        places["incident_number"] = get(opened, "/incidents/" + places["incident"])["number"]
        places["logbook_kind"] = get(opened, "/logbooks/" + places["logbook"])["kind"]
        places["line"] = get(opened, f"/obligations?contract={side.contract}")["items"][0]["key"]
        yield opened, places


def token_of(session: RemoteSession, name: str) -> Path:
    """The token of whoever asks: the administration's officer, unless the answer is for a party alone."""
    assert session.cast is not None
    return session.token_of(getattr(session.side, ASKERS[name]) if name in ASKERS else session.cast.officer)


def get(session: RemoteSession, address: str, name: str = "") -> Any:
    """What the API answers, asked without the client."""
    token = token_of(session, name).read_text("ascii").strip()
    answer = httpx.get(
        f"{session.address}/api/v1{address}",
        headers={"Authorization": f"Bearer {token}", "Accept-Language": "zh-CN"},
        timeout=60,
    )
    assert answer.status_code == 200, (address, answer.text)
    return answer.json()


def show(session: RemoteSession, name: str, words: str, places: dict[str, Any]) -> Any:
    who = ("--server", session.address, "--token-file", token_of(session, name))
    result = Session.call(session, *who, *name.split(), *words.format(**places).split(), "--json")
    assert result.exit_code == (name == "run wait"), (name, result.output)  # that run failed, and waiting says so
    return json.loads(result.stdout)


def test_every_command_that_shows_something_takes_json() -> None:
    known = dict(leaves())
    without = {name for name, one in known.items() if all("--json" not in each.opts for each in one.params)}
    assert without == SILENT
    tables = {name for name, one in known.items() if re.search(r"\b_?show_\w+\(", source_of(one))}
    tried = BY_WALK.keys() | JOINED.keys() | HERE.keys() | DEEDS | AMENDING | RECORDING
    shown = {name for name in tables if not only_says(known[name])}
    assert shown - tried == set()
    assert tried - known.keys() == set()


def source_of(command: click.Command) -> str:
    return inspect.getsource(inspect.unwrap(command.callback)) if command.callback else ""


def only_says(command: click.Command) -> bool:
    """Whether all that a command shows is how far it is, or that something waits for a second person."""
    said = set(re.findall(r"\b_?show_\w+(?=\()", source_of(command)))
    return said <= {"show_progress", "show_proposal_made", "_show_fields", "show_imported", "_show_left", "_show_code"}


@pytest.mark.parametrize("name", BY_WALK)
def test_json_is_what_the_api_answers(far: tuple[RemoteSession, dict[str, Any]], name: str) -> None:
    session, places = far
    words, address = BY_WALK[name]
    assert show(session, name, words, places) == get(session, address.format(**places), name)


@pytest.mark.parametrize("name", JOINED)
def test_several_answers_stand_each_under_a_key(far: tuple[RemoteSession, dict[str, Any]], name: str) -> None:
    session, places = far
    words, addresses = JOINED[name]
    wanted = {key: get(session, address.format(**places)) for key, address in addresses.items()}
    assert show(session, name, words, places) == wanted


@pytest.mark.parametrize("name", HERE)
def test_what_is_known_on_the_spot_is_json_too(far: tuple[RemoteSession, dict[str, Any]], name: str) -> None:
    session, places = far
    result = Session.call(session, *name.split(), *HERE[name].split(), "--json")
    found = json.loads(result.stdout)
    assert found.keys() >= ({"logins", "home"} if name == "whoami" else {"items"}), places["contract"]


def test_pages_are_one_document(far: tuple[RemoteSession, dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    session, places = far
    monkeypatch.setattr("yunqi.cli.evidence.PAGE_LIMIT", 5)
    found = show(session, "evidence facts", "{number} --limit 8", places)
    whole = get(session, f"/contracts/{places['contract']}/facts?limit=8")
    assert found == whole
    assert len(found["items"]) == 8


def test_a_deed_answers_with_what_it_made(far: tuple[RemoteSession, dict[str, Any]]) -> None:
    session, places = far
    side = session.side
    assert show(session, "contract import", f"{SAMPLE}", places)["number"] == side.contract
    read = show(session, "contract import", f"{SAMPLE} --read-only", places)
    assert read["data"]["number"] == side.contract
    closed = show(session, "month close", "{number} {month}", places)
    assert closed == get(session, f"/statements/{closed['id']}")
    every = show(session, "month close-all", "{month}", places)
    assert every["month"] == places["month"]
    review = show(session, "contract review", "{number}", places)
    assert review["findings"] == get(session, f"/contracts/{places['contract']}")["data"]["findings"]
    waits = show(
        session, "burst agree", "{number} compute.vcpu 1 --from 2027-01-01 --until 2027-01-02 --reason x", places
    )
    assert waits["state"] == "proposed"


def test_a_file_answers_with_where_it_lies(far: tuple[RemoteSession, dict[str, Any]], tmp_path: Path) -> None:
    session, places = far
    target = tmp_path / "kept" / "contract.docx"
    found = show(session, "contract document", "{number} " + str(target), places)
    assert found == {"files": [{"path": str(target), "size_bytes": target.stat().st_size}]}
    assert target.read_bytes() == SAMPLE.read_bytes()


def test_an_error_is_one_json_document(far: tuple[RemoteSession, dict[str, Any]]) -> None:
    session, places = far
    for name, words, code, field, value, exit_code in (
        ("payment record", "{number} 1 --amount x --on 2026-01-01", "money.unreadable", "amount", "x", 2),
        ("payment record", "{number} 1 --amount 1 --on yesterday", "date.unreadable", "on", "yesterday", 2),
        ("payment record", "{number} x --amount 1 --on 2026-01-01", "command.usage", "no", "", 2),
        ("contract show", "{number} --moon", "command.usage", "--moon", "", 2),
    ):
        there = ("--server", session.address, "--token-file", token_of(session, name))
        for before, after in (((), ("--as", session.side.clerk)), (there, ())):
            result = Session.call(session, *before, *name.split(), *words.format(**places).split(), *after, "--json")
            assert (result.exit_code, result.stdout) == (exit_code, ""), (name, result.output)
            said = json.loads(result.stderr)
            assert said["title"]
            assert (said["code"], said["field"], said["value"], said["retry"]) == (code, field, value, False), said
            assert said["way_out"], said
    result = Session.call(session, "--server", "http://127.0.0.1:9", "contract", "list", "--json")
    assert json.loads(result.stderr)["code"] == "token.missing"
