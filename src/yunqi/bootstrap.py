"""The only file that knows everybody: it joins settings, engines and the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yunqi.kernel.errors import Problem

if TYPE_CHECKING:
    from fastapi import FastAPI

    from yunqi.engines.base import Engine
    from yunqi.operations.installation import Installation
    from yunqi.operations.parts import Serving
    from yunqi.operations.settings import Settings


def make_engine(settings: Settings) -> Engine:
    """The engine that the site's settings name; raises `Problem` site.engine."""
    if settings.engine == "fake":
        from yunqi.engines.fake.driver import FakeEngine

        return FakeEngine(settings.engine_dir / "fake")
    if settings.engine == "libvirt":
        from yunqi.engines.libvirt.driver import LibvirtEngine
        from yunqi.engines.libvirt.settings import LibvirtSettings

        engine = LibvirtEngine(
            LibvirtSettings(
                site=settings.site_id,
                state_dir=settings.engine_dir,
                image_dir=settings.image_dir,
                uri=settings.libvirt_uri,
                edge_cidr=settings.public_cidr,
            )
        )
        engine.prepare()
        return engine
    raise Problem(
        "site.engine",
        "没有「{value}」这种引擎",
        field="engine",
        value=settings.engine,
        way_out="可用的引擎：libvirt、fake",
    )


def open_site(settings: Settings) -> Installation:
    """The installation of these settings with its engine."""
    from yunqi.operations.installation import open_installation

    site = open_installation(settings, make_engine)
    site.open_again = open_site
    return site


def make_app(site: Installation) -> FastAPI:
    """What the server answers HTTP with: the API and the console."""
    from functools import partial

    from yunqi.api.app import make_api
    from yunqi.api.auth import Gate, cookie_name
    from yunqi.operations.keys import load_console_key
    from yunqi.operations.table_trail import record_export
    from yunqi.web.app import mount_console
    from yunqi.web.console import Console

    gate = Gate(site)
    app = make_api(site, gate.require_caller, gate=gate)
    mount_console(
        app,
        Console(
            site=site,
            find_caller=gate.find_caller,
            secret=load_console_key(site.settings.console_key_path),
            session_cookie=cookie_name(site.settings),
            clock=site.clock,
            record_export=partial(record_export, site),
            sign_in_ways=(("oidc", "/sign-in/oidc"),) if site.settings.oidc_issuer else (),
        ),
    )
    return app


def _serve_api(serving: Serving) -> None:
    from yunqi.api.serve import make_api_part

    make_api_part(make_app)(serving)


def _work(serving: Serving) -> None:
    from yunqi.api.serve import run_worker

    run_worker(serving)


def main() -> None:
    """The command `yunqi`."""
    from yunqi.cli import server, site
    from yunqi.cli.main import main as command

    site.opener = open_site
    server.more_parts.update(api=_serve_api, runs=_work)

    command(prog_name="yunqi")
