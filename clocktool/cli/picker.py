"""Picks one line of a list: with ``fzf`` where it is installed, else by its number."""

from collections.abc import Sequence

from clocktool.app.app import App
from clocktool.cli import options
from clocktool.errors import AnswerIsNoError, SetupError, UsageError, literal, reason_of

INTERRUPTED = 130
"""The exit code of ``fzf`` after Ctrl-C or Escape."""


def pick(app: App, lines: Sequence[str], what: str) -> int:
    """Return the place of the line that a person picks; the lines are visible texts.

    Raises UsageError without a terminal, AnswerIsNoError if none is picked, KeyboardInterrupt.
    """
    import shutil

    if not app.process.is_interactive:
        raise UsageError("-i needs a terminal", f"name the {what}")
    program = shutil.which("fzf", path=app.process.env.get("PATH", ""))
    answer = _by_number(app, lines) if program is None else _by_fzf(program, lines)
    numbers = [str(number) for number in range(1, len(lines) + 1)]
    if answer in numbers:
        return numbers.index(answer)
    if answer:
        raise UsageError(f"invalid number {literal(answer)}", f"use 1 to {len(lines)}")
    raise AnswerIsNoError(f"no {what} was picked")


def _by_number(app: App, lines: Sequence[str]) -> str:
    width = len(str(len(lines)))
    for number, line in enumerate(lines, 1):
        app.out.say(f"{number:>{width}}  {line}")
    return options.ask(app, f"Which one? [1-{len(lines)}]")


def _by_fzf(program: str, lines: Sequence[str]) -> str:
    import subprocess

    numbered = "".join(f"{number}\t{line}\n" for number, line in enumerate(lines, 1))
    try:
        done = subprocess.run(  # noqa: S603  # the user's own program
            [program, "--no-multi", "--delimiter=\t", "--with-nth=2..", "--height=50%"],
            input=numbered.encode("utf-8", "replace"),
            stdout=subprocess.PIPE,
            check=False,
        )
    except OSError as error:
        raise SetupError("can't run fzf", "check its permissions", why=reason_of(error)) from error
    if done.returncode == INTERRUPTED:
        raise KeyboardInterrupt
    return done.stdout.decode("utf-8", "replace").partition("\t")[0].strip()
