"""``undo``: the last change made from here, on this machine and over both route sets."""

import contextlib
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from clocktool.backends.base import Reply, Request
from clocktool.domain.time.instant import parse_iso
from clocktool.domain.time.zone import Zone
from tests.conftest import BERLIN, Console
from tests.contract.worlds import ME, Begin, Begun, Shop, W, World, fill, world
from tests.outbox.places import Place, late
from tests.tracking.servers import run_sql

pytestmark = pytest.mark.slow

ENTRIES = f"/user/{ME}/time-entries"
FULL = ("-p", "Site", "-t", "Login", "-T", "dev", "-T", "urgent", "--field", "Ticket=AB-1")


class Yard:
    """A world with things to file under, and what its entries are made of."""

    def __init__(self, made: World, shop: Shop) -> None:
        self.world = made
        self.run = made.console
        self.shop = shop

    @property
    def contents(self) -> list[Any]:
        """All that a user can set, of each entry, the oldest first."""
        found = self.world.ask("GET", W + ENTRIES)
        return sorted((self._content(entry) for entry in found), key=repr)

    def _content(self, entry: Any) -> tuple[Any, ...]:
        local = Zone(BERLIN).local_time
        ends = (entry["timeInterval"]["start"], entry["timeInterval"]["end"])
        return (
            "-".join(f"{local(parse_iso(each)):%d %H:%M:%S}" if each else "" for each in ends),
            entry["description"],
            (entry.get("project") or {}).get("name"),
            (entry.get("task") or {}).get("name"),
            sorted(tag["name"] for tag in entry.get("tags") or ()),
            entry["billable"],
            entry["type"],
            [(it["customFieldId"], it["value"]) for it in entry.get("customFieldValues") or ()],
        )

    def newest(self) -> Any:
        """The entry that was made last."""
        return max(self.world.ask("GET", W + ENTRIES), key=lambda it: str(it["id"]))


@contextlib.contextmanager
def first_yard(name: str, console: Console) -> Iterator[Begun[Shop]]:
    """Set up the yard that every other is a copy of."""
    with world(name, console) as made:
        run, shop = made.console, fill(made.behind)
        run.ok("add", "full", "--from", "yesterday 9:00", "--to", "yesterday 10:30", *FULL)
        words = ("--from", "yesterday 11:00", "--to", "yesterday 12:00", "-p", "Ops")
        run.ok("add", "free", *words)
        run.ok("start", "runs", "--at", "12:00", *FULL, "--no-billable")
        yield Begun(made, shop, "UTC" if name == "guide" else console.zone)


@pytest.fixture(params=["local", "service", "guide"])
def yard(
    request: pytest.FixtureRequest,
    new_console: Callable[[str], Console],
    begun: Begin[Shop],
) -> Iterator[Yard]:
    """Two entries of yesterday with everything that an entry can have, and a timer since 12."""
    first = begun(first_yard, str(request.param))
    with first.copy(new_console("copy")) as copied:
        yield Yard(copied, first.made)


CHANGES = {
    "start": ("start", "new", "-p", "Ops"),
    "start a break": ("start", "lunch", "--break"),
    "stop": ("stop",),
    "stop filled in": ("stop", "-d", "done", "-p", "Ops"),
    "add": ("add", "new", "--for", "10m"),
    "resume": ("resume", "last"),
    "edit": ("edit", "last", "-d", "other", "-p", "Site", "-T", "dev", "--from", "yesterday 8:00"),
    "edit the full one": ("edit", "last~1", "--no-project", "--clear-tags", "--field", "Ticket="),
    "edit the timer": ("edit", "current", "-d", "other", "--from", "11:50"),
    "delete": ("delete", "last", "-y"),
    "delete the full one": ("delete", "last~1", "-y"),
    "delete both": ("delete", "last", "last~1", "-y"),
    "delete the timer": ("delete", "current", "-y"),
    "dup": ("dup", "last~1", "--on", "2026-11-20..2026-11-22"),
    "bulk": ("bulk", "yesterday", "--set-description", "all", "--set-project", "Ops", "-y"),
    "bulk tags": ("bulk", "yesterday", "--add-tag", "dev", "--remove-tag", "urgent", "-y"),
    "split": ("split", "last~1", "yesterday 9:30", "yesterday 10:00"),
    "split the timer": ("split", "current", "12:10"),
    "purge": ("purge", "yesterday", "--yes-delete", "2"),
}


