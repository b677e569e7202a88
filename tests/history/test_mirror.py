"""``mirror``: what is kept of an account, loaded, verified and dropped."""

import json
from collections.abc import Callable, Iterator

import pytest

from clocktool.domain.time.instant import parse_iso
from tests.conftest import Console
from tests.contract.worlds import ME, W
from tests.history.truth import World, world

MINE = f"GET /v1{W}/user/{ME}/time-entries?"
HOUR = 3600
CAP = 50
LOCAL_NOTE = "All of it is on this machine: the local workspace needs no mirror.\n"


@pytest.fixture(params=["guide", "service"])
def there(
    request: pytest.FixtureRequest,
    new_console: Callable[[str], Console],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[World]:
    """A server of each kind, with 120 entries of 2021 to 2024."""
    yield from _with_entries(str(request.param), new_console, monkeypatch)


@pytest.fixture
def capped(
    new_console: Callable[[str], Console], monkeypatch: pytest.MonkeyPatch
) -> Iterator[World]:
    """The service, which gives 50 entries a page at most."""
    yield from _with_entries("service", new_console, monkeypatch)


def _with_entries(
    kind: str, new_console: Callable[[str], Console], monkeypatch: pytest.MonkeyPatch
) -> Iterator[World]:
    with world(new_console(kind), kind, monkeypatch, CAP) as made:
        first = parse_iso("2021-01-10T08:00:00Z")
        for number in range(120):
            body = {
                "start": stamp(first + number * 10 * 24 * HOUR),
                "end": stamp(first + number * 10 * 24 * HOUR + HOUR),
                "description": f"work {number}",
            }
            made.ask("POST", "/time-entries", body)
        made.run("running")
        yield made


def stamp(at: int) -> str:
    """Return an instant in the form of a request."""
    from clocktool.domain.time.instant import Instant, format_iso

    return format_iso(Instant(at))


def lists(place: World, *line: str) -> int:
    """Run a command; return how many lists of entries it asked for."""
    place.server.asked.clear()
    place.run(*line)
    return sum(each.startswith(MINE) for each in place.server.asked)


def test_it_is_loaded_whole_and_then_read_without_a_request(there: World) -> None:
    """A second load asks only for this month and the last, in one request."""
    assert lists(there, "mirror", "load") <= 4
    assert there.run.ok("--offline", "list", "all", "--total").out == "120:00:00\n"
    assert lists(there, "mirror", "load") == 1
    assert lists(there, "report", "2021..2024", "--by", "year") == 0


def test_it_says_what_is_kept(there: World) -> None:
    """Entries, days, as of when, size and requests; nothing before the first read."""
    empty = there.run.ok("mirror", "-o", "json").json
    assert (empty["entries"], empty["from"], empty["to"], empty["asOf"]) == (0, None, None, None)
    there.run.ok("mirror", "load", "-q")
    kept = there.run.ok("mirror", "-o", "json").json
    assert kept.pop("bytes") > 10_000
    assert kept.pop("requests")["lastHour"] > 0
    assert kept == {
        "workspace": "Local",
        "entries": 120,
        "from": "2021-01-10",
        "to": "2024-04-14",
        "asOf": "2026-11-24T11:30:00Z",
    }
    shown = there.run.ok("mirror").out.splitlines()
    assert shown[0].startswith("Local  120 entries, 2021-01-10 to 2024-04-14, ")
    assert shown[1] == "as of 12:30"
    assert [line.split()[:2] for line in shown[2:6]] == [
        ["2021", "36"],
        ["2022", "37"],
        ["2023", "36"],
        ["2024", "11"],
    ]


def test_a_load_that_is_cut_short_goes_on_where_it_was(capped: World) -> None:
    """Without asking for a page twice, also when entries were added meanwhile."""
    capped.fail_after(2)
    result = capped.run("mirror", "load")
    assert result.code == 6
    assert "a next load goes on there." in result.err
    capped.line.before = lambda _: None
    before = capped.run.ok("mirror", "-o", "json").json["entries"]
    assert 0 < before < 120
    capped.add(parse_iso("2026-11-20T08:00:00Z"), HOUR)
    assert lists(capped, "mirror", "load") <= 4
    assert capped.run.ok("--offline", "list", "all", "--total").out == "121:00:00\n"


def test_the_quota_of_the_hour_ends_a_load_with_the_time(capped: World) -> None:
    """Exit code 7, and what was loaded stays."""
    capped.fail_after(2, 429)  # the workspace, then a page
    result = capped.run("mirror", "load")
    assert result.code == 7
    assert capped.run.ok("mirror", "-o", "json").json["entries"] > 0


def test_verify_says_what_differs_and_mends_it(there: World) -> None:
    """Added, changed and gone; exit code 1, and then nothing differs."""
    there.run.ok("mirror", "load", "-q")
    assert there.run("mirror", "verify") == (0, "", "Nothing differs.\n")
    (first, second, third) = there.run.ok(
        "--offline", "list", "2021-01..2021-02-15", "-o", "json"
    ).json[:3]
    there.delete(first["id"])
    there.move(second["id"], parse_iso(second["timeInterval"]["start"]), 2 * HOUR)
    there.move(third["id"], parse_iso("2023-03-03T08:00:00Z"), HOUR)
    added = there.add(parse_iso("2022-02-02T08:00:00Z"), HOUR)
    result = there.run("mirror", "verify", "-o", "json")
    assert result.code == 1
    assert {(each["difference"], each["entry"]["id"]) for each in json.loads(result.out)} == {
        ("gone", first["id"]),
        ("changed", second["id"]),
        ("changed", third["id"]),
        ("added", added),
    }
    assert there.run("mirror", "verify") == (0, "", "Nothing differs.\n")
    assert there.run.ok("--offline", "list", "2021-02", "-o", "id").out.split()[:1] != [third["id"]]
    assert there.run.ok("--offline", "list", "all", "--total").out == "121:00:00\n"


def test_verify_finds_what_is_different_at_the_end_of_a_page(capped: World) -> None:
    """The oldest entry of each page is compared, too."""
    capped.run.ok("mirror", "load", "-q")
    kept = capped.run.ok("--offline", "list", "all", "-o", "json").json
    for each in kept:
        capped.move(each["id"], parse_iso(each["timeInterval"]["start"]), 2 * HOUR)
    found = capped.run("mirror", "verify", "-o", "json").json
    assert [each["difference"] for each in found] == ["changed"] * 120


def test_verify_names_no_entry_for_its_names(there: World) -> None:
    """The reply to a write has no names, and a name may have been changed."""
    there.run.ok("add", "mine", "--for", "5m")
    there.run.ok("list", "today", "-q")
    there.run.ok("edit", "last", "-d", "edited")
    assert there.run("mirror", "verify") == (0, "", "Nothing differs.\n")


def test_verify_of_nothing_is_no_failure_and_of_no_answer_is(there: World) -> None:
    """Exit code 0 where nothing is held, 6 without a network."""
    assert there.run("mirror", "verify").code == 0
    there.run.ok("mirror", "load", "-q")
    there.line.cut()
    assert there.run("mirror", "verify").code == 6
    assert there.run("--offline", "mirror", "verify").code == 6
    assert there.run("mirror", "load").code == 6


def test_drop_forgets_all_of_it(there: World) -> None:
    """A terminal is asked; off one it is done at once."""
    there.run.ok("mirror", "load", "-q")
    assert there.run("mirror", "drop", asks=True, stdin="n\n").code == 1
    assert there.run.ok("mirror", "drop").out == "Dropped 120 kept entries\n"
    assert there.run("--offline", "list", "2021").code == 6
    assert there.run.ok("mirror", "-o", "json").json["entries"] == 0


def test_the_local_workspace_needs_none(run: Console) -> None:
    """All of it is on this machine; no command of ``mirror`` fails there."""
    run.ok("start", "x", "-q")
    assert run.ok("mirror").out == LOCAL_NOTE
    requests = {"lastHour": None, "allowed": None}
    assert run.ok("mirror", "-o", "json").json["requests"] == requests
    for word in ("load", "drop"):
        assert run("mirror", word) == (0, LOCAL_NOTE, "")
    assert run("mirror", "verify") == (0, "", LOCAL_NOTE)
    assert run.ok("--offline", "--profile", "local", "list", "-o", "id").out
