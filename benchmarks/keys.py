"""How many keys an action takes, in clocktool and in other programs.

    python -m benchmarks.keys           print the tables of docs/comparison.md
    python -m benchmarks.keys --try     run the lines of timewarrior and Watson, with faketime

What is typed is written here as lines, each followed by Enter; the counts are made from them.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

CLOCK = "2026-11-24 12:15:00"
"""When it is typed."""

YES = "y"
"""The answer to a question."""

PROGRAMS = ("clocktool", "aliases", "timewarrior", "klog", "Watson", "clockify-cli")
HEADINGS = ("clocktool", "with `--aliases`", *PROGRAMS[2:])
DONE = (("09:00", "10:00", "fix", "Site"), ("10:00", "10:50", "mails", "Ops"))
REVIEW = ("11:00", "12:15", "review", "Site")
FOUR = tuple((f"{hour:02}:00", f"{hour + 1:02}:00", "fix", "Site") for hour in (7, 8, 9, 10))

Finished = tuple[tuple[str, str, str, str], ...]
Lines = tuple[str, ...]


class Action(NamedTuple):
    """What is to be done, the day before it, and what is typed in each program.

    ``done`` are finished entries; ``running`` is the timer, with its start. A line that begins
    with a colon is typed in vi.
    """

    name: str
    done: Finished
    running: tuple[str, str, str] | None
    typed: dict[str, Lines | None]


def _typed(*lines: Lines | str | None) -> dict[str, Lines | None]:
    """Return the lines of each program; a text is a single line."""
    each = (line if line is None or isinstance(line, tuple) else (line,) for line in lines)
    return dict(zip(PROGRAMS, each, strict=True))


TIMER = ("11:00", "review", "Site")

ACTIONS = (
    Action(
        "start work that was done before",
        (*DONE, REVIEW),
        None,
        _typed(
            "clocktool resume fix",
            "again fix",
            "timew cont @3",
            "klog in -N1",
            "watson restart -3",
            "clockify-cli clone ^3",
        ),
    ),
    Action(
        "switch to other work",
        DONE,
        TIMER,
        _typed(
            "clocktool in call -p si",
            "in call -p si",
            "timew sta call Site",
            "klog switch -s 'call #site'",
            "watson start Site +call",
            "clockify-cli in site call",
        ),
    ),
    Action(
        "go back to the work before",
        (DONE[0], ("10:00", "11:00", "mails", "Ops")),
        TIMER,
        _typed(
            "clocktool back",
            "ct back",
            "timew cont @2",
            "klog switch -N-2",
            "watson restart -2",
            "clockify-cli clone ^2",
        ),
    ),
    Action(
        "stop",
        DONE,
        TIMER,
        _typed("clocktool out", "out", "timew sto", "klog out", "watson stop", "clockify-cli out"),
    ),
    Action(
        "stop ten minutes ago",
        DONE,
        TIMER,
        _typed(
            "clocktool out --at 1205",
            "out --at 1205",
            "timew sto 12:05",
            "klog out -t 12:05",
            "watson stop --at 12:05",
            "clockify-cli out --when 12:05",
        ),
    ),
    Action(
        "see what is running",
        DONE,
        TIMER,
        _typed(
            "clocktool",
            "ct",
            "timew",
            "klog print --today",
            "watson status",
            "clockify-cli show current",
        ),
    ),
    Action(
        "see today's total",
        DONE,
        TIMER,
        _typed(
            "clocktool", "ct", "timew s", "klog today -n", "watson log -dc", "clockify-cli report"
        ),
    ),
    Action(
        "correct the last end by ten minutes",
        (*DONE, REVIEW),
        None,
        _typed(
            "clocktool edit last --to 1205",
            "fix --to 1205",
            "timew shor @1 10min",
            ("klog edit", ":$s/12:15/12:05/", ":x"),
            ("watson edit", ":%s/12:15/12:05/", ":x"),
            "clockify-cli edit last -e 12:05",
        ),
    ),
    Action(
        "fill a gap",
        (*DONE, REVIEW),
        None,
        _typed(
            "clocktool add call 10:50-11 -p si",
            "ct add call 10:50-11 -p si",
            "timew tr 10:50 - 11:00 call Site",
            "klog track '10:50 - 11:00 call #site'",
            "watson add -f 10:50 -t 11:00 Site +call",
            "clockify-cli manual site 10:50 11:00 call",
        ),
    ),
    Action(
        "rename four entries of today",
        FOUR,
        None,
        _typed(
            ("clocktool edit today", ":%s/fix/mend/", ":x", YES),
            ("ct edit today", ":%s/fix/mend/", ":x", YES),
            "timew ret @1 @2 @3 @4 mend Site",
            ("klog edit", ":?2026?,$s/fix/mend/", ":x"),
            (
                *("watson edit -4", ":%s/fix/mend/", ":x", "watson edit -3", ":%s/fix/mend/", ":x"),
                *("watson edit -2", ":%s/fix/mend/", ":x", "watson edit", ":%s/fix/mend/", ":x"),
            ),
            "clockify-cli edit ^4 ^3 ^2 last -d mend",
        ),
    ),
    Action(
        "move three entries ten minutes earlier",
        (*DONE, REVIEW),
        None,
        _typed(
            ("clocktool bulk today --shift -10m", YES),
            ("ct bulk today --shift -10m", YES),
            ("timew move @3 8:50", "timew move @2 9:50", "timew move @1 10:50"),
            (
                *("klog edit", ":%s/9:00 - 10:00/8:50 - 9:50/", ":%s/10:00 - 10:50/9:50 - 10:40/"),
                *(":%s/11:00 - 12:15/10:50 - 12:05/", ":x"),
            ),
            (
                *("watson edit -3", ":%s/10:00/09:50/", ":%s/09:00/08:50/", ":x"),
                *("watson edit -2", ":%s/10:00/09:50/", ":%s/10:50:/10:40:/", ":x"),
                *("watson edit", ":%s/11:00/10:50/", ":%s/12:15/12:05/", ":x"),
            ),
            (
                "clockify-cli edit ^3 -s 8:50 -e 9:50",
                "clockify-cli edit ^2 -s 9:50 -e 10:40",
                "clockify-cli edit last -s 10:50 -e 12:05",
            ),
        ),
    ),
    Action(
        "take back the last change",
        DONE,
        TIMER,
        _typed("clocktool undo", "ct undo", "timew und", None, None, None),
    ),
)


def keys(lines: Lines) -> int:
    """Return how many characters lines have, with an Enter for each."""
    return sum(len(line) + 1 for line in lines)


def tables() -> str:
    """Return the counts and what is typed, as Markdown; the fewest keys of a row are bold."""
    counts = [f"| | {' | '.join(HEADINGS)} |", f"|---|{'--:|' * len(HEADINGS)}"]
    shown = []
    fewer = dict.fromkeys(PROGRAMS[2:], 0)
    for action in ACTIONS:
        found = {program: keys(lines) for program, lines in action.typed.items() if lines}
        least = min(found.values())
        cells = (_count(found.get(program), least) for program in PROGRAMS)
        counts.append(f"| {action.name} | {' | '.join(cells)} |")
        typed = (
            " ⏎ ".join(f"`{line}`" for line in lines) for lines in action.typed.values() if lines
        )
        shown.append(f"- {action.name}: {' · '.join(typed)}")
        for program in fewer:
            fewer[program] += found.get(program, 999) < found["clocktool"]
    beaten = ", ".join(f"{program} in {count}" for program, count in fewer.items())
    return "\n".join(
        [
            *counts,
            "",
            f"Fewer keys than clocktool without the short words, of {len(ACTIONS)}: {beaten}.",
            "",
            "What is typed, from left to right:",
            "",
            *shown,
            "",
        ]
    )


def _count(count: int | None, least: int) -> str:
    if count is None:
        return "–"
    return f"**{count}**" if count == least else str(count)


def vi(path: Path, lines: Lines) -> None:
    """Do to a file what lines typed in vi do: ``:%s/old/new/`` in each of its lines, ``:x``."""
    text = path.read_text("utf-8")
    for line in lines:
        if found := re.fullmatch(r":[^s]*s/([^/]*)/([^/]*)/", line):
            text = "".join(
                each.replace(found[1], found[2], 1) for each in text.splitlines(keepends=True)
            )
    path.write_text(text, encoding="utf-8")


def editor(lines: Lines) -> str:
    """Return a value for $EDITOR that does what lines typed in vi do."""
    return shlex.join([sys.executable, __file__, "--vi", *lines])


def commands(lines: Lines) -> Iterator[tuple[str, Lines]]:
    """Yield each command line, with the lines that are typed after it in vi or as an answer."""
    starts = [place for place, line in enumerate(lines) if line != YES and line[0] != ":"]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        yield lines[start], lines[start + 1 : end]


SET_UP = {
    "timewarrior": (
        "timew track {0} - {1} {2} {3}",
        "timew start {0} {1} {2}",
    ),
    "Watson": (
        "watson add -f '2026-11-24 {0}' -t '2026-11-24 {1}' {3} +{2}",
        "watson start --at {0} {2} +{1}",
    ),
}


def try_lines(program: str) -> Iterator[str]:
    """Run each action of a program in a folder of its own; yield what failed."""
    add, start = SET_UP[program]
    for action in ACTIONS:
        typed = action.typed[program]
        if typed is None:
            continue
        with tempfile.TemporaryDirectory() as folder:
            env = os.environ | {"TIMEWARRIORDB": folder, "WATSON_DIR": folder}
            Path(folder, "timewarrior.cfg").touch()
            Path(folder, "data").mkdir()
            Path(folder, "config").write_text("[options]\nstop_on_start = 1\nstop_on_restart = 1\n")
            set_up = [add.format(*each) for each in action.done]
            set_up += [start.format(*action.running)] if action.running else []
            for line, after in [*((line, ()) for line in set_up), *commands(typed)]:
                words = ["faketime", CLOCK, *shlex.split(line)]
                done = subprocess.run(
                    words,
                    env=env | {"EDITOR": editor(after)},
                    capture_output=True,
                    text=True,
                    check=False,
                )
                if done.returncode:
                    yield f"{action.name}: {line}: {done.stderr or done.stdout}"


def main() -> None:
    """Print the tables, or try lines."""
    if sys.argv[1:2] == ["--vi"]:
        vi(Path(sys.argv[-1]), tuple(sys.argv[2:-1]))
    elif sys.argv[1:] == ["--try"]:
        for program, name in (("timewarrior", "timew"), ("Watson", "watson")):
            if shutil.which("faketime") is None or shutil.which(name) is None:
                print(f"{program}: not tried, {name} or faketime is not installed")
                continue
            failed = list(try_lines(program))
            print("\n".join(failed) or f"{program}: all lines work")
    else:
        print(tables(), end="")


if __name__ == "__main__":
    main()
