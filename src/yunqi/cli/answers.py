"""`--json`: what the installation answered, as it came, in place of the lines that a person reads.

The document is the answer of the last call that a command made. Three things differ from that: a command that makes
several calls says with `answered_by` which of them its user asked for; what is worked out here and not asked of the
API is given by `answer_with`; a command that writes files says where they lie.
"""

from __future__ import annotations

import functools
import io
import json
from contextlib import redirect_stdout
from typing import TYPE_CHECKING, Any

import click

from yunqi.kernel.errors import Trouble, YunqiError
from yunqi.kernel.words import render_sentence, render_way_out, value_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from yunqi.client.base import Call, Reply, Tell, Transport
    from yunqi.wire.base import Run

_META = "yunqi.answers"
_NAMES = "answered_by"


class Answers:
    """What the calls of one command were answered, by the names of their actions."""

    def __init__(self) -> None:
        self.value: Any = None
        self.files: list[dict[str, Any]] = []
        self._bodies: dict[str, Any] = {}
        self._last = ""

    def keep(self, action: str, body: Any, *, goes_on: bool = False) -> None:
        """An answer; with `goes_on` the next page of the one before."""
        if goes_on and action in self._bodies:
            body = {**body, "items": [*self._bodies[action]["items"], *body["items"]]}
        self._bodies[action], self._last = body, action

    def document(self, names: dict[str, str]) -> Any:
        """What `--json` prints. `names`: the actions that were asked for, each under the key that it has here."""
        if self.value is not None:
            return self.value
        if set(names) == {""}:
            return self._bodies.get(names[""])
        if names:
            return {key: self._bodies.get(action) for key, action in names.items()}
        if self.files:
            return {"files": self.files}
        return self._bodies.get(self._last)


class Heard:
    """A transport whose answers are kept as they come."""

    def __init__(self, inner: Transport, answers: Answers) -> None:
        self._inner, self._answers = inner, answers
        self._begun = ""

    def send(self, call: Call) -> Reply:
        """What the call gave."""
        reply = self._inner.send(call)
        self._begun = call.deed.action if call.deed.kind == "run" else ""
        if reply.download is None or not reply.download.name:  # the server marks every answer as no page to look at
            goes_on = getattr(call.request, "cursor", None) is not None
            self._answers.keep(call.deed.action, json.loads(reply.body), goes_on=goes_on)
        return reply

    def follow(self, run_id: str, tell: Tell) -> Run:
        """The run at its end. Of a run that was begun here its result is the answer, of another one the run."""
        run = self._inner.follow(run_id, tell)
        said = run.model_dump(mode="json")
        self._answers.keep(self._begun or "run.read", said["result"] if self._begun else said)
        return run

    def close(self) -> None:
        """Gives connections back."""
        self._inner.close()


def hear(ctx: click.Context, transport: Transport) -> Transport:
    """The transport itself, or one that keeps its answers where JSON is asked for."""
    answers = ctx.find_root().meta.get(_META)
    return Heard(transport, answers) if isinstance(answers, Answers) else transport


def answered_by(action: str = "", **actions: str) -> Callable[[Any], Any]:
    """Which of its calls a command answers with: one action's answer as it came, or several, each under a key."""

    def mark(function: Any) -> Any:
        setattr(function, _NAMES, {"": action} if action else actions)
        return function

    return mark


def answer_with(value: Any) -> None:
    """What `--json` prints of a command that works it out here: plain JSON; exact, with instants in UTC."""
    answers = _present()
    if answers is not None:
        answers.value = value


def answer_rows(rows: Iterable[dict[str, Any]]) -> None:
    """The same of a list, in the form that lists of the API have."""
    if _present() is not None:
        answer_with({"items": list(rows), "next_cursor": None})


def answer_file(path: Path) -> None:
    """A file that a command wrote."""
    answers = _present()
    if answers is not None:
        answers.files.append({"path": str(path), "size_bytes": path.stat().st_size})


def in_json(function: Any) -> Any:
    """The option `--json`: one JSON document on standard output in UTF-8, and errors as one on standard error."""

    @functools.wraps(function)
    def answer(*given: Any, **named: Any) -> Any:
        ctx = click.get_current_context()
        if not ctx.meta.get(_META):
            return function(*given, **named)
        answers, ended = Answers(), None
        ctx.meta[_META] = answers
        with redirect_stdout(io.StringIO()):
            try:
                function(*given, **named)
            except (click.exceptions.Exit, SystemExit) as code:
                ended = code
        show_json(answers.document(getattr(function, _NAMES, {})))
        if ended is not None:
            raise ended
        return None

    return click.option(
        "--json",
        is_flag=True,
        expose_value=False,
        is_eager=True,
        callback=_ask,
        help="输出 JSON:接口的答复原样(金额以分计,时间为 UTC)",
    )(answer)


def _ask(ctx: click.Context, _option: click.Parameter, asked: bool) -> None:
    if asked:
        ctx.meta[_META] = True


def _present() -> Answers | None:
    ctx = click.get_current_context(silent=True)
    answers = None if ctx is None else ctx.meta.get(_META)
    return answers if isinstance(answers, Answers) else None


def show_json(value: Any, *, err: bool = False) -> None:
    """One JSON document for programs, in UTF-8 whatever the terminal speaks."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2).encode(), err=err)


def error_document(error: YunqiError) -> dict[str, Any]:
    """An error as `--json` says it on standard error; `retry`: later it may go well."""
    return {
        "code": error.code,
        "field": error.field,
        "value": value_of(error),
        "title": render_sentence(error),
        "way_out": render_way_out(error),
        "retry": isinstance(error, Trouble),
    }


def usage_document(error: click.ClickException) -> dict[str, Any]:
    """The same of words that click can't take."""
    parameter = getattr(error, "param", None)
    ctx = getattr(error, "ctx", None)
    return {
        "code": "command.usage",
        "field": getattr(parameter, "name", None) or getattr(error, "option_name", None) or "",
        "value": "",
        "title": error.format_message(),
        "way_out": "" if ctx is None else f"{ctx.command_path} --help",
        "retry": False,
    }


def wants_json(ctx: click.Context) -> bool:
    """Whether this call is told to answer in JSON."""
    return bool(ctx.meta.get(_META))
