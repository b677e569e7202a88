"""Which requests reads make with a mirror: none in vain, and never more than without one."""

from collections.abc import Callable, Iterator

import pytest

from clocktool.backends.base import Request
from clocktool.domain.time.instant import Instant, parse_iso
from tests.conftest import Console
from tests.contract.worlds import ME, W
from tests.history.truth import World, world

USER, WORKSPACE = "GET /v1/user", f"GET /v1{W}"
MINE = f"GET /v1{W}/user/{ME}/time-entries?"
HOUR = 3600


@pytest.fixture
def there(
    new_console: Callable[[str], Console], monkeypatch: pytest.MonkeyPatch
) -> Iterator[World]:
    """A service, with an entry of an hour in each month of the year, on the 10th at 9."""
    with world(new_console("service"), "service", monkeypatch) as made:
        for month in range(1, 12):
            made.add(at(f"2026-{month:02}-10T08:00:00Z"), HOUR, f"month {month}")
        made.run("running")
        yield made


def at(text: str) -> Instant:
    """Return an instant."""
    return parse_iso(text)


def asked(place: World, *line: str) -> list[str]:
    """Run a command that must succeed; return the bounds that were asked for, as days."""
    place.server.asked.clear()
    place.run.ok(*line)
    found = []
    for each in place.server.asked:
        if each in (USER, WORKSPACE):  # a day later, or before the tenth request of an hour
            continue
        assert each.startswith(MINE), each
        query = dict(it.split("=") for it in each.removeprefix(MINE).split("&"))
        found.append(" ".join(query.get(name, "-")[:10] for name in ("start", "end")))
    return found


def test_this_month_and_the_last_are_always_asked_for(there: World) -> None:
    """In one request, with a week and a day before, and a day after."""
    for _ in range(3):
        assert asked(there, "list") == ["2026-11-15 2026-11-25"]
        assert asked(there, "list", "month") == ["2026-10-23 2026-12-01"]
        assert asked(there, "list", "2026-10..2026-11") == ["2026-09-22 2026-12-01"]
        assert asked(there, "report", "last-month") == ["2026-09-22 2026-11-01"]


def test_older_months_are_asked_for_once_a_day(there: World) -> None:
    """Then "as of" says of when they are."""
    assert asked(there, "list", "2026-09") == ["2026-08-23 2026-10-01"]
    assert asked(there, "list", "2026-09") == []
    there.run.later(60)
    assert there.run.ok("list", "2026-09").err == "Older entries as of 12:30 (--fresh asks again)\n"
    assert asked(there, "list", "2026-09-15") == []
    assert asked(there, "list", "2026-09", "--fresh") == ["2026-08-23 2026-10-01"]
    there.run.later(24 * HOUR)
    assert asked(there, "report", "2026-09") == []
    there.run.later(60)
    assert asked(there, "report", "2026-09") == ["2026-08-23 2026-10-01"]


def test_only_the_parts_that_are_needed_are_asked_for(there: World) -> None:
    """Parts with few entries between them are one request."""
    there.run.ok("list", "2026-05..2026-09")
    assert asked(there, "list", "2026") == ["2025-12-23 2027-01-01"]
    assert asked(there, "list", "2026") == ["2026-09-29 2027-01-01"]
    assert asked(there, "list", "all") == ["- -"]
    assert asked(there, "list", "all") == ["2026-09-29 -"]
    assert asked(there, "report", "2026-03..2026-10", "--by", "month") == ["2026-09-29 2026-11-01"]
    assert there.run.ok("list", "all", "--total").out == "11:00:00\n"


def test_what_bills_or_changes_many_asks_for_all_of_its_period(there: World) -> None:
    """Whatever is held."""
    there.run.ok("list", "2026-09")
    bounds = ["2026-08-23 2026-10-01"]
    assert asked(there, "invoice", "2026-09", "--dry-run") == bounds
    assert asked(there, "bulk", "2026-09", "--set-description", "x", "--dry-run") == bounds
    assert asked(there, "purge", "2026-09", "--dry-run") == bounds


def test_a_read_by_filter_or_of_one_entry_holds_nothing(there: World) -> None:
    """What it shows is kept all the same."""
    there.run.ok("list", "2026-09", "-d", "month")
    seen = there.run.ok("show", "last~1", "-o", "id").out.strip()
    there.line.cut()
    result = there.run("list", "2026-09")
    assert (result.code, result.out) == (6, "")
    assert there.run.ok("show", seen, "--template", "{description}").out == "month 10\n"
    assert there.run.ok("show", seen[-4:], "--template", "{description}").out == "month 10\n"


