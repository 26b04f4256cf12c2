"""Help texts in the user's language: click takes them when a module is loaded, before the language is known."""

from __future__ import annotations

import inspect

import click

from yunqi.cli.click_words import HELP, say
from yunqi.kernel.words import _

_CHINESE = "words_in_chinese"


def translate_command(command: click.Command) -> click.Command:
    """The same command, its help and that of its options and subcommands in the language of this context.

    May be told again after the language changed: the Chinese words are kept.
    """
    command.help = _say(command, "help", command.help)
    command.short_help = _say(command, "short_help", command.short_help)
    command.epilog = _say(command, "epilog", command.epilog)
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            parameter.help = _say(parameter, "help", parameter.help)
            if isinstance(parameter.prompt, str):
                parameter.prompt = _say(parameter, "prompt", parameter.prompt)
        if parameter.metavar:
            parameter.metavar = _say(parameter, "metavar", parameter.metavar)
    # Made when it is first asked for, in the language of that moment.
    helping = getattr(command, "_help_option", None)
    if helping is not None:
        helping.help = say(HELP)
    if isinstance(command, click.Group):
        for child in command.commands.values():
            translate_command(child)
    return command


def _say(owner: object, field: str, present: str | None) -> str | None:
    kept: dict[str, str | None] = owner.__dict__.setdefault(_CHINESE, {})
    words = kept.setdefault(field, inspect.cleandoc(present) if present else present)
    # The words were collected where they stand as literals, in the decorators and docstrings of this package.
    return _(words) if words else words
