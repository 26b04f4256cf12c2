"""Help texts follow the language, there and back."""

from __future__ import annotations

import gettext

import click
from click.testing import CliRunner

from yunqi.cli.translate import translate_command
from yunqi.kernel.words import use_catalogue


class Shouting(gettext.NullTranslations):
    def gettext(self, message: str) -> str:
        return f"[{message}]"


@click.group()
def nouns() -> None:
    """一组命令。"""


@nouns.command()
@click.option("--file", help="文件", metavar="路径")
def verb(file: str) -> None:
    """一个命令。"""
    click.echo(file)


def test_help_is_translated_and_comes_back() -> None:
    use_catalogue(Shouting())
    for _twice in range(2):
        translate_command(nouns)
        shown = CliRunner().invoke(nouns, ["verb", "--help"]).output
        assert "[一个命令。]" in shown
        assert "[文件]" in shown
        assert "[路径]" in shown
        assert "[[" not in shown
        assert "[一组命令。]" in CliRunner().invoke(nouns, ["--help"]).output
    use_catalogue(gettext.NullTranslations())
    translate_command(nouns)
    assert "[" not in CliRunner().invoke(nouns, ["verb", "--help"]).output.replace("[OPTIONS]", "")
