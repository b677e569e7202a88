"""Picks one line of a list: with ``fzf`` if there is one, else by its number."""

import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress

from clocktool.app.app import App
from clocktool.cli import options
from clocktool.errors import AnswerIsNoError, SetupError, UsageError, literal, reason_of

NO_MATCH = 1
INTERRUPTED = 130
"""Exit codes of ``fzf``: nothing was found; Ctrl-C or Escape."""

_OPTIONS = (
    "--no-multi",
    "--delimiter=\t",
    "--with-nth=2..",
    "--height=50%",
    "--tiebreak=index",  # of equal matches the first of the list
    "--preview=",  # a person's own preview is one for files
)


def pick(app: App, lines: Sequence[str], what: str) -> int:
    """Return the place of the line that a person picks; the lines are visible texts.

    Raises UsageError without a terminal, AnswerIsNoError if none is picked, KeyboardInterrupt.
    """
    if not app.process.is_interactive:
        raise UsageError("-i needs a terminal", f"name the {what}")
    program = _fzf(app.process.env)
    answer = None if program is None else _by_fzf(program, lines)
    if answer is None:
        answer = _by_number(app, lines)
    numbers = [str(number) for number in range(1, len(lines) + 1)]
    if answer in numbers:
        return numbers.index(answer)
    if answer:
        raise UsageError(f"invalid number {literal(answer)}", f"use 1 to {len(lines)}")
    raise AnswerIsNoError(f"no {what} was picked")


def _by_number(app: App, lines: Sequence[str]) -> str:
    from clocktool.render.text import fit

    width, columns = len(str(len(lines))), app.process.width()
    for number, line in enumerate(lines, 1):
        shown = f"{number:>{width}}  {line}"
        if columns is not None:
            shown = fit(shown, columns, unicode=app.out.unicode).rstrip()
        app.out.say(shown)
    return options.ask(app, f"Which one? [1-{len(lines)}]")


def _fzf(env: Mapping[str, str]) -> str | None:
    """Return the machine's ``fzf``, else the one of the extra ``picker``.

    None if there is none, or if the terminal can't show it.
    """
    import shutil

    if env.get("TERM", "") in ("", "dumb") and sys.platform != "win32":
        return None
    program = shutil.which("fzf", path=env.get("PATH", ""))
    if program is None:
        with suppress(ImportError):
            from iterfzf import BUNDLED_EXECUTABLE

            program = str(BUNDLED_EXECUTABLE)
    return program


def _by_fzf(program: str, lines: Sequence[str]) -> str | None:
    """Return the number of the picked line, "" for none; None if fzf failed, which it has said."""
    import subprocess

    numbered = "".join(f"{number}\t{line}\n" for number, line in enumerate(lines, 1))
    try:
        done = subprocess.run(  # noqa: S603  # the user's own program
            [program, *_OPTIONS],
            input=numbered.encode("utf-8", "replace"),
            stdout=subprocess.PIPE,
            check=False,
        )
    except OSError as error:
        raise SetupError("can't run fzf", "check its permissions", why=reason_of(error)) from error
    if done.returncode == INTERRUPTED:
        raise KeyboardInterrupt
    if done.returncode not in (0, NO_MATCH):
        return None
    # A person's own options may print more, such as what was typed.
    printed = done.stdout.decode("utf-8", "replace").replace("\0", "\n").splitlines()
    return next((line.partition("\t")[0] for line in printed if "\t" in line), "")