@pytest.mark.parametrize("line", CHANGES.values(), ids=CHANGES)
def test_it_takes_the_last_change_back(yard: Yard, line: tuple[str, ...]) -> None:
    """Everything is as it was: times, names, tags, billable, type and custom fields."""
    before = yard.contents
    yard.run.ok(*line)
    assert yard.contents != before
    yard.run.later(60).ok("undo", "-y")
    assert yard.contents == before


@pytest.mark.parametrize("line", CHANGES.values(), ids=CHANGES)
def test_a_dry_run_changes_nothing(yard: Yard, line: tuple[str, ...]) -> None:
    """It shows what would be done, and says that it was not."""
    yard.run.ok(*line)
    after = yard.contents
    result = yard.run.ok("undo", "--dry-run")
    assert result.out == ""
    assert result.err.startswith(f"Undo of '{line[0]}', 12:30:\n")
    assert result.err.endswith("Dry run: nothing was changed.\n")
    assert re.search("[0-9a-f]{24}", result.err) is None, "a name is shown, not its id"
    assert yard.contents == after


@pytest.mark.parametrize("line", CHANGES.values(), ids=CHANGES)
def test_a_redo_shows_names(yard: Yard, line: tuple[str, ...]) -> None:
    """Of projects and tags, never their ids."""
    yard.run.ok(*line)
    yard.run.ok("undo")
    result = yard.run.ok("redo")
    assert result.err.startswith(f"Redo of '{line[0]}', 12:30:\n")
    assert re.search("[0-9a-f]{24}", result.err) is None


def test_the_marks_of_an_invoice_are_taken_back(yard: Yard) -> None:
    """On the server, and what this machine remembers: the next run bills them again."""
    first = yard.run.ok("invoice", "yesterday", "-y").out
    yard.run.ok("undo", "-y")
    assert yard.run.ok("invoice", "yesterday", "-y").out == first


def test_an_invoice_that_was_undone_is_marked_again_by_undoing_that(yard: Yard) -> None:
    """``invoice --undo`` is a change, too: taken back, nothing is billed twice."""
    yard.run.ok("invoice", "yesterday", "-y")
    yard.run.ok("invoice", "--undo", "-y")
    yard.run.ok("undo", "-y")
    assert "1 marked already" in yard.run("invoice", "yesterday", "--dry-run").err


def test_twice_goes_back_two(yard: Yard) -> None:
    """What was taken back is not the last change any more, nor is the taking back."""
    first = yard.contents
    yard.run.ok("add", "new", "--for", "10m")
    second = yard.contents
    yard.run.ok("edit", "last", "-d", "newer")
    yard.run.ok("undo", "-y")
    assert yard.contents == second
    yard.run.ok("undo", "-y")
    assert yard.contents == first


def test_an_entry_that_has_changed_since_is_not_touched(yard: Yard) -> None:
    """Exit code 5, and how to correct it by hand."""
    yard.run.ok("add", "new", "--from", "8", "--to", "9")
    id = yard.newest()["id"]  # noqa: A001
    body = {"start": "2026-11-24T07:00:00Z", "end": "2026-11-24T08:00:00Z", "description": "web"}
    yard.world.ask("PUT", f"{W}/time-entries/{id}", body)
    after = yard.contents
    result = yard.run("undo", "-y")
    assert (result.code, result.out) == (5, "")
    assert result.err == (
        "  was 08:00–09:00  1h 00m  new\n"
        f"  now 08:00–09:00  1h 00m  web  {id[-4:]}\n"
        f"error: the entry {id} has changed since\n"
        f"hint: see it: clocktool show {id}; then change it: clocktool edit {id}\n"
    )
    assert yard.run("undo", "-o", "json").err.startswith('{"error":')
    assert yard.contents == after


@pytest.mark.parametrize("given", [{}, {"asks": True}], ids=["off a terminal", "on one"])
def test_undo_asks_for_no_confirmation(yard: Yard, given: dict[str, bool]) -> None:
    """``redo`` reverts it; -y is accepted."""
    before = yard.contents
    yard.run.ok("add", "new", "--for", "10m")
    after = yard.contents
    yard.run.ok("undo", **given)
    assert yard.contents == before
    yard.run.ok("redo", **given)
    assert yard.contents == after
    yard.run.ok("undo", "-y")
    assert yard.contents == before
    yard.run.ok("redo", "-y")
    assert yard.contents == after


