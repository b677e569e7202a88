"""Hundreds of entries at once, against servers that cap, refuse, break and are interrupted."""

import io
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator

import httpx
import pytest

from clocktool.backends.base import Request
from clocktool.render.progress import bar
from tests.conftest import Console
from tests.contract.worlds import World, fill
from tests.guide_server import Answer
from tests.tracking.servers import (
    ROUTES,
    GoneError,
    Place,
    ids_of,
    interrupt,
    says,
)
from tests.tracking.servers import place as at

pytestmark = pytest.mark.slow

COUNT = 300
CAP = 25
BAD = range(5, COUNT, 47)
"""The entries that a rule of the server refuses, by number: seven."""

MIDDLE = 150
"""The first entry of a chunk in the middle, of entries that no rule refuses."""

TOO_MANY = {
    "400": says(400, 501, "Too many entries in one request, at most 25"),
    "413": (413, {}, None),
}


@pytest.fixture(params=ROUTES)
def there(request: pytest.FixtureRequest, new_console: Callable[[str], Console]) -> Iterator[Place]:
    """A server of each route set."""
    with at(str(request.param), new_console("many")) as made:
        yield made


def is_bulk(request: Request) -> bool:
    """Whether a request changes many entries."""
    return request.method == "PUT"


def capped(ids: list[str], refusal: Answer) -> Callable[[Request], Answer | None]:
    """Return what a server does that takes 25 a request and keeps to a rule, all or none."""
    bad = {ids[number] for number in BAD if number < len(ids)}

    def answer(request: Request) -> Answer | None:
        named = ids_of(request)
        if len(named) > CAP:
            return refusal
        if bad & set(named):
            return says(400, 501, "Time is of a month that is closed")
        return None

    return answer


def billable(there: Place) -> set[str]:
    """Return the entries that the server has as billable, whatever was said of them."""
    return {row[0] for row in there.sql("SELECT id FROM entries WHERE billable = 1")}


@pytest.mark.parametrize("refusal", TOO_MANY)
def test_a_cap_and_a_rule(there: Place, refusal: str) -> None:
    """Chunks shrink to what is taken, a rule stops its own entries alone, and each is counted."""
    ids = there.add(COUNT)
    there.before = capped(ids, TOO_MANY[refusal])
    result = there.console("bulk", "2026", "--set-billable", "-y")
    refused = [ids[number] for number in BAD]
    assert billable(there) == set(ids) - set(refused)
    assert result.code == 5
    assert result.out.splitlines()[-1] == f"{COUNT - len(BAD)} of {COUNT} changed"
    errors = result.err.splitlines()
    assert [line.split("  ")[2] for line in errors[: len(BAD)]] == [
        f"work {number:04}" for number in BAD
    ]
    assert errors[len(BAD) :] == [
        (
            f"error: {COUNT - len(BAD)} of {COUNT} entries done, {len(BAD)} failed:"
            " refused by a rule: Time is of a month that is closed"
        ),
        "hint: change it, or ask an owner of the workspace",
    ]
    sizes = [len(ids_of(each)) for each in there.sent if is_bulk(each)]
    assert sizes[:3] == [100, 50, 25]
    assert max(sizes[2:]) == CAP
    assert len(sizes) < 2 + COUNT // CAP + len(BAD) * 12


def test_nothing_of_many_entries_is_lost(there: Place) -> None:
    """Tags, tasks, custom fields, times and types are as they were, of each."""
    ids = there.add(COUNT)
    there.before = capped(ids, TOO_MANY["400"])
    look = (
        "SELECT e.id, start_at, end_at, description, project, task, type, f.value, t.tag"
        " FROM entries e JOIN entry_fields f ON f.entry = e.seq"
        " JOIN entry_tags t ON t.entry = e.seq ORDER BY e.id"
    )
    before = there.sql(look)
    there.console("bulk", "2026", "--set-billable", "-y")
    assert there.sql(look) == before
    assert len(before) == COUNT