def test_a_clock_that_was_set_back_asks_again(there: World) -> None:
    """What is known as of the future is not believed, and kept all the same."""
    asked(there, "list", "2026-09")
    there.run.later(-HOUR)
    assert asked(there, "list", "2026-09") == ["2026-08-23 2026-10-01"]
    assert asked(there, "list", "2026-09") == []


def test_entries_go_and_move_also_between_months(there: World) -> None:
    """A window that is listed again replaces what was there."""
    there.run.ok("list", "2026")
    (may,) = there.run.ok("list", "2026-05", "-o", "json").json
    (june,) = there.run.ok("list", "2026-06", "-o", "json").json
    there.delete(may["id"])
    there.move(june["id"], at("2026-11-20T08:00:00Z"), 2 * HOUR)
    there.run.ok("list", "month")
    assert there.run("--offline", "list", "2026-06", "-o", "id").out == ""
    assert there.run("--offline", "list", "2026-11-20", "-o", "id").out == june["id"] + "\n"
    assert there.run("--offline", "list", "2026-05", "-o", "id").out == may["id"] + "\n"
    assert there.run.ok("--fresh", "list", "2026-05", "-o", "id").out == ""
    assert there.run("--offline", "list", "2026-05", "-o", "id").out == ""
    assert there.run.ok("--offline", "list", "2026", "--total").out == "11:00:00\n"


def test_others_are_kept_apart(there: World) -> None:
    """Nobody's list makes that of another held, and no entry is shown as another's."""
    grace = there.ask("POST", "/users", {"name": "Grace", "email": "grace@example.org"})["id"]
    body = {"start": "2026-11-24T08:00:00Z", "end": "2026-11-24T09:00:00Z", "description": "hers"}
    there.ask("POST", f"/user/{grace}/time-entries", body)
    there.run.ok("list")
    there.run.ok("users")
    assert there.run("--offline", "list", "--user", "Grace").code == 6
    there.run.ok("list", "--user", "Grace")
    assert there.run("--offline", "list", "--user", "Grace", "--total").out == "1:00:00\n"
    assert there.run("--offline", "list", "--total").out == "0:00:00\n"
    both = there.run.ok("--offline", "list", "--user", "Grace", "--user", "ada", "--total")
    assert both.out == "1:00:00\n"


def test_everyone_is_shown_without_a_network(there: World) -> None:
    """As of the oldest of their lists; who was never listed is exit code 6."""
    grace = there.ask("POST", "/users", {"name": "Grace", "email": "grace@example.org"})["id"]
    body = {"start": "2026-11-24T08:00:00Z", "end": "2026-11-24T09:00:00Z", "description": "hers"}
    there.ask("POST", f"/user/{grace}/time-entries", body)
    there.run.ok("list", "--user", "Grace", "--total")
    there.run.later(60)
    there.run.ok("list", "--user", "all", "--total")
    there.run.later(60)
    there.run.ok("list")
    there.line.cut()
    result = there.run.ok("report", "--user", "all", "--by", "user", "--total")
    assert (result.out, "as of 12:31" in result.err) == ("1:00:00\n", True)
    assert there.run("list", "month", "--user", "all").code == 6


def test_workspaces_have_files_of_their_own(there: World) -> None:
    """A list in one workspace does not make days of another held."""
    made = there.behind.send(Request("POST", "/workspaces", (), {"name": "ACME"}))
    assert made.status == 201
    there.run.ok("list")
    assert there.run("--offline", "-w", "ACME", "list").code in (4, 6)
    there.run.ok("-w", "ACME", "list")
    folder = there.run.home / "data" / "mirror"
    assert len([each for each in folder.iterdir() if each.suffix == ".sqlite3"]) == 2
    there.add(at("2026-11-24T09:00:00Z"), HOUR)
    there.run.ok("list")
    assert there.run.ok("--offline", "list", "--total").out == "1:00:00\n"
    assert there.run.ok("--offline", "-w", "ACME", "list", "--total").out == "0:00:00\n"


def test_accounts_and_hosts_are_never_mixed(there: World) -> None:
    """Each has a file of its own, readable by its owner only."""
    folder = there.run.home / "data" / "mirror"
    there.run.ok("list")
    (first,) = [each for each in folder.iterdir() if each.suffix == ".sqlite3"]
    assert first.stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    url = there.server.url.replace("127.0.0.1", "localhost")
    there.run.ok("list", env={"CLOCKTOOL_BASE_URL": url})
    assert len([each for each in folder.iterdir() if each.suffix == ".sqlite3"]) == 2


