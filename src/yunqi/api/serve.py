"""The part of a server that answers HTTP: one port, plain or TLS, until told to stop."""

from __future__ import annotations

import gc
import socket
import ssl
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn

from yunqi.api.certificate import SELF_SIGNED, make_self_signed
from yunqi.api.connection import BoundedConnection
from yunqi.kernel.errors import Problem
from yunqi.kernel.words import _
from yunqi.operations.actions.worker import work_runs
from yunqi.operations.installation import Installation
from yunqi.operations.settings import Settings

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from yunqi.operations.parts import Part, Serving

_BACKLOG = 512
_GRACE_S = 5
_IDLE_S = 75
_CONCURRENT = 1000


def make_api_part(make_app: Callable[[Installation], ASGIApp]) -> Part:
    """The part that serves what `make_app` makes."""

    def run(serving: Serving) -> None:
        settings = serving.installation.settings
        listener = open_listener(settings)
        server = make_server(settings, make_app(serving.installation))
        stopper = threading.Thread(target=_end_with, args=(serving.stop, server), daemon=True)
        stopper.start()
        serving.log(_("控制台与接口：{address}", address=address_of(settings, listener)))
        # What was imported stays for good: the collector need not look at it again and again.
        gc.collect()
        gc.freeze()
        try:
            server.run([listener])
        finally:
            listener.close()
            serving.stop.set()

    return run


def run_worker(serving: Serving) -> None:
    """The part that carries out runs, one after another."""
    work_runs(serving.installation, serving.stop)


def make_server(settings: Settings, app: ASGIApp) -> uvicorn.Server:
    """The server for an application; a request leaves no line of uvicorn's, the interface has its own log."""
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies or None,
        limit_concurrency=_CONCURRENT,
        timeout_keep_alive=_IDLE_S,
        timeout_graceful_shutdown=_GRACE_S,
        lifespan="off",
        http=BoundedConnection,
        ws="none",
    )
    if settings.tls_pem:
        config.load()
        config.ssl = _tls_context(settings)
    return uvicorn.Server(config)


def open_listener(settings: Settings) -> socket.socket:
    """The socket to listen on; raises `Problem` server.port and server.host."""
    family = socket.AF_INET6 if ":" in settings.listen_host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.listen_host, settings.listen_port))
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        raise Problem(
            "server.port",
            "无法在 {host}:{port} 提供服务：{reason}",
            field="listen_port",
            host=settings.listen_host,
            port=settings.listen_port,
            reason=error.strerror,
            way_out="请在 site.toml 中改用另一个 listen_port 或 listen_host，或停止占用它的程序",
        ) from error
    listener.set_inheritable(False)
    return listener


def address_of(settings: Settings, listener: socket.socket) -> str:
    """The address that a browser on this machine opens."""
    host = f"[{settings.listen_host}]" if ":" in settings.listen_host else settings.listen_host
    return f"{'https' if settings.tls_pem else 'http'}://{host}:{listener.getsockname()[1]}"


def _tls_context(settings: Settings) -> ssl.SSLContext:
    path = settings.key_dir / "tls.pem" if settings.tls_pem == SELF_SIGNED else Path(settings.tls_pem)
    if settings.tls_pem == SELF_SIGNED:
        make_self_signed(path, settings.listen_host)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(settings.home / path)
    except (OSError, ssl.SSLError) as error:
        raise Problem(
            "server.tls",
            "证书文件 {path} 无法使用：{reason}",
            field="tls_pem",
            path=path,
            reason=error,
            way_out="请提供含证书链与私钥的 PEM 文件，或填写 self-signed 由系统自制",
        ) from error
    return context


def _end_with(stop: threading.Event, server: uvicorn.Server) -> None:
    stop.wait()
    server.should_exit = True
