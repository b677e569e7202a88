"""``edit --day``: a day as text in an editor, at the front door."""

import os
import pty
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from clocktool.domain.time.instant import Instant
from tests.commands.conftest import put
from tests.commands.test_bulk import approve
from tests.conftest import Console, Result
from tests.contract.worlds import ME, W, fill, world
from tests.guide_server import KEY

EDITOR = """\
import pathlib, sys
path = pathlib.Path(sys.argv[-1])
text = path.read_text(encoding="utf-8")
pathlib.Path(sys.argv[1]).joinpath("seen.txt").open("a", encoding="utf-8").write(text + "\\f")
for old, new in zip(sys.argv[2:-1:2], sys.argv[3:-1:2]):
    text = text + new if old == "+" else text.replace(old, new)
path.write_text(text, encoding="utf-8")
"""

FIX, REVIEW, DEPLOY = (
    "09:00–10:30  Fix login page  -p ACME/Site -T dev --billable  @0009",
    "10:45–12:00  Review          -p ACME/Site --billable  @000a",
    "12:30–…      Deploy          -p Ops  @000b",
)


def editor(console: Console, *changes: str) -> str:
    """Return the command of an editor that replaces texts; ``+`` adds one at the end."""
    script = console.home / "editor.py"
    script.write_text(EDITOR, encoding="utf-8")
    return shlex.join([sys.executable, str(script), str(console.home), *changes])


def edit(console: Console, *changes: str, words: tuple[str, ...] = ("today", "-y")) -> Result:
    """Edit a day with such an editor."""
    return console("edit", "--day", *words, env={"EDITOR": editor(console, *changes)})


def seen(console: Console) -> list[str]:
    """Return the texts that the editor has seen."""
    path = console.home / "seen.txt"
    return path.read_text(encoding="utf-8").split("\f")[:-1]


def lines_of(text: str) -> list[str]:
    """Return the lines of a text for entries."""
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def entries(console: Console, days: str = "today") -> str:
    """Return all of the entries of some days."""
    return console.ok("list", days, "-o", "json").out


def kept(console: Console) -> list[Path]:
    """Return the texts that were kept."""
    return sorted((console.home / "data").glob("day-*"))


def test_a_line_for_each_entry_with_the_rules_above(day: Console) -> None:
    """Saved unchanged, nothing happens."""
    before = entries(day)
    assert edit(day) == (0, "", "Nothing changed.\n")
    (text,) = seen(day)
    assert lines_of(text) == [FIX, REVIEW, DEPLOY]
    assert text.startswith("# Tue 24 Nov 2026\n#\n# Change, add or remove lines")
    assert max(map(len, text.splitlines())) <= 79
    assert entries(day) == before
    assert kept(day) == []


def test_a_changed_line_is_an_edit(day: Console) -> None:
    """The plan is shown as bulk shows it."""
    assert edit(day, "10:45–12:00  Review", "10:40–11:50  Read") == (
        0,
        (
            "  000a  Tue 24 Nov 2026 10:45  Review  10:45–12:00 → 10:40–11:50; text → Read\n"
            "1 changed\n"
        ),
        "",
    )
    assert day.ok("show", "a", "--template", "{start} {end} {description}").out == (
        "10:40 11:50 Read\n"
    )


@pytest.mark.parametrize("word", ["today", "tue", "Tuesday", "2026-11-24"])
def test_a_day_in_the_place_of_an_entry_is_opened(day: Console, word: str) -> None:
    """``edit today`` is ``edit --day today``."""
    result = day("edit", word, "-y", env={"EDITOR": editor(day, "Review", "Read")})
    assert (result.code, result.out.splitlines()[-1]) == (0, "1 changed")
    assert "Read" in day.ok("list").out


def test_all_kinds_of_change_are_one_change(day: Console) -> None:
    """One undo takes back the edit, the new entry and the delete; redo does them again."""
    before = entries(day)
    result = edit(
        day,
        *(f"{FIX}\n", ""),
        *("-p ACME/Site --billable  @000a", "-p Ops -T urgent --break @000a"),
        *("+", "8-8:30 call with Bo -p Site -t Login\n"),
    )
    assert result == (
        0,
        (
            "  000a  Tue 24 Nov 2026 10:45  Review"
            "  Site · ACME → Ops; not billable; a break; +#urgent\n"
            "+ Add 08:00–08:30  30m  call with Bo  Site · ACME: Login\n"
            "✗ Delete 09:00–10:30  1h 30m  Fix login page  Site · ACME  $ #dev  0009\n"
            "1 changed, 1 added, 1 deleted\n"
        ),
        "",
    )
    after = entries(day)
    assert day.ok("list", "--template", "{description} {project} {task} {tags}").out == (
        "call with Bo Site Login \nReview Ops  urgent\nDeploy Ops  \n"
    )
    day.ok("undo", "-q")
    assert entries(day) == before
    day.ok("redo", "-q")
    assert entries(day) == after


