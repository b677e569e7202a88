"""REF: the newest of equal starts, and what the last command from here made or changed."""

from collections.abc import Callable

import msgspec
import pytest

from clocktool.backends.base import Reply, Request
from tests.conftest import Console, Result
from tests.contract.worlds import ME, W
from tests.outbox.places import placed


def said(result: Result) -> tuple[int, str]:
    """Return the exit code and what was said."""
    return result.code, result.err


def ids(run: Console, *words: str) -> list[str]:
    """Return the ids that a command prints."""
    return run.ok(*words, "-o", "id").out.split()


@pytest.fixture
def equal(run: Console) -> Console:
    """A console with three entries of one start; the one made last is the second in no order."""
    run.ok("add", "first", "--from", "9", "--to", "10")
    run.ok("add", "second", "--from", "9", "--to", "11")
    run.ok("add", "third", "--from", "9", "--to", "9:30")
    return run


def test_last_of_equal_starts_is_the_one_made_last(equal: Console) -> None:
    """Every command that takes REF means the same one, and the ones before it in order."""
    shown = [
        equal.ok("show", ref, "--template", "{description}").out
        for ref in ("last", "last~1", "last~2")
    ]
    assert shown == ["third\n", "second\n", "first\n"]
    assert equal.ok("dup", "last", "--on", "yesterday", "--template", "{description}").out == (
        "third\n"
    )
    assert equal.ok("edit", "last", "-d", "changed", "--template", "{description}").out == (
        "changed\n"
    )
    assert equal.ok("resume", "--template", "{description}").out == "changed\n"


def test_ids_on_this_machine_begin_with_the_time() -> None:
    """Of two that are made one after the other the second is greater."""
    from clocktool.app.process import this_process
    from clocktool.domain.naming import is_id

    made = [this_process().new_id() for _ in range(100)]
    assert all(map(is_id, made))
    assert [each[:16] for each in made] == sorted(each[:16] for each in made)
    assert len({each[-4:] for each in made}) > 90


def test_that_is_what_add_made_wherever_it_lies(run: Console) -> None:
    """Not the newest entry, but the one that was just added."""
    run.ok("add", "today", "--from", "9", "--to", "10")
    run.ok("add", "then", "--from", "yesterday 9:00", "--to", "yesterday 10:00")
    run.ok("list")
    run.ok("edit", "that", "-d", "changed")
    assert run.ok("list", "7d", "--template", "{description}").out == "changed\ntoday\n"
    assert run.ok("show", "that", "--template", "{description}").out == "changed\n"


def test_that_after_start_is_the_new_timer(run: Console) -> None:
    """Not the timer that it ended."""
    run.ok("start", "one")
    run.later(600).ok("start", "two")
    assert run.ok("show", "that", "--template", "{description}").out == "two\n"
    run.later(600).ok("stop")
    assert run.ok("show", "that", "--template", "{description} {end}").out == "two 12:50\n"


def test_that_after_split_is_all_parts(run: Console) -> None:
    """A command for one entry asks which."""
    run.ok("add", "long", "--from", "8", "--to", "12")
    parts = ids(run, "split", "last", "9", "10")
    assert ids(run, "show", "that") == parts
    assert said(run("edit", "that", "-d", "x")) == (
        4,
        (
            f"error: `that` is 3 entries: {', '.join(parts)}\n"
            f"hint: name one of them, like {parts[0]}\n"
        ),
    )
    run.ok("bulk", "that", "--set-description", "cut", "-y")
    assert run.ok("list", "--template", "{description}").out == "cut\ncut\ncut\n"


def test_that_after_delete_is_nothing_and_after_undo_what_it_gave_back(run: Console) -> None:
    """What is gone is not replaced by another entry."""
    run.ok("add", "one", "--from", "8", "--to", "9")
    run.ok("add", "two", "--from", "9", "--to", "10")
    run.ok("delete", "last", "-y")
    assert said(run("edit", "that", "-d", "x")) == (
        4,
        (
            "error: no entry that the last command here created or changed exists any more\n"
            "hint: name another: last, or an id as `clocktool list` shows it\n"
        ),
    )
    run.ok("undo", "-y")
    assert run.ok("show", "that", "--template", "{description}").out == "two\n"


