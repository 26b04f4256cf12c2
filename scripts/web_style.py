"""Serves the console alone, with nobody's data: the style guide at /console/_style. `web_style.py [PORT]`."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta

import uvicorn
from starlette.applications import Starlette
from starlette.requests import HTTPConnection

from yunqi.kernel.rights import ORGANISATION_ROLES, Assumption, Caller
from yunqi.web.app import mount_console
from yunqi.web.console import Console


def find_example(request: HTTPConnection) -> Caller | None:
    """An agency's clerk; somebody under an assumption with `?as=assumed`, nobody with `?as=nobody`."""
    wanted = request.query_params.get("as", "")
    until = datetime.now(UTC) + timedelta(minutes=42)
    assumption = Assumption("a1", "p2", "李工", "o2", "排查网络中断", until) if wanted == "assumed" else None
    if wanted == "nobody":
        return None
    return Caller("p1", "王敏", "o1", "样例市数据局", "using_unit", ORGANISATION_ROLES, assumption)


def make_example() -> Starlette:
    """The application."""
    app = Starlette()
    mount_console(
        app, Console(site=None, find_caller=find_example, secret=b"example" * 8, name="样例市政务云", dev=True)
    )
    return app


if __name__ == "__main__":
    uvicorn.run(
        make_example(), host="127.0.0.1", port=int(sys.argv[1]) if len(sys.argv) > 1 else 0, log_level="warning"
    )
