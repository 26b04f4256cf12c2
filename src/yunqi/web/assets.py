"""Static files under addresses that carry their content's hash, so that browsers keep them for a year."""

from __future__ import annotations

import hashlib
import mimetypes
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from yunqi.kernel.errors import Problem
from yunqi.web.console import PREFIX

FOLDER = Path(__file__).parent / "static"
_HASH_LENGTH = 12
_YEAR_S = 31_536_000
_TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}
NEEDED = ("vendor/tabler.min.css", "vendor/htmx.min.js", "vendor/echarts.min.js", "vendor/icons.svg")


class Assets:
    """The files that the console serves, each with the hash of its content; only those are served."""

    def __init__(self, folder: Path = FOLDER) -> None:
        """Reads every file once. Raises `Problem` web.assets when those from npm are not there."""
        self.folder = folder
        paths = [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".gz"]
        self.hashes = {
            path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()[:_HASH_LENGTH]
            for path in sorted(paths)
        }
        missing = [name for name in NEEDED if name not in self.hashes]
        if missing:
            raise Problem(
                "web.assets",
                "网页所需的静态文件 {name} 尚未生成",
                name=missing[0],
                way_out="请在源码目录运行 make setup",
            )

    def url(self, name: str) -> str:
        """The address of a file; raises KeyError for one that is not there."""
        return f"{PREFIX}/static/{self.hashes[name]}/{name}"

    def serve(self, request: Request) -> Response:
        """The file, for a year when the hash in the address is the content's, else not to be kept."""
        name = request.path_params["name"]
        if name not in self.hashes:
            return PlainTextResponse("", status_code=404)
        path = self.folder / name
        fresh = request.path_params["hash"] == self.hashes[name]
        headers = {"Cache-Control": f"public, max-age={_YEAR_S}, immutable" if fresh else "no-store"}
        packed = path.with_name(path.name + ".gz")
        if packed.is_file():
            headers["Vary"] = "Accept-Encoding"
            if "gzip" in request.headers.get("accept-encoding", ""):
                headers["Content-Encoding"] = "gzip"
                path = packed
        guessed = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return FileResponse(path, media_type=_TYPES.get(Path(name).suffix, guessed), headers=headers)

    def route(self) -> Route:
        """The route that serves them."""
        return Route("/static/{hash}/{name:path}", self.serve, methods=["GET", "HEAD"], name="static")
