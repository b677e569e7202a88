"""The keys that ``benchmarks/keys.py`` counts: every line of clocktool does what the table says."""

import shlex
from pathlib import Path

import pytest

from benchmarks.keys import ACTIONS, Action, commands, editor, keys, tables
from clocktool.completion import SHORT_WORDS
from tests.conftest import Console

COMPARISON = Path(__file__).parent.parent / "docs" / "comparison.md"

DAY = "09:00-10:00 fix\n10:00-10:50 mails\n"
ALL = f"{DAY}11:00-12:15 review\n"
TIMER = f"{DAY}11:00- review\n"

RESULTS = {
    "start work that was done before": f"{ALL}12:15- fix\n",
    "switch to other work": f"{ALL}12:15- call\n",
    "go back to the work before": (
        "09:00-10:00 fix\n10:00-11:00 mails\n11:00-12:15 review\n12:15- mails\n"
    ),
    "stop": ALL,
    "stop ten minutes ago": f"{DAY}11:00-12:05 review\n",
    "see what is running": TIMER,
    "see today's total": TIMER,
    "correct the last end by ten minutes": f"{DAY}11:00-12:05 review\n",
    "fill a gap": f"{DAY}10:50-11:00 call\n11:00-12:15 review\n",
    "rename four entries of today": "".join(
        f"{hour:02}:00-{hour + 1:02}:00 mend\n" for hour in (7, 8, 9, 10)
    ),
    "move three entries ten minutes earlier": (
        "08:50-09:50 fix\n09:50-10:40 mails\n10:50-12:05 review\n"
    ),
    "take back the last change": DAY,
}
"""The day after each action."""


@pytest.mark.parametrize("program", ["clocktool", "aliases"])
@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.name)
def test_every_line_that_is_counted_works(run: Console, action: Action, program: str) -> None:
    """The day is then as the action says."""
    run.at("2026-11-24 12:15")
    for project in ("Site", "Ops"):
        run.ok("projects", "add", project)
    for start, end, description, project in action.done:
        run.ok("add", description, "-p", project, "--from", start, "--to", end)
    if action.running:
        start, description, project = action.running
        run.ok("start", description, "-p", project, "--at", start)
    for line, after in commands(action.typed[program] or ()):
        first, *words = shlex.split(line)
        typed = [*shlex.split(SHORT_WORDS.get(first, first)), *words]
        assert typed[0] == "clocktool"
        env, answers = {"EDITOR": editor(after)}, "".join(f"{each}\n" for each in after[-1:])
        shown = run.ok(*typed[1:], env=env, asks=True, stdin=answers)
    if action.name.startswith("see"):
        assert "review" in shown.out
        assert "3h 05m" in shown.out
    found = run.ok("list", "--template", "{start}-{end} {description}").out
    assert found == RESULTS[action.name]


def test_the_page_has_the_counts() -> None:
    """``python -m benchmarks.keys`` prints them."""
    assert tables() in COMPARISON.read_text("utf-8")


def test_what_is_typed_most_takes_the_fewest_keys() -> None:
    """With the short words of ``init --aliases``, but for one action."""
    beaten = []
    for action in ACTIONS:
        ours = keys(action.typed["aliases"] or ())
        if any(keys(lines) <= ours for lines in list(action.typed.values())[2:] if lines):
            beaten.append(action.name)
    assert beaten == ["rename four entries of today"]