BREAKS = {
    "before": "the connection to HOST broke: no complete answer came",
    "after": "the connection to HOST broke: no complete answer came",
    "500": "the server failed (500): Unexpected",
}


@pytest.mark.parametrize("kind", BREAKS)
def test_a_break_in_the_middle(there: Place, kind: str) -> None:
    """The chunk with a lost answer is kept with all after it, and each is changed in the end."""
    ids = there.add(COUNT)
    rule = capped(ids, TOO_MANY["400"])
    places = [number for number in BAD if number < COUNT]
    bad = {ids[number] for number in places}

    def before(request: Request) -> Answer | None:
        if len(ids_of(request)) == CAP and ids[MIDDLE] in ids_of(request):
            if kind == "before":
                raise GoneError
            return says(500, 500, "Unexpected") if kind == "500" else None
        return rule(request)

    def after(request: Request) -> None:
        if ids[MIDDLE] in ids_of(request):
            raise GoneError

    def singly(request: Request) -> Answer | None:
        entry = request.path.rpartition("/")[2]
        closed = request.method == "PUT" and entry in bad
        return says(400, 501, "Time is of a month that is closed") if closed else rule(request)

    there.before, there.after = before, after
    result = there.console("bulk", "2026", "--set-billable", "-y")
    refused = len([number for number in places if number < MIDDLE])
    changed = set(ids[:MIDDLE]) - bad
    assert billable(there) == changed | (
        set(ids[MIDDLE : MIDDLE + CAP]) if kind == "after" else set()
    )
    assert result.code == 5  # of the refused alone
    why = BREAKS[kind].replace("HOST", there.console.env["CLOCKTOOL_BASE_URL"].split("/")[2])
    assert result.err.splitlines()[refused:] == [
        f"{COUNT - MIDDLE} changes kept, to be sent later: {why} (see clocktool pending)",
        (
            f"error: {COUNT - refused} of {COUNT} entries done, {refused} failed:"
            " refused by a rule: Time is of a month that is closed"
        ),
        "hint: change it, or ask an owner of the workspace",
    ]
    there.before, there.after = singly, lambda _: None
    late = len(places) - refused
    assert there.console("sync").err.splitlines()[-1] == f"{COUNT - MIDDLE - late} changes sent."
    assert billable(there) == set(ids) - bad
    left = there.console.ok("pending", "-o", "json").json
    assert [each["state"] for each in left] == ["refused"] * late


def test_an_interrupt_in_the_middle(there: Place) -> None:
    """Ctrl-C: what is under way ends and is counted, nothing else begins, exit 130."""
    ids = there.add(COUNT)
    rule = capped(ids, TOO_MANY["400"])

    def after(request: Request) -> None:
        if ids[120] in ids_of(request):
            interrupt()

    there.before, there.after = rule, after
    result = there.console("bulk", "2026", "--set-billable", "-y")
    bad = [number for number in BAD if number < 125]
    changed = {ids[number] for number in range(125) if number not in bad}
    assert billable(there) == changed
    assert result.code == 130
    assert result.out.splitlines()[-1] == f"{len(changed)} of {COUNT} changed"
    last = f"{len(changed)} of {COUNT} entries done, {len(bad)} failed, {COUNT - 125} not tried"
    assert result.err.splitlines()[-2:] == [last, "error: interrupted"]


def test_a_rate_limit_in_the_middle(there: Place) -> None:
    """Seconds are waited for and nothing is lost; for an hour what is left is kept."""
    ids = there.add(COUNT)
    limited = iter([429])

    def seconds(request: Request) -> Answer | None:
        if ids[100] in ids_of(request) and next(limited, None):
            return 429, {"Retry-After": "7"}, {"message": "Too many requests", "code": 429}
        return None

    there.before = seconds
    result = there.console.ok("bulk", "2026", "--set-billable", "-y")
    assert result.out.splitlines()[-1] == f"{COUNT} of {COUNT} changed"
    assert result.err == "rate limited; waiting 7 s\n"
    assert sum(there.console.slept) > 0

    def hour(request: Request) -> Answer | None:
        if ids[100] in ids_of(request):
            return 429, {"Retry-After": "3600"}, {"message": "Too many requests", "code": 429}
        return None

    there.before = hour
    result = there.console.ok("bulk", "2026", "--set-no-billable", "-y")
    assert billable(there) == set(ids[100:])
    assert result.err == (
        f"{COUNT - 100} changes kept, to be sent later: rate limit reached"
        " (see clocktool pending)\n"
    )
    there.before = lambda _: None
    there.sent.clear()
    assert there.console.later(3599)("sync").code == 7
    assert there.writes() == []
    assert there.console.later(1).ok("sync").err == f"{COUNT - 100} changes sent.\n"
    assert billable(there) == set()