@pytest.mark.parametrize("line", CHANGES.values(), ids=CHANGES)
def test_redo_does_again_what_undo_took_back(yard: Yard, line: tuple[str, ...]) -> None:
    """And back and forth again: each state is what it was."""
    before = yard.contents
    yard.run.ok(*line)
    after = yard.contents
    for there in (before, after, before, after, before):
        yard.run.later(60).ok("undo" if there == before else "redo")
        assert yard.contents == there


def test_redo_goes_forward_as_far_as_undo_went_back(yard: Yard) -> None:
    """One by one, in the order in which it was typed; then there is nothing to redo."""
    states = [yard.contents]
    for line in (
        ("add", "a", "--for", "5m"),
        ("edit", "that", "-d", "b"),
        ("delete", "that", "-y"),
    ):
        yard.run.ok(*line)
        states.append(yard.contents)
    for there in reversed(states[:-1]):
        yard.run.ok("undo")
        assert yard.contents == there
    for there in states[1:]:
        yard.run.ok("redo")
        assert yard.contents == there
    assert yard.run("redo").code == 1


@pytest.mark.parametrize("sent", range(4))
@pytest.mark.parametrize(
    "line",
    [
        ("start", "B"),
        ("split", "last", "8:30"),
        ("invoice", "today", "-y"),
        ("add", "fix", "--for", "1h"),
        ("delete", "last", "-y"),
    ],
    ids=lambda line: line[0],
)
def test_what_waited_and_was_done_again_is_taken_back_wherever_it_was_sent(
    place: Place, line: tuple[str, ...], sent: int
) -> None:
    """Kept, taken back, done again, taken back: what waits is sent after any of these."""
    run = place.run
    run.ok("add", "first", "--from", "8", "--to", "9", "-p", "Site")
    run.ok("start", "A", "--at", "9:00")
    before, marked = place.entries, run.ok("invoice", "today", "-o", "json", "--dry-run").json
    for number, step in enumerate((line, ("undo",), ("redo",), ("undo",))):
        if number <= sent:
            place.line.cut(writes_only=True)
        run.ok(*step)
        place.line.mend()
        if number == sent:
            run.ok("sync")
    assert place.entries == before
    assert run.ok("invoice", "today", "-o", "json", "--dry-run").json == marked
    run.ok("redo")
    run.ok("undo")
    assert place.entries == before
    (last, *_) = run.ok("undo", "--list", "-o", "json").json
    assert last["command"] == line[0]
    assert last["change"]
    assert last["undone"]


def test_something_new_leaves_nothing_to_redo(yard: Yard) -> None:
    """What was taken back stays so, also where the new one was taken back and done again."""
    yard.run.ok("add", "a", "--for", "5m")
    yard.run.ok("undo")
    yard.run.ok("add", "b", "--for", "6m")
    after = yard.contents
    for line in ((), ("undo", "redo")):
        for word in line:
            yard.run.ok(word)
        assert yard.run("redo") == (
            1,
            "",
            "Nothing to redo\nredo repeats what `clocktool undo` has undone\n",
        )
        assert yard.contents == after


def test_undo_of_an_id_takes_back_that_one(run: Console) -> None:
    """Unless a later change builds on it: then it is said which."""
    run.ok("add", "one", "--from", "8", "--to", "9")
    run.ok("add", "two", "--from", "9", "--to", "10")
    run.ok("edit", "that", "-d", "zwei")
    result = run("undo", "2")
    assert (result.code, result.err) == (
        5,
        "error: 'edit' (3) changed the same entry since\nhint: undo that first: clocktool undo 3\n",
    )
    run.ok("undo", "1")
    assert run.ok("list", "--template", "{description}").out == "zwei\n"
    assert run("undo", "1").code == 1
    assert run("undo", "77").code == 4


def test_what_was_done_again_is_named_as_the_list_numbers_it(run: Console) -> None:
    """The hint is a command that works."""
    run.ok("add", "one", "--for", "1h")
    run.ok("edit", "last", "-d", "two")
    run.ok("undo")
    run.ok("redo")
    result = run("undo", "1")
    assert (result.code, result.out) == (5, "")
    assert result.err.splitlines() == [
        "error: 'edit' (2) changed the same entry since",
        "hint: undo that first: clocktool undo 2",
    ]
    run.ok("undo", "2")
    run.ok("undo", "1")


