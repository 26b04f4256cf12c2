"""A private PostgreSQL cluster for a test session: unix socket only, in a folder of its own, no durability."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import psycopg


class PostgresMissingError(Exception):
    """PostgreSQL's server programs are not on this machine."""


def find_programs() -> Path:
    """The folder with initdb; raises PostgresMissingError, saying what to install."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).parent
    raise PostgresMissingError("PostgreSQL is missing: apt-get install postgresql")


_COPIES_FILES_SINCE = 150_000


class Cluster:
    """A running cluster. `make_database(template)` is cheap: PostgreSQL copies files."""

    def __init__(self) -> None:
        self._bin = find_programs()
        self.folder = Path(tempfile.mkdtemp(prefix="yunqi-pg-"))
        self._as: list[str] = []
        if os.geteuid() == 0:  # the server refuses to run as root
            user = pwd.getpwnam("postgres")
            os.chown(self.folder, user.pw_uid, user.pw_gid)
            self._as = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        self.user = "postgres"
        self._count = 0
        self._run("initdb", "-D", self._data, "-U", self.user, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")
        options = (
            f"-c listen_addresses='' -c unix_socket_directories='{self.folder}' -c fsync=off -c full_page_writes=off "
            "-c synchronous_commit=off -c max_connections=200 -c shared_buffers=32MB -c autovacuum=off"
        )
        self._run("pg_ctl", "-D", self._data, "-w", "-t", "60", "-l", str(self.folder / "log"), "-o", options, "start")
        # From 15 on, PostgreSQL writes a copied database into its log page by page unless it is told to copy the files.
        with self._connect() as connection:
            self._by_files = " STRATEGY file_copy" if connection.info.server_version >= _COPIES_FILES_SINCE else ""

    @property
    def _data(self) -> str:
        return str(self.folder / "data")

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [*self._as, str(self._bin / program), *arguments],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            timeout=120,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stderr}")

    def url_of(self, name: str) -> str:
        """The SQLAlchemy URL of a database of this cluster."""
        return f"postgresql+psycopg://{self.user}@/{name}?host={self.folder}"

    def make_database(self, template: str = "template0") -> str:
        """A new database; returns its name."""
        self._count += 1
        name = f"t{self._count}"
        self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"{self._by_files}')
        return name

    def drop_database(self, name: str) -> None:
        """Takes it away, connections included."""
        self._execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    def stop(self) -> None:
        """Ends the server and removes the folder."""
        self._run("pg_ctl", "-D", self._data, "-m", "immediate", "-w", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def _execute(self, statement: str) -> None:
        with self._connect() as connection:
            connection.execute(statement)

    def _connect(self) -> psycopg.Connection[Any]:
        return psycopg.connect(f"user={self.user} host={self.folder} dbname=postgres", autocommit=True)
