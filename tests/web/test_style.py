"""The style guide in a real browser: every component, on a desk and on a phone, in both languages."""

import pytest
from tests.kits.browser import Visits

PAGES = {
    "": 200,
    "/more": 200,
    "/source": 200,
    "/delete": 200,
    "/form": 200,
    "/empty": 200,
    "/refused": 404,
    "/bug": 500,
    "/sign-in": 200,
    "?as=assumed": 200,
}


# Each language on each width for the two pages with everything; else one of each.
WINDOWS = [(path, phone, language) for path in PAGES for phone, language in ((False, "zh-CN"), (True, "en"))]
WINDOWS += [(path, phone, language) for path in ("", "/more") for phone, language in ((True, "zh-CN"), (False, "en"))]


@pytest.mark.parametrize(("path", "phone", "language"), WINDOWS)
def test_components(style: Visits, path: str, phone: bool, language: str) -> None:
    visitor = style.visit(phone=phone, language=language)
    visitor.open(f"/console/_style{path}", PAGES[path])
    if path == "/more":
        visitor.page.locator("canvas").last.wait_for()
    visitor.shoot(f"style{path.replace('/', '-')}")
    visitor.check()