def test_that_after_undo_of_add_is_nothing(run: Console) -> None:
    """What was made is gone, and nothing was given back."""
    run.ok("add", "one", "--from", "8", "--to", "9")
    run.ok("add", "two", "--from", "9", "--to", "10")
    run.ok("undo", "-y")
    assert run("show", "that").code == 4


def test_a_command_that_changed_nothing_leaves_that(run: Console) -> None:
    """Reads, refusals and a no change nothing."""
    run.ok("add", "one", "--from", "8", "--to", "9")
    assert run("stop").code == 1
    assert run("start", "x", "-p", "None").code == 4
    assert run("add", "x", "--from", "10", "--to", "9").code == 5
    assert run("delete", "last", asks=True, stdin="n\n").code == 1
    run.ok("report")
    assert run.ok("show", "that", "--template", "{description}").out == "one\n"


def test_that_before_any_command_is_nothing(run: Console) -> None:
    """There is no journal yet."""
    assert run("show", "that").code == 4
    assert not list((run.home / "data").glob("journal/*"))


def test_time_last_is_where_the_last_finished_entry_ended(run: Console) -> None:
    """For start, stop, add, edit and split; without one there is none."""
    assert said(run("start", "x", "--at", "last")) == (
        4,
        "error: no finished entry yet\nhint: list entries: clocktool list year\n",
    )
    run.ok("add", "one", "--from", "8", "--to", "9:20")
    run.ok("add", "two", "--from", "last", "--to", "10")
    run.ok("start", "three", "--at", "last")
    assert run.ok("list", "--template", "{start} {end}").out == (
        "08:00 09:20\n09:20 10:00\n10:00 \n"
    )


@pytest.mark.parametrize("world", ["guide", "service"])
def test_that_names_an_entry_that_waits_to_be_sent(
    run: Console, monkeypatch: pytest.MonkeyPatch, world: str
) -> None:
    """No other is taken in its place; once it is sent it is that by its id."""
    del run.env["CLOCKTOOL_PROFILE"]
    with placed(run, world, monkeypatch) as place:
        run.ok("add", "before", "--from", "8", "--to", "9")
        place.away("add", "kept", "--from", "9", "--to", "10")
        place.away("edit", "that", "-d", "changed")
        assert place.away("show", "that", "--template", "{description}").out == "changed\n"
        run.ok("sync")
        assert run.ok("show", "that", "--template", "{description}").out == "changed\n"
        run.ok("delete", "that", "-y")
        assert place.entries == ["before 08:00-09:00"]


def test_that_after_an_undo_of_what_was_never_sent_is_nothing(
    run: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor is it what an earlier command made."""
    del run.env["CLOCKTOOL_PROFILE"]
    with placed(run, "guide", monkeypatch) as place:
        run.ok("add", "before", "--from", "8", "--to", "9")
        place.line.cut()
        run.ok("add", "kept", "--from", "9", "--to", "10")
        run.ok("undo", "-y")
        place.line.mend()
        assert run("show", "that").code == 4
        place.line.cut()
        run.ok("add", "again", "--from", "9", "--to", "10")
        run.ok("pending", "drop", "p2" if "p2" in run("pending").out else "p3")
        place.line.mend()
        assert run("show", "that").code == 4


def test_last_of_equal_starts_is_looked_for_to_the_last_of_them(
    new_console: Callable[[str], Console], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server may list those made first before the others, over several pages."""
    with placed(new_console("service"), "service", monkeypatch) as place:
        path = f"{W}/user/{ME}/time-entries"
        times = {"start": "2026-11-24T08:00:00Z", "end": "2026-11-24T09:00:00Z"}
        for number in range(60):
            place.ask("POST", "/time-entries", times | {"description": f"n{number}"})
        found = place.behind.send(Request("GET", path, (("page-size", "200"),)))
        entries = msgspec.json.decode(found.body)[::-1]

        def page(request: Request) -> Reply | None:
            asked = dict(request.query)
            if request.method != "GET" or "page" not in asked:
                return None
            size = int(asked["page-size"])
            first = (int(asked["page"]) - 1) * size
            return Reply(200, {}, msgspec.json.encode(entries[first : first + size]))

        place.line.before = page
        assert place.run.ok("show", "last", "--template", "{description}").out == "n59\n"