def test_in_json_the_changed_are_written_and_one_error(there: Place) -> None:
    """-o json: the entries as they are now, and one object that says what became of all."""
    ids = there.add(50)
    there.before = capped(ids, TOO_MANY["413"])
    result = there.console("bulk", "2026", "--set-billable", "-y", "-o", "json")
    assert {each["id"] for each in result.json} == billable(there) == set(ids) - {ids[5]}
    assert all(each["billable"] for each in result.json)
    assert '"code":5' in result.err.splitlines()[-1]
    assert "49 of 50 entries done, 1 failed" in result.err.splitlines()[-1]


def test_batches_share_their_connection(there: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hundreds of entries in several chunks: one connection for them beside that of the reads."""
    made: list[object] = []
    real = httpx.Client.__init__

    def counted(self: httpx.Client, **given: object) -> None:
        made.append(self)
        real(self, **given)  # type: ignore[arg-type]

    monkeypatch.setattr(httpx.Client, "__init__", counted)
    there.add(COUNT)
    there.console.ok("bulk", "2026", "--set-billable", "-y")
    assert len(made) <= 2


def test_a_real_ctrl_c(there: Place) -> None:
    """A process of its own gets the signal: the same true summary, the same exit code."""
    ids = there.add(COUNT)
    there.before = capped(ids, TOO_MANY["400"])
    child = subprocess.Popen(
        [sys.executable, "-m", "clocktool", "bulk", "2026", "--set-billable", "-y"],
        env={**os.environ, **there.console.env},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )

    def after(request: Request) -> None:
        if ids[120] in ids_of(request):
            child.send_signal(signal.SIGINT)

    there.after = after
    out, err = child.communicate(timeout=30)
    changed = len(billable(there))
    assert child.returncode == 130
    assert out.splitlines()[-1] == f"{changed} of {COUNT} changed"
    assert f"{changed} of {COUNT} entries done, " in err.splitlines()[-2]
    assert err.splitlines()[-1] == "error: interrupted"
    assert 120 < changed < COUNT - len(BAD)


@pytest.mark.parametrize(
    "words", [("invoice", "2026", "-y"), ("purge", "--yes-delete", str(COUNT))]
)
def test_the_cap_is_the_same_for_marks_and_deletes(there: Place, words: tuple[str, ...]) -> None:
    """Hundreds are marked, and then deleted, whatever one request takes."""
    ids = there.add(COUNT, billable=True)
    there.before = capped(ids, TOO_MANY["413"])
    result = there.console(*words)
    refused = {ids[number] for number in BAD}
    if words[0] == "invoice":
        rows = there.sql("SELECT id FROM entries WHERE invoiced = 1")
        assert {row[0] for row in rows} == set(ids) - refused
    elif there.routes == "guide":  # one request names none of them
        assert result.code == 0
        assert there.sql("SELECT count(*) FROM entries") == [(0,)]
        return
    else:
        rows = there.sql("SELECT id FROM entries")
        assert {row[0] for row in rows} == refused
    assert result.code == 5
    assert f"error: {COUNT - len(BAD)} of {COUNT} entries done, {len(BAD)} failed" in result.err


def test_the_bar_counts_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal it shows how many of how many are done, and goes away at the end."""

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    stream = Terminal()
    with bar(1000, "entries", stream) as done:
        done(250)
        done(1000)
    assert "1000/1000 entries" in stream.getvalue()
    assert stream.getvalue().endswith("\x1b[1A\x1b[2K")  # up, and the line is empty


MONTH = """
# 2026-11-27 18:00
$ add Stand-up --from 'mon 9:00' --for 15m -p Ops -q
$ add Build --from 'mon 9:15' --to 'mon 12:00' -p Site -t Login -T dev --field Ticket=CF-1 -q
$ add Night --from 'mon 23:00' --to 'tue 1:00' -p Site -q
$ dup --day mon --on tue..wed --skip-existing \\
 --template '{date} {start} {end} {project}|{task}|{tags}'
2026-11-24 09:00 09:15 Ops||
2026-11-24 09:15 12:00 Site|Login|dev
2026-11-24 23:00 01:00 Site||
2026-11-25 09:00 09:15 Ops||
2026-11-25 09:15 12:00 Site|Login|dev
2026-11-25 23:00 01:00 Site||
$ dup --day mon --on tue..wed --skip-existing
? Skipped 6 of 6: already there.
$ bulk mon -d build --set-project Ops --add-tag urgent --dry-run
  000b  Mon 23 Nov 2026 09:15  Build  Site · ACME → Ops; task Login → no task; +#urgent
? Dry run: 1 entry would be changed
$ bulk week -d build --set-project Ops --add-tag urgent -y -q
$ list week -d build --template '{date} {start} {project}|{task}|{tags}'
2026-11-23 09:15 Ops||dev, urgent
2026-11-24 09:15 Ops||dev, urgent
2026-11-25 09:15 Ops||dev, urgent
$ bulk b --set-project Site --set-task Login --remove-tag urgent --set-description Plan -y
  000b  Mon 23 Nov 2026 09:15  Build  Ops → Site · ACME; task no task → Login; text → Plan; -#urgent
1 of 1 changed
$ split b 10:00 11:00
~ Split Mon 23 Nov 2026 09:15–10:00  45m  Plan  Site · ACME: Login  $ #dev  000b
~ Split Mon 23 Nov 2026 10:00–11:00  1h 00m  Plan  Site · ACME: Login  $ #dev  0013
~ Split Mon 23 Nov 2026 11:00–12:00  1h 00m  Plan  Site · ACME: Login  $ #dev  0014
$ invoice week -p Site -y
Mon 23 Nov to Sun 29 Nov 2026
client  project    hours  decimal  entries
ACME    Site     8:45:00     8.75        6
total            8:45:00     8.75        6
? 1 of 1 line has no rate: 'clocktool rates set 105 EUR -p NAME' sets one
? 6 of 6 marked as invoiced, in 1 line.
$ invoice week -p Site -y
? Left out: 6 marked already.
? Nothing to invoice.
$ edit c -d Late -y -q
$ invoice --check
start             description  changed      before  after  id
2026-11-23 23:00  Night        description  Night   Late   00000000000000000000000c
worth 0.00
? 1 marked entry has changed since invoicing
! 1
$ invoice --undo -y
? 6 of 6 marks taken back.
$ purge wed --yes-delete 9
? error: --yes-delete 9 does not match: 4 entries, 7h 00m, of Wed 25 Nov 2026
? hint: give the exact number
! 2
$ list week --total
15:00:00
"""


def test_the_end_of_the_week(place: World) -> None:
    """Template day, bulk, split, invoice: the same words and output on each of four worlds."""
    fill(place.behind)
    place.play(MONTH)


def test_a_purge_ends_the_same_everywhere(place: World) -> None:
    """The same entries are gone, the same are saved."""
    fill(place.behind)
    for day in ("2026-11-23", "2026-11-24"):
        place.console.ok("add", day, "--from", f"{day} 9:00", "--for", "1h", "-T", "dev", "-q")
    place.console.ok("purge", "2026-11-23", "--yes-delete", "1", "-q")
    assert place.console.ok("list", "2026", "--template", "{description}").out == "2026-11-24\n"
    place.console.ok("purge", "--yes-delete", "1", "-q")
    assert place.console.ok("list", "2026", "-o", "json").json == []