def test_quiet_takes_it_back_without_a_word(yard: Yard) -> None:
    """-q and -y."""
    before = yard.contents
    yard.run.ok("add", "new", "--for", "10m")
    assert yard.run.ok("undo", "-y", "-q") == (0, "", "")
    assert yard.contents == before


def test_what_is_made_again_is_shown_without_the_id_it_had(run: Console) -> None:
    """It will have another."""
    run.ok("add", "one", "--from", "9", "--to", "10")
    run.ok("delete", "last", "-y")
    assert run.ok("undo", "-y").err == (
        "Undo of 'delete', 12:30:\n  + 09:00–10:00  1h 00m  one\nTaken back.\n"
    )


def test_it_lists_the_last_changes(run: Console) -> None:
    """The newest first, with what was taken back."""
    run.ok("add", "one", "--from", "9", "--to", "10")
    run.ok("edit", "last", "-d", "two")
    run.ok("undo", "-y")
    assert run.ok("undo", "--list").out == (
        "id     at       age  command  change            undone\n"
        " 2  12:30  just now  edit     edit 'one' 09:00  undone\n"
        " 1  12:30  just now  add      add 'one' 09:00\n"
    )


@pytest.mark.parametrize(
    ("seconds", "said"), [(0, "just now"), (1, "1s ago"), (59, "59s ago"), (60, "1m ago")]
)
def test_it_says_how_long_ago_a_change_was(run: Console, seconds: int, said: str) -> None:
    """In seconds within the first minute; for machines it is always a number of them."""
    run.ok("add", "one", "--from", "9", "--to", "10")
    line = run.later(seconds).ok("undo", "--list").out.splitlines()[1]
    assert line == f" 1  12:30  {said}  add      add 'one' 09:00"
    assert run.ok("undo", "--list", "-o", "json").json[0]["age"] == seconds


def test_it_lists_what_a_command_was_for(run: Console) -> None:
    """Not the timer that ``start`` stopped, nor the names that it created first."""
    run.ok("start", "review")
    run.later(60).ok("start", "fix login", "-p", "Nouveau", "-T", "dev", "--create")
    run.later(60).ok("back")
    run.later(60).ok("undo")
    run.ok("redo")
    run.ok("stop")
    listed = run.ok("undo", "--list", "-o", "json").json
    assert [each["change"] for each in listed] == [
        "stop 'review' 12:33",
        "start 'review' 12:32 and 1 more",
        "start 'fix login' 12:31 and 3 more",
        "start 'review' 12:30",
    ]


