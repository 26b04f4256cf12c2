"""Templates: everything escaped, nothing undefined, every word through the catalogue."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from yunqi.kernel.rights_table import RIGHTS
from yunqi.kernel.words import _
from yunqi.web import badges, figures, tables
from yunqi.web.assets import Assets
from yunqi.web.clocks import render_clock
from yunqi.web.language import LANGUAGES, NAMES
from yunqi.web.page import Page
from yunqi.web.plots import plot_json
from yunqi.web.ways_out import way_out_words

FOLDER = Path(__file__).parent / "templates"


def make_environment(assets: Assets, *, dev: bool) -> Environment:
    """The environment of all templates, with what each of them may use."""
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=dev,
    )
    sprite = assets.url("vendor/icons.svg")

    def icon(name: str, words: str = "") -> Markup:
        """An icon; decoration unless it has words of its own."""
        if words:
            shape = '<svg class="icon" role="img" aria-label="{}"><use href="{}#{}"></use></svg>'
            return Markup(shape).format(words, sprite, name)  # noqa: S704
        shape = '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>'
        return Markup(shape).format(sprite, name)  # noqa: S704

    def clock(
        page: Page,
        until_at: datetime | str,
        start_at: datetime | str | None = None,
        done_at: datetime | str | None = None,
    ) -> Markup:
        """A clock that runs against the installation's own."""
        return render_clock(page.console.clock.now(), until_at, start_at, done_at)

    environment.globals.update(
        _=_,
        clock=clock,
        role_words=badges.role_words,
        asset=assets.url,
        icon=icon,
        money=figures.money,
        whole=figures.whole,
        percent=figures.percent,
        instant=figures.instant,
        day=figures.day,
        length=figures.length,
        nothing=figures.nothing,
        state=badges.state,
        badge=badges.badge,
        count_words=tables.count_words,
        render_value=tables.render_value,
        second_of=lambda action: RIGHTS[action].second,
        LANGUAGES=LANGUAGES,
        LANGUAGE_NAMES=NAMES,
        plot_json=plot_json,
        way_out_words=way_out_words,
    )
    return environment
