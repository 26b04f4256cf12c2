"""Copies what the console serves out of node_modules into src/yunqi/web/static/vendor, with a gzip beside each text.

Of the icons only those named in src/yunqi/web/icons.txt go into one sprite. Licences are kept beside.
"""

from __future__ import annotations

import gzip
import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "src" / "yunqi" / "web" / "static" / "vendor"
ICONS = ROOT / "src" / "yunqi" / "web" / "icons.txt"
FILES = {
    "tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "echarts.min.js": "echarts/dist/echarts.min.js",
    "licences/htmx.txt": "htmx.org/LICENSE",
    "licences/echarts.txt": "echarts/LICENSE",
    "licences/echarts-notice.txt": "echarts/NOTICE",
    "licences/echarts-d3.txt": "echarts/licenses/LICENSE-d3",
    "licences/zrender.txt": "zrender/LICENSE",
    "licences/tslib.txt": "tslib/LICENSE.txt",
    "licences/tabler-icons.txt": "@tabler/icons/LICENSE",
    # The package of @tabler/core has the text of its licence (MIT) in the head of its files and in its README.
    "licences/tabler.txt": "@tabler/core/README.md",
}
SOURCE_MAP = re.compile(rb"\n?/[/*]# sourceMappingURL=[^\n]*")


def read_icons() -> list[str]:
    """The names of the icons that the console uses."""
    lines = ICONS.read_text(encoding="utf-8").splitlines()
    return sorted({line.strip() for line in lines if line.strip() and not line.startswith("#")})


def render_sprite(names: list[str]) -> str:
    """One SVG with a symbol an icon; strokes take the colour of the text around them."""
    symbols = []
    for name in names:
        path = MODULES / "@tabler" / "icons" / "icons" / "outline" / f"{name}.svg"
        if not path.exists():
            sys.exit(f"{ICONS.name}: there is no icon {name!r} in @tabler/icons (outline)")
        inner = re.sub(r"\s+", " ", path.read_text(encoding="utf-8").split(">", 1)[1].rsplit("</svg>", 1)[0]).strip()
        inner = inner.replace('<path stroke="none" d="M0 0h24v24H0z" fill="none" />', "").strip()
        symbols.append(
            f'<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" '
            f'stroke-linecap="round" stroke-linejoin="round">{inner}</symbol>'
        )
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def write(path: Path, content: bytes) -> None:
    """The file, and for what browsers load a gzip beside it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    if path.suffix in {".css", ".js", ".svg"}:
        path.with_name(path.name + ".gz").write_bytes(gzip.compress(content, 9, mtime=0))


def main() -> None:
    """Makes the folder anew."""
    if not MODULES.is_dir():
        sys.exit("node_modules is missing: run scripts/web.sh")
    fresh = VENDOR.with_name("vendor.new")
    shutil.rmtree(fresh, ignore_errors=True)
    for name, source in FILES.items():
        content = (MODULES / source).read_bytes()
        # Nothing that asks for a file that is not there.
        write(fresh / name, SOURCE_MAP.sub(b"", content) if name.endswith((".css", ".js")) else content)
    names = read_icons()
    write(fresh / "icons.svg", render_sprite(names).encode())
    shutil.rmtree(VENDOR, ignore_errors=True)
    fresh.rename(VENDOR)
    print(f"{len(FILES)} files and a sprite of {len(names)} icons in {VENDOR.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
