"""Builds guest images: `python -m yunqi.engines.guest build DIR [micro] [debian-12]`."""

from __future__ import annotations

import sys
from pathlib import Path

from yunqi.engines.guest.build import build_guest_image
from yunqi.engines.guest.debian import build_debian_image
from yunqi.kernel.errors import YunqiError
from yunqi.kernel.words import _, render_error

_BUILDERS = {"micro": build_guest_image, "debian-12": build_debian_image}


def main(args: list[str]) -> int:
    """0 when all named images (micro, unless others are named) are there; 2 for a wrong call, 1 when a build failed."""
    if len(args) < 2 or args[0] != "build" or not set(args[2:]) <= set(_BUILDERS):
        print(_("用法:python -m yunqi.engines.guest build 目录 [micro] [debian-12]"), file=sys.stderr)
        return 2
    try:
        for name in args[2:] or ["micro"]:
            print(_BUILDERS[name](Path(args[1]).resolve(), lambda line: print(line, flush=True)))
    except YunqiError as error:
        print(render_error(error), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