def test_a_no_changes_nothing(day: Console) -> None:
    """Asked on a terminal; off one it needs -y, and what was typed is kept."""
    before, env = entries(day), {"EDITOR": editor(day, "Review", "Read")}
    asked = day("edit", "--day", "today", env=env, asks=True, stdin="n\n")
    assert (asked.code, asked.err) == (1, "Make this change? [y/N] Nothing was changed\n")
    assert kept(day) == []
    refused = day("edit", "--day", "today", env=env)
    (path,) = kept(day)
    assert (refused.code, refused.err) == (
        2,
        (
            "error: confirmation required: Make this change?\n"
            f"hint: add --yes; your text is in {path}\n"
        ),
    )
    assert "Read" in path.read_text(encoding="utf-8")
    assert entries(day) == before
    yes = day("edit", "--day", "today", env=env, asks=True, stdin="y\n")
    assert yes.code == 0


def test_seconds_and_the_other_fields_survive_an_edit_of_words(shop: Console) -> None:
    """What is not shown stays: seconds, custom fields, the end after midnight."""
    shop.ok("fields", "add", "Ticket", "-q")
    shop.ok(
        *("add", "Night", "--from", "2026-11-23 22:00:13", "--to", "2026-11-24 01:30:42"),
        *("-p", "Site", "--field", "Ticket=7", "-q"),
    )
    (before,) = shop.ok("list", "yesterday", "-o", "json").json
    edit(shop, "Night", "Late", words=("yesterday", "-y"))
    assert lines_of(seen(shop)[0])[0].startswith("22:00–01:30+1d  Night")
    (after,) = shop.ok("list", "yesterday", "-o", "json").json
    assert after == {**before, "description": "Late"}
    edit(shop, "22:00–01:30+1d", "21:50–01:30+1d", words=("yesterday", "-y"))
    assert shop.ok("show", "that", "--template", "{duration_seconds}").out == f"{220 * 60 + 42}\n"


def test_only_entries_that_start_on_the_day_are_in_it(shop: Console) -> None:
    """One from the day before is in that day's text, one that ends at midnight says 24:00."""
    shop.ok("add", "Night", "--from", "2026-11-22 22:00", "--to", "2026-11-23 01:00", "-q")
    shop.ok("add", "Late", "--from", "2026-11-23 22:00", "--to", "2026-11-24 00:00", "-q")
    edit(shop, words=("yesterday", "-y"))
    assert lines_of(seen(shop)[0]) == ["22:00–00:00+1d  Late  @000a"]


def test_both_hours_of_the_autumn_night(run: Console) -> None:
    """The second one has its offset, and both can be written."""
    run.at("2026-10-26 08:00")
    run.ok("add", "one", "--from", "2026-10-25 2:10", "--to", "2026-10-25 2:20", "-q")
    run.ok(
        *("add", "two", "--from", "2026-10-25T02:10+01:00", "--to", "2026-10-25T02:20+01:00", "-q")
    )
    before = entries(run, "yesterday")
    edit(run, "one", "first", "two", "second", words=("yesterday", "-y"))
    assert lines_of(seen(run)[0]) == [
        "02:10–02:20              one  @0003",
        "02:10+01:00–02:20+01:00  two  @0004",
    ]
    assert entries(run, "yesterday") == before.replace("one", "first").replace("two", "second")
    edit(run, "+", "2:30+01:00-2:40+01:00 three\n", words=("yesterday", "-y"))
    assert run.ok("show", "that", "-o", "json").json[0]["timeInterval"]["start"] == (
        "2026-10-25T01:30:00Z"
    )


def test_a_timer_is_ended_started_and_moved_by_its_line(day: Console) -> None:
    """It ends before another one starts."""
    assert edit(day, "12:30–…", "12:20–13:00", "+", "13:00-… Test -p Ops\n").code == 0
    assert day.ok("running", "--template", "{description} {start}").out == "Test 13:00\n"
    assert day.ok("list", "-d", "Deploy", "--template", "{start} {end}").out == "12:20 13:00\n"
    day.ok("undo", "-q")
    assert day.ok("running", "--template", "{description} {start}").out == "Deploy 12:30\n"
    day.ok("stop", "-q")
    assert edit(day, "12:30–13:30", "12:30–").code == 0
    assert day.ok("running", "--template", "{description}").out == "Deploy\n"