def test_of_many_changes_it_lists_the_first_alone(
    run: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And how many more there are, which it need not read."""
    run.ok("add", "one", "--from", "9", "--to", "10")
    run.ok("dup", "last", "--on", "2026-11-17..2026-11-20")

    def fail(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr("clocktool.outbox.store.Store.of_action", fail)
    dup, add = run.ok("undo", "--list").out.splitlines()[1:]
    assert dup == " 2  12:30  just now  dup      add 'one' Tue 17 Nov 09:00 and 3 more"
    assert add == " 1  12:30  just now  add      add 'one' 09:00"


def test_nothing_was_changed_from_here(run: Console) -> None:
    """Exit code 1: the answer is no."""
    assert run("undo") == (1, "", "No change was made here\n")
    said = (1, "", "Nothing to undo: no change was made here\n")
    run.ok("add", "one", "--for", "1h")
    run.ok("undo", "-y")
    assert run("undo", "-y") == said


def test_what_was_made_again_can_be_taken_back_further(yard: Yard) -> None:
    """It has a new id after the first undo; the second and third find it all the same."""
    first = yard.contents
    yard.run.ok("add", "one", "--from", "8", "--to", "9", "-T", "dev")
    second = yard.contents
    yard.run.ok("edit", "last", "-d", "two")
    third = yard.contents
    yard.run.ok("delete", "last", "-y")
    for there in (third, second, first):
        yard.run.ok("undo", "-y")
        assert yard.contents == there


def test_an_entry_deleted_elsewhere_is_skipped(yard: Yard) -> None:
    """There is nothing left to undo, and a note says so."""
    before = yard.contents
    yard.run.ok("add", "one", "--for", "10m")
    yard.world.ask("DELETE", f"{W}/time-entries/{yard.newest()['id']}")
    assert yard.run.ok("undo", "-y").err.endswith("Nothing left to undo.\nTaken back.\n")
    assert yard.contents == before


def test_start_undone_lets_the_old_timer_run_again(run: Console) -> None:
    """As if it had never been ended."""
    run.ok("start", "one", "--at", "9:00")
    run.ok("start", "two")
    run.ok("undo", "-y")
    assert run.ok("list", "--template", "{start} {description}").out == "09:00 one\n"
    assert run.ok("running", "--template", "{description}").out == "one\n"


def test_undo_of_an_unsent_change_drops_it(place: Place) -> None:
    """Without a request, with a network or without."""
    place.away("add", "fix", "--for", "1h")
    place.away("undo", "-y")
    assert place.waits == ""
    place.away("add", "fix", "--for", "1h")
    assert place.asked("undo", "-y") == []
    assert place.waits == ""
    place.run.ok("sync")
    assert place.entries == []


def test_what_was_never_sent_waits_again_after_a_redo(place: Place) -> None:
    """It is sent by the next command that goes out."""
    place.away("add", "fix", "--for", "1h")
    place.away("undo")
    place.away("redo")
    assert place.waits == "p1 waiting add 'fix' 11:30\n"
    place.run.ok("sync")
    assert place.entries == ["fix 11:30-12:30"]


def test_what_could_not_be_sent_together_is_taken_back_alone(place: Place) -> None:
    """An add and its edit were tried as one request: the add is still what was typed."""
    place.away("add", "fix", "--for", "1h")
    place.away("edit", "that", "-d", "fax")
    place.line.cut(writes_only=True)
    assert place.run("sync").code == 6
    place.run.ok("undo")
    place.line.mend()
    place.run.ok("sync")
    assert place.entries == ["fix 11:30-12:30"]


def test_a_start_that_was_never_sent_is_forgotten_with_its_stop(place: Place) -> None:
    """The timer of before runs on, here and there."""
    place.run.ok("start", "one", "--at", "9:00")
    place.away("start", "two")
    place.away("undo", "-y")
    assert "one" in place.away("running").out
    assert place.run.ok("sync").err == "No pending changes.\n"
    assert place.entries == ["one 09:00-"]


def test_a_stop_and_its_start_that_were_sent_as_one_are_taken_back_one_by_one(
    place: Place,
) -> None:
    """First the timer runs again, then it is gone."""
    place.away("start", "one")
    place.run.later(60)
    place.away("stop")
    place.run.ok("sync")
    place.run.ok("undo", "-y")
    assert place.entries == ["one 12:30-"]
    place.run.ok("undo", "-y")
    assert place.entries == []


def test_of_two_edits_that_waited_the_last_alone_is_taken_back(place: Place) -> None:
    """What the first did stays until it is taken back, too."""
    place.run.ok("add", "a", "--for", "1h")
    place.line.answer(429, retry_after="600")
    place.run.ok("edit", "last", "-d", "b")
    place.run.ok("edit", "last", "-p", "Site")
    place.line.mend()
    place.run.later(601).ok("sync")
    for there in ("b 11:30-12:30 Site", "b 11:30-12:30", "a 11:30-12:30"):
        assert place.entries == [there]
        place.run.ok("undo", "-y")
    assert place.entries == []


def test_after_an_unsure_one_it_says_to_sync_first(place: Place) -> None:
    """Without a network it is unknown whether it arrived: exit code 5."""
    place.line.lose()
    place.run.ok("add", "fix", "--for", "1h")
    place.line.cut()
    result = place.run("undo", "-y")
    assert (result.code, result.err.splitlines()[-2:]) == (
        5,
        [
            (
                "error: it is unknown whether the change arrived: server could not be reached:"
                " no network"
            ),
            "hint: try again when the service answers, or see: clocktool pending",
        ],
    )


def test_an_unsure_one_is_taken_back_when_the_network_is_there(place: Place) -> None:
    """It is looked for first, then deleted."""
    place.line.lose()
    place.run.ok("add", "fix", "--for", "1h")
    place.line.mend()
    place.run.ok("undo", "-y")
    assert place.entries == []


def test_taking_back_without_a_network_says_so(place: Place) -> None:
    """The entry cannot be looked at: exit code 6, and it can be taken back later."""
    place.run.ok("add", "fix", "--for", "1h")
    place.line.cut()
    assert place.run("undo", "-y").code == 6
    place.line.mend()
    place.run.ok("undo", "-y")
    assert place.entries == []


def test_taking_back_whose_write_cannot_be_sent_is_kept(place: Place) -> None:
    """It was read, then the network went away: the delete waits like any other."""
    place.run.ok("add", "fix", "--for", "1h")
    place.line.cut(late, writes_only=True)
    assert "Kept, to be sent later" in place.run.ok("undo", "-y").err
    place.line.mend()
    place.run.ok("sync")
    assert place.entries == []


def at_second(method: str, told: Callable[[], Reply]) -> Callable[[Request], Reply | None]:
    """Return what answers the second request of a method, and every other as the server does."""
    seen: list[str] = []

    def answer(request: Request) -> Reply | None:
        seen.extend([method] * (request.method == method))
        return told() if len(seen) == 2 and request.method == method else None

    return answer


def refuse() -> Reply:
    """Refuse by a rule."""
    return Reply(400, {}, b'{"code": 501, "message": "no"}')


def interrupt() -> Reply:
    """Type Ctrl-C."""
    raise KeyboardInterrupt


@pytest.mark.parametrize("told", [refuse, interrupt], ids=["refused", "Ctrl-C"])
@pytest.mark.parametrize(
    ("line", "method"),
    [
        (("delete", "last", "last~1", "-y"), "POST"),
        (("bulk", "today", "--set-description", "all", "-y"), "PUT"),
    ],
    ids=["delete", "bulk"],
)
def test_one_that_stopped_halfway_is_finished_by_the_next(
    place: Place, line: tuple[str, ...], method: str, told: Callable[[], Reply]
) -> None:
    """What was taken back by then is not taken back again, the rest is; then the one before."""
    place.run.ok("add", "a", "--from", "8", "--to", "9")
    place.run.ok("add", "b", "--from", "9", "--to", "10")
    place.run.ok(*line)
    place.line.before = at_second(method, told)
    assert place.run("undo", "-y").code in (5, 130)
    place.line.mend()
    place.run.ok("undo", "-y")
    assert place.entries == ["a 08:00-09:00", "b 09:00-10:00"]
    place.run.ok("undo", "-y")
    assert place.entries == ["a 08:00-09:00"]


@pytest.mark.parametrize("lost", [False, True], ids=["waiting", "unsure"])
def test_what_was_made_again_later_can_be_taken_back_further(place: Place, lost: bool) -> None:
    """The undo of a delete waited: the one before is about the entry that it made then."""
    place.run.ok("add", "p3", "--for", "1h")
    place.run.ok("delete", "last", "-y")
    if lost:
        place.line.lose()
    else:
        place.line.cut(writes_only=True)
    place.run.ok("undo", "-y")
    place.line.mend()
    place.run.ok("sync")
    assert place.entries == ["p3 11:30-12:30"]
    assert place.run.ok("undo", "--list").out.splitlines()[-1].endswith("add 'p3' 11:30")
    place.run.ok("undo", "-y")
    assert place.entries == []


def test_many_changes_are_taken_back_one_after_another(run: Console) -> None:
    """An earlier undo does not stop it."""
    for number in range(15):
        run.later(60).ok("add", f"e{number}", "--for", "1m")
    for _ in range(15):
        run.later(60).ok("undo", "-y", "-q")
    assert run.ok("list", "-o", "json").json == []
    assert run("undo", "-y").code == 1


def test_a_start_that_was_refused_leaves_nothing_to_undo(run: Console) -> None:
    """The old timer was put back by the command itself: undo is about the change before."""
    run.ok("start", "old")
    assert run.later(60)("start", "new", "-p", "f" * 24).code == 4
    assert run.later(60).ok("running", "--template", "{description}").out == "old\n"
    run.ok("undo", "-y")
    assert run.ok("list", "-o", "json").json == []


def test_what_is_made_again_on_this_machine_has_its_id(run: Console) -> None:
    """What was deleted, and an add that was undone and done again."""
    added = run.ok("add", "x", "--for", "1m", "-o", "id").out
    run.ok("delete", added.strip(), "-y")
    run.ok("undo")
    assert run.ok("list", "-o", "id").out == added
    run.ok("undo")
    run.ok("redo")
    assert run.ok("list", "-o", "id").out == added


def test_a_timer_that_was_deleted_runs_again_on_this_machine(run: Console) -> None:
    """It has its id, and the next one ends it."""
    run.ok("start", "x", "--at", "-10m")
    timer = run.ok("running", "-o", "id").out
    run.ok("delete", timer.strip(), "-y")
    run.ok("undo")
    assert run.ok("running", "-o", "id").out == timer
    run.ok("stop")
    assert run.ok("list", "-o", "id").out == timer


def test_the_list_has_commands_however_often_they_were_undone(day: Console) -> None:
    """Undos and redos are no lines of it, and push none out."""
    before = day.ok("undo", "--list", "-o", "json").json
    for _ in range(31):
        day.ok("undo", "-q")
        day.ok("redo", "-q")
    assert day.ok("undo", "--list", "-o", "json").json == before


@pytest.mark.parametrize(
    ("made", "later"),
    [
        (("tags", "add", "new"), ("add", "x", "9-10", "-T", "new")),
        (("projects", "add", "New"), ("add", "x", "9-10", "-p", "New")),
        (("projects", "add", "New"), ("edit", "last", "-p", "New")),
        (("projects", "add", "New"), ("tasks", "-p", "New", "add", "Plan")),
        (("clients", "add", "New"), ("projects", "add", "Shop", "--client", "New")),
        (("clients", "add", "New"), ("projects", "edit", "Ops", "--client", "New")),
    ],
)
def test_what_created_a_name_is_not_undone_under_what_uses_it(
    day: Console, made: tuple[str, ...], later: tuple[str, ...]
) -> None:
    """It says what does; undone in that order, both are."""
    day.ok(*made)
    number = day.ok("undo", "--list", "-o", "json").json[0]["id"]
    day.ok(*later)
    words = day.ok("undo", "--list", "-o", "json").json[0]["command"]
    assert day("undo", str(number)) == (
        *(5, ""),
        (
            f"error: '{words}' ({number + 1}) uses a name that it created\n"
            f"hint: undo that first: clocktool undo {number + 1}\n"
        ),
    )
    day.ok("undo", str(number + 1), "-q")
    day.ok("undo", str(number), "-q")


def test_what_had_a_name_that_was_deleted_since_is_not_undone(shop: Console) -> None:
    """The entry could not have it again."""
    shop.ok("add", "x", "9-10", "-T", "dev", "-q")
    shop.ok("delete", "last", "-y", "-q")
    shop.ok("tags", "delete", "dev", "-y", "-q")
    shown = shop.ok("undo", "--list", "-o", "json").json
    deleted, entry = shown[0]["id"], shown[1]["id"]
    assert shop("undo", str(entry)).err == (
        f"error: 'tags delete dev' ({deleted}) deleted a name that its entry had\n"
        f"hint: undo that first: clocktool undo {deleted}\n"
    )
    shop.ok("undo", str(deleted), "-q")
    shop.ok("undo", str(entry), "-q")


@pytest.mark.parametrize("name", ["local", "service"])
def test_an_undo_of_many_names_the_entry_that_is_refused(
    new_console: Callable[[str], Console], name: str
) -> None:
    """On a server those before it are undone, which is said; repeated, it goes on with the rest."""
    with world(name, new_console("many")) as place:
        run = place.console
        fill(place.behind)
        for hour in (8, 9, 10):
            run.ok("add", f"at {hour}", "--from", f"{hour}:00", "--for", "1h", "-q")
        run.ok("bulk", "today", "--set-description", "all", "-y", "-q")
        file = "server.sqlite3" if name == "service" else "data/local.sqlite3"
        second = run.ok("list", "-o", "id").out.split()[1]
        approve = "UPDATE entries SET approval_id = ? WHERE id = ?"
        run_sql(run.home / file, approve, "a", second)
        result = run("undo")
        assert (result.code, result.out) == (5, "")
        *_, said, error, hint = result.err.splitlines()
        is_part = said == "Undone in part; repeat the command to continue."
        assert is_part == (name == "service")
        assert error == f"error: 'at 9' ({second[-4:]}): the entry is approved"
        assert hint == "hint: withdraw the approval first, then change it"
        left = ["all", "all", "at 10" if name == "service" else "all"]
        shown = run.ok("list", "--template", "{description}").out.splitlines()
        assert shown == left
        run_sql(run.home / file, approve, None, second)
        run.ok("undo", "-q")
        shown = run.ok("list", "--template", "{description}").out.splitlines()
        assert shown == ["at 8", "at 9", "at 10"]