def test_renamed_and_archived_names_show_as_they_are(there: World) -> None:
    """What is learnt of a name later holds for entries of older months, too."""
    project = there.ask("POST", "/projects", {"name": "Site"})["id"]
    tag = there.ask("POST", "/tags", {"name": "dev"})["id"]
    for start in ("2026-08-11T08:00:00Z", "2026-11-11T08:00:00Z"):
        body = {"start": start, "end": start.replace("08:", "09:"), "tagIds": [tag]}
        there.ask("POST", "/time-entries", {**body, "projectId": project, "description": "x"})
    there.run.ok("list", "2026-08")
    there.ask("PUT", f"/projects/{project}", {"name": "Shop", "archived": True})
    there.ask("PUT", f"/tags/{tag}", {"name": "code"})
    there.run.ok("list", "month")
    there.run.later(60)
    shown = there.run.ok("list", "2026-08", "-d", "x", "--template", "{project} {tags}")
    assert (shown.out, "as of" in shown.err) == ("Shop code\n", True)


def test_a_limit_reads_only_the_newest(there: World) -> None:
    """One request for a year, which makes nothing held; also with an entry deleted here."""
    words = ("list", "2026", "--limit", "2", "--template", "{description}")
    assert asked(there, *words) == ["2025-12-23 2027-01-01"]
    assert there.run.ok(*words).out == "month 10\nmonth 11\n"
    newest = there.run.ok("list", "2026", "--limit", "1", "-o", "id").out.strip()
    there.run.ok("delete", newest, "-y", "--offline")
    assert there.run("list", "2026", "--offline").code == 6
    assert there.run.ok(*words).out == "month 9\nmonth 10\n"
    assert there.run.ok(*words[:3], "2", "-d", "month 1", *words[4:]).out == ("month 1\nmonth 10\n")


def test_what_to_resume_is_picked_from_what_is_on_disk(there: World) -> None:
    """Only where nothing is, and with --fresh, the newest are asked for; with what waits."""
    there.server.asked.clear()
    first = there.run("resume", "-i", asks=True, stdin="1\n")
    assert (first.code, first.err.count("month")) == (0, 11)
    assert [each for each in there.server.asked if each.startswith(MINE)] == [
        f"{MINE}hydrated=true&page=1&page-size=1000"
    ]
    there.run.later(60)
    there.run.ok("add", "waits", "--for", "5m", "--offline")
    there.server.asked.clear()
    second = there.run("resume", "-i", asks=True, stdin="0\n")
    assert second.err.splitlines()[:2] == [" 1  month 11", " 2  waits"]
    assert [each for each in there.server.asked if each.startswith(MINE)] == []
    there.run("--fresh", "resume", "-i", asks=True, stdin="0\n")
    assert [each for each in there.server.asked if each.startswith(MINE)] == [
        f"{MINE}hydrated=true&page=1&page-size=1000"
    ]


def test_back_looks_on_disk_for_what_was_interrupted(there: World) -> None:
    """One request for the timer; the service is asked only for what isn't there."""
    there.run.ok("start", "one")
    there.run.later(60)
    there.run.ok("start", "two")
    there.run.later(60)
    there.server.asked.clear()
    there.run.ok("back")
    (read,) = [each for each in there.server.asked if each.startswith(MINE)]
    assert "in-progress=true" in read
    timer = there.ask("GET", f"/user/{ME}/time-entries")[0]["timeInterval"]["start"]
    there.add(Instant(at(timer) - 600), 600, "elsewhere")
    two = there.run.ok("list", "-d", "two", "-o", "id", "--limit", "1").out.strip()
    there.ask("DELETE", f"/time-entries/{two}")
    there.run.ok("list")
    there.run.later(60)
    assert there.run.ok("back", "--template", "{description}").out == "elsewhere\n"


def test_a_day_as_text_is_read_once_and_again_only_before_a_change(there: World) -> None:
    """Saved unchanged, nothing else is asked."""
    there.run.ok("add", "x", "--for", "10m")
    there.run.env["EDITOR"] = "true"
    assert asked(there, "edit", "--day", "today") == ["2026-11-15 2026-11-25"]
    there.run.env["EDITOR"] = "sed -i 's/ x / y /'"
    there.server.asked.clear()
    there.run.ok("edit", "--day", "today", "-y")
    assert [each.split()[0] for each in there.server.asked] == ["GET", "GET", "PUT"]