def test_a_timer_of_another_day_is_not_replaced(day: Console) -> None:
    """It has to be stopped first."""
    day.at("2026-11-25 09:00")
    result = edit(day, "+", "8:30-… New\n")
    assert result.code == 5
    assert "error: a timer is running already, since Tue 24 Nov 12:30\n" in result.err
    assert day.ok("list", "today", "-d", "New", "-o", "id").out == ""


WRONG = {
    "morning or evening": (
        "9-10pm x\n",
        "invalid range `9-10pm`: 9 may be in the morning or in the afternoon",
    ),
    "NUL": ('8-9 "a\\u0000"\n', "a text can't hold \\u0000"),
    "half a character": ('8-9 x -p "\\ud800"\n', "a text can't hold \\ud800"),
    "times": ("8-25:00 x\n", "invalid time `25:00`: clocks go from 0:00 to 23:59:59"),
    "no times": ("call Bo\n", "`call` is not a start and an end"),
    "backwards": ("9:30-9:00 x\n", "the end 9:00 is before the start 9:30"),
    "no length": ("9-9:00 x\n", "9–9:00 has no length"),
    "future": ("14:00-15:00 x\n", "14:00–15:00 would end in the future"),
    "two timers": ("13:00-… x\n", "there can be only one timer"),
    "no project": ("8-9 x -p Nope\n", "no project 'Nope'"),
    "no task": ("8-9 x -p Ops -t Login\n", "no task 'Login'"),
    "option": ("8-9 -x\n", "unknown option `-x`"),
    "value": ("8-9 x -p\n", "-p has no value"),
    "quote": ('8-9 "x\n', 'the quotes from `"x` on are wrong'),
    "id": ("8-9 x @beef\n", "no entry @beef on this day"),
    "same id": ("8-9 x @000a\n", "@000a is on line 15, too"),
    "offset": ("8:00+05:00-9 x\n", "`8:00+05:00` does not exist in Europe/Berlin"),
    "twice": ("8-9 x -p Ops -p Site\n", "-p is given twice"),
    "contradiction": (
        "8-9 x --billable --no-billable\n",
        "--billable and --no-billable contradict each other",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_line_opens_the_editor_again(day: Console, case: str) -> None:
    """With the reason above it; left wrong, the text is kept and nothing was written."""
    line, message = WRONG[case]
    before = entries(day)
    script = editor(day, "+", line)
    # The second time it adds nothing: a program that leaves it wrong.
    once = day.home / "once.sh"
    once.write_text(f'[ -e "{day.home}/done" ] || {script} "$1"\ncp "$1" "{day.home}/last"\n')
    once.write_text(once.read_text() + f'touch "{day.home}/done"\n')
    result = day("edit", "--day", "today", "-y", env={"EDITOR": f"sh {once}"})
    assert (result.code, result.out) == (2, "")
    assert f": {message}" in result.err
    (path,) = kept(day)
    assert f"your text is in {path}\n" in result.err
    shown = path.read_text(encoding="utf-8").splitlines()
    place = shown.index(line.strip())
    assert shown[place - 1].startswith(f"#! {message}")
    assert entries(day) == before


def test_a_line_that_is_corrected_is_taken(day: Console) -> None:
    """Nothing that was typed before is lost, and no reason stays."""
    script = day.home / "two.sh"
    script.write_text(
        f'if [ -e "{day.home}/done" ]; then sed -i s/25:00/8:30/ "$1"\n'
        f'else echo "8-25:00 call" >> "$1"; touch "{day.home}/done"; fi\n'
    )
    result = day("edit", "--day", "today", "-y", env={"EDITOR": f"sh {script}"})
    assert result.code == 0
    assert result.out == "+ Add 08:00–08:30  30m  call\n1 added\n"
    assert kept(day) == []


def test_a_program_that_always_writes_wrong_lines_ends(day: Console) -> None:
    """The same lines are wrong a second time."""
    script = day.home / "wrong.sh"
    script.write_text('echo "8-25:00 call" > "$1"\n')
    assert day("edit", "--day", "today", "-y", env={"EDITOR": f"sh {script}"}).code == 2


@pytest.mark.parametrize(
    ("env", "said"),
    [
        ({"EDITOR": "false"}, "`false` failed with exit code 1"),
        ({"EDITOR": "sh -c 'kill -9 $$'"}, "`sh -c 'kill -9 $$'` was ended by signal 9"),
        ({"EDITOR": "no-such-editor"}, "can't run `no-such-editor`: No such file or directory"),
        ({"EDITOR": "'x"}, "can't run `'x`: No closing quotation"),
        ({}, "no editor is set"),
        ({"EDITOR": "true", "VISUAL": "false"}, "`false` failed with exit code 1"),
    ],
)
def test_an_editor_that_fails_changes_nothing(day: Console, env: dict[str, str], said: str) -> None:
    """$VISUAL goes before $EDITOR."""
    before = entries(day)
    result = day("edit", "--day", "today", "-y", env=env)
    assert (result.code, result.out, result.err.splitlines()[0]) == (3, "", f"error: {said}")
    assert entries(day) == before
    assert kept(day) == []


def test_an_editor_takes_arguments(day: Console) -> None:
    """As in VISUAL='code --wait'."""
    visual = editor(day, "Fix login page", "Mend 'it'")
    assert day("edit", "--day", "today", "-y", env={"VISUAL": visual, "EDITOR": "false"}).code == 0


@pytest.mark.parametrize("words", ["", " -w", " --wait"])
def test_an_editor_that_may_not_have_waited_is_named(day: Console, words: str) -> None:
    """A window that is still open would be saved in vain."""
    program = day.home / "code"
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    program.chmod(0o755)
    result = day("edit", "--day", "today", env={"EDITOR": f"{program}{words}"})
    said = "" if words else f"If the editor did not wait, set VISUAL='{program} --wait'\n"
    assert result == (0, "", f"Nothing changed.\n{said}")


def test_an_emptied_file_deletes_only_after_a_typed_yes(day: Console) -> None:
    """Neither -y nor y is enough."""
    before, env = entries(day), {"EDITOR": "truncate -s 0"}
    off = day("edit", "--day", "today", "-y", env=env)
    assert (off.code, off.err.splitlines()[0]) == (
        2,
        "error: the text is empty; that would delete 3 entries",
    )
    asked = day("edit", "--day", "today", "-y", env=env, asks=True, stdin="y\n")
    assert (asked.code, asked.err) == (
        1,
        "No line is left: delete 3 entries of Tue 24 Nov 2026? Type yes: Nothing was changed\n",
    )
    assert entries(day) == before
    done = day("edit", "--day", "today", env=env, asks=True, stdin="yes\n")
    assert done.code == 0
    assert done.out.endswith("3 deleted\n")
    day.ok("undo", "-q")
    assert entries(day) == before


@pytest.mark.parametrize(
    ("meanwhile", "state"),
    [
        ("edit a -d Other", "was changed"),
        ("edit a --shift -24h", "was deleted or moved to another day"),
        ("delete a -y", "was deleted or moved to another day"),
    ],
)
def test_an_entry_that_changed_meanwhile_is_a_conflict(
    day: Console, meanwhile: str, state: str
) -> None:
    """Nothing of the change is done, and what was typed is kept."""
    variables = [f"{name}={value}" for name, value in day.env.items()]
    other = shlex.join(["env", *variables, f"PYTHONPATH={Path.cwd()}", sys.executable, "-m"])
    script = day.home / "both.sh"
    script.write_text(
        f'sed -i -e s/Review/Mine/ -e "s/Fix login/Mend/" "$1"\n{other} clocktool {meanwhile} -q\n'
    )
    result = day("edit", "--day", "today", "-y", env={"EDITOR": f"sh {script}"})
    assert result.code == 5
    assert result.err.splitlines()[0] == (
        f"error: 'Review' (@000a) {state} while the text was open"
    )
    (path,) = kept(day)
    assert f"clocktool edit --day 2026-11-24; your text is in {path}" in result.err
    assert "Mend" not in entries(day)
    assert "Mine" not in entries(day)


ELSEWHERE = """\
import pathlib, sys, urllib.request
url, key, path = sys.argv[1:]
request = urllib.request.Request(url, b'{"end": "2026-11-24T12:00:00Z"}', method="PATCH")
request.add_header("X-Api-Key", key)
request.add_header("Content-Type", "application/json")
urllib.request.urlopen(request)
text = pathlib.Path(path).read_text(encoding="utf-8")
pathlib.Path(path).write_text(text.replace("WORD", "Mine"), encoding="utf-8")
"""


@pytest.mark.parametrize("word", ["Deploy", "Review"])
@pytest.mark.parametrize("name", ["serve", "guide", "service"])
def test_a_timer_that_is_stopped_elsewhere_meanwhile_is_not_started_again(
    new_console: Callable[[str], Console], name: str, word: str
) -> None:
    """By cron, say: a change of its line is a conflict, one of another line is done."""
    with world(name, new_console("open")) as place:
        run = place.console
        run.at("2026-11-24 13:30")
        fill(place.behind)
        run.ok("add", "Review", "9-10", "-q")
        run.ok("start", "Deploy", "--at", "12:30", "-q")
        script = run.home / "web.py"
        script.write_text(ELSEWHERE.replace("WORD", word), encoding="utf-8")
        url = f"{place.url}{W}/user/{ME}/time-entries"
        words = [sys.executable, str(script), url, KEY]
        result = run("edit", "--day", "today", "-y", env={"EDITOR": shlex.join(words)})
        assert result.code == (5 if word == "Deploy" else 0), result
        shown = run.ok("list", "--template", "{description} {start} {end}").out
        other = "Mine" if word == "Review" else "Review"
        assert shown == f"{other} 09:00 10:00\nDeploy 12:30 13:00\n"


def test_what_is_locked_is_a_comment(day: Console) -> None:
    """It can be neither changed nor deleted."""
    approve(day, "a")
    assert edit(day, "10:45", "10:40", "\n09:00", "\n08:55").out.endswith("1 changed\n")
    assert (
        f"# approved: {REVIEW.partition('  @')[0]}".split()
        == next(line for line in seen(day)[0].splitlines() if line.startswith("# approved")).split()
    )


def test_a_rule_of_the_workspace_refuses_all_of_it(day: Console) -> None:
    """The steps before are undone, and what was typed is kept."""
    put(day, "", {"workspaceSettings": {"forceDescription": True}})
    before = entries(day)
    result = edit(day, "Review", "Read", "+", "8-9 -p Ops\n")
    assert result.code == 5
    assert entries(day) == before
    assert len(kept(day)) == 1


@pytest.mark.parametrize("text", ["- 5 apples", ".. 10:30", "– …", "- noon", "9-10 x", "#13"])
def test_a_description_that_looks_like_times_stays_one(day: Console, text: str) -> None:
    """It follows the times of its line."""
    day.ok("edit", "a", "-d", text, "-q")
    before = entries(day)
    assert edit(day) == (0, "", "Nothing changed.\n")
    assert edit(day, "Deploy", "Ship", f"{text} ", f"{text}! ").code == 0
    assert entries(day) == before.replace("Deploy", "Ship").replace(text, f"{text}!")


class Waiting(Console):
    """A console with a clock that goes on by an hour while the editor is open."""

    began: Instant

    @property
    def now(self) -> Instant:
        """Return the time: an hour later once the editor has seen the text."""
        return Instant(self.began + 3600 * (self.home / "seen.txt").exists())

    @now.setter
    def now(self, value: Instant) -> None:
        self.began = value


def test_what_was_done_while_the_editor_was_open_is_not_in_the_future(tmp_path: Path) -> None:
    """A text is read with the time at which it was saved."""
    run = Waiting(tmp_path)
    run.env["CLOCKTOOL_PROFILE"] = "local"
    result = edit(run, "+", "12:00-13:25 slow\n")
    assert (result.code, result.out) == (0, "+ Add 12:00–13:25  1h 25m  slow\n1 added\n")
    (run.home / "seen.txt").unlink()
    assert "14:00–14:25 would end in the future" in edit(run, "+", "14:00-14:25 x\n").err


def test_new_names_are_created_with_it(day: Console) -> None:
    """By --create, or after a yes on a terminal."""
    result = edit(day, "+", "8-9 x -p ACME/New -T fresh\n", words=("today", "-y", "--create"))
    assert result.code == 0
    assert day.ok("show", "that", "--template", "{project} {tags}").out == "New fresh\n"
    day.ok("undo", "-q")
    assert day("list", "-p", "New").code == 4


def test_the_result_has_formats(day: Console) -> None:
    """Changed and new entries, as an array."""
    result = edit(day, "Review", "Read", "+", "8-9 x\n", words=("today", "-y", "-o", "json"))
    assert [each["description"] for each in result.json] == ["x", "Read"]
    assert edit(day, "Read", "Again", words=("today", "-y", "-q")) == (0, "", "")
    assert edit(day, words=("today", "-o", "json")) == (0, "[]\n", "Nothing changed.\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("edit", "last", "--day", "today"), "--day can't be used with an entry or other changes"),
        (
            ("edit", "--day", "today", "-d", "x"),
            "--day can't be used with an entry or other changes",
        ),
        (("edit", "-d", "x"), "no entry is named"),
        (("edit", "--day", "someday"), "invalid day `someday`"),
        (("edit", "today", "-d", "x"), "invalid entry `today`"),
        (("edit", "today", "--day", "today"), "--day can't be used with an entry or other changes"),
        (("edit", "2026-02-30"), "the calendar has no day 2026-02-30"),
        (("edit", "someday"), "nothing to change"),
    ],
)
def test_other_words_are_refused(day: Console, words: tuple[str, ...], said: str) -> None:
    """Before an editor is opened."""
    result = day(*words, env={"EDITOR": editor(day)})
    assert (result.code, result.err.splitlines()[0]) == (2, f"error: {said}")
    assert not (day.home / "seen.txt").exists()


def test_a_day_without_entries_can_be_filled(run: Console) -> None:
    """Lines of a template, say."""
    result = edit(run, "+", "9-10 a\n10-11:30 b --break\n", words=("yesterday", "-y"))
    assert result.out.endswith("2 added\n")
    assert run.ok("list", "yesterday", "--total").out == "1:00:00\n"


def test_an_audit_is_mended_in_the_text(day: Console) -> None:
    """Each day is opened, with what was found in comments."""
    day.ok("add", "call", "--from", "2026-11-23 9:00", "--for", "1h", "-q")
    day.ok("add", "talk", "8:00-8:20", "-q")
    script = editor(day, "call", "call -p Ops", "talk", "talk -p Ops")
    result = day("audit", "--fix", "-y", env={"EDITOR": script})
    assert result.code == 0
    first, second = seen(day)
    assert "# 'call' has no project\n" in first
    assert "# 'talk' has no project\n" in second
    assert result.err.endswith("Nothing found: Sun 1 Nov to Mon 30 Nov 2026.\n")
    assert day("audit", "--fix", "-y", env={"EDITOR": "false"}).code == 0
    day.ok("undo", "-q")  # both days at once
    assert day("audit", "--fix", "-y", env={"EDITOR": "true"}).code == 1


def test_what_interrupts_the_editor_is_left_to_it(day: Console) -> None:
    """Emacs is interrupted by its Ctrl-G, as are all programs of the terminal, and goes on."""
    script = day.home / "emacs.sh"
    script.write_text('trap : INT\nkill -INT $PPID $$\nsed -i s/Review/Read/ "$1"\n')
    result = day("edit", "--day", "today", "-y", env={"EDITOR": f"sh {script}"})
    assert (result.code, result.out.splitlines()[-1]) == (0, "1 changed")
    script.write_text('sed -i s/Read/Typed/ "$1"\nkill -INT $PPID $$\n')
    result = day("edit", "--day", "today", "-y", env={"EDITOR": f"sh {script}"})
    (path,) = kept(day)
    assert (result.code, result.out) == (130, "")
    assert f"Your text is in {path}\n" in result.err
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.slow
def test_the_editor_and_the_question_share_a_terminal(day: Console) -> None:
    """What is typed first goes to the editor, then the plan is shown and the answer read."""
    script = day.home / "typed.sh"
    script.write_text('read word\nsed -i "s/Review/$word/" "$1"\n')
    ours, theirs = pty.openpty()
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(Path.cwd()), "PYTHONIOENCODING": "utf-8"}
    run = subprocess.Popen(
        [sys.executable, "-m", "clocktool", "edit", "--day", "2026-11-24"],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        env={**env, **day.env, "TZ": "Europe/Berlin", "NO_COLOR": "1", "VISUAL": f"sh {script}"},
    )
    os.close(theirs)
    os.write(ours, b"Typed\ny\n")
    shown = b""
    try:
        while piece := os.read(ours, 65536):
            shown += piece
    except OSError:  # the terminal ends with the process
        pass
    os.close(ours)
    assert run.wait(timeout=30) == 0
    text = shown.decode().replace("\r\n", "\n")
    assert "text → Typed" in text
    assert "Make this change? [y/N]" in text
    assert "1 changed\n" in text
    assert day.ok("show", "a", "--template", "{description}").out == "Typed\n"
