"""Lists of projects, clients, tags and tasks: their order, and the time of a period."""

from collections.abc import Iterator

import pytest

from tests.conftest import Console
from tests.tracking.servers import Place, place

PLAIN = {"NO_COLOR": "1"}
ACME = "000000000000000000000003"
SITE = "000000000000000000000005"
OPS = "000000000000000000000006"
LOGIN = "000000000000000000000007"
DEV = "000000000000000000000009"


@pytest.fixture
def tracked(run: Console) -> Console:
    """Entries of 20m, 30m 20s and 10m 50s, one of them of an archived project, one of none."""
    for line in (
        "clients add ACME --email pay@acme.example",
        "clients add beta",
        "clients archive beta",
        "projects add Site --client ACME --rate 105",
        "projects add Ops",
        "tasks add Login -p Site --estimate 20h",
        "tasks add Old -p Site",
        "tags add dev",
        "add a --from 9:00 --to 9:20 -p Site -t Login -T dev",
        "add b --from 10:00:40 --to 10:31 -p Ops",
        "add c --from 11:00 --to 11:10:50",
        "add rest --from 11:20 --to 11:30 --break",
        "tasks done Old -p Site",
        "projects archive Ops",
    ):
        run.ok(*line.split())
    return run


def test_the_time_of_a_period_stands_beside_each_name(tracked: Console) -> None:
    """Minutes add up to the whole, archived names are listed with --all, breaks do not count."""
    assert tracked("projects", "--hours", "today") == (
        0,
        (
            "name  client        rate  color    billable  hours  id\n"
            f"Site  ACME    105.00 USD  #03A9F4  billable    20m  {SITE}\n"
        ),
        "Tue 24 Nov 2026: 1h 01m, 41m of it not in this list.\n",
    )
    assert tracked("projects", "--all", "--hours", "today") == (
        0,
        (
            "name  client        rate  color    billable  archived  hours  id\n"
            f"Ops                       #E65100  billable  archived    30m  {OPS}\n"
            f"Site  ACME    105.00 USD  #03A9F4  billable              20m  {SITE}\n"
        ),
        "Tue 24 Nov 2026: 1h 01m, 11m of it not in this list.\n",
    )


def test_clients_tags_and_tasks_have_it_too(tracked: Console) -> None:
    """The time of a client is that of its projects, of a task that of the project given."""
    assert tracked("clients", "--all", "--hours", "week") == (
        0,
        (
            "name  email             archived  hours  id\n"
            f"ACME  pay@acme.example              20m  {ACME}\n"
            "beta                    archived     0m  000000000000000000000004\n"
        ),
        "Mon 23 Nov to Sun 29 Nov 2026: 1h 01m, 41m of it not in this list.\n",
    )
    assert tracked("tags", "--hours", "last week") == (
        0,
        f"name  hours  id\ndev      0m  {DEV}\n",
        "Mon 16 Nov to Sun 22 Nov 2026: 0m.\n",
    )
    assert tracked("tasks", "-p", "Site", "--all", "--hours", "all") == (
        0,
        (
            "name   estimate  billable  done  hours  id\n"
            f"Login   20h 00m  billable          20m  {LOGIN}\n"
            "Old              billable  done     0m  000000000000000000000008\n"
        ),
        "All days: 20m.\n",
    )


def test_seconds_are_exact_in_data(tracked: Console) -> None:
    """CSV and JSON have them; nothing is said beside them."""
    assert tracked("projects", "--all", "--hours", "today", "-o", "csv") == (
        0,
        (
            "name,client,rate,color,billable,archived,duration_seconds,id\n"
            f"Ops,,,#E65100,true,true,1820,{OPS}\n"
            f"Site,ACME,105.00 USD,#03A9F4,true,false,1200,{SITE}\n"
        ),
        "",
    )
    assert tracked("tasks", "-p", "Site", "--hours", "today", "-o", "jsonl") == (
        0,
        (
            f'{{"id":"{LOGIN}","name":"Login","projectId":"{SITE}","status":"ACTIVE",'
            '"estimate":"PT20H","billable":true,"assigneeIds":[],"hourlyRate":null,'
            '"durationSeconds":1200}\n'
        ),
        "",
    )
    assert tracked("tags", "--hours", "today", "-o", "jsonl").out == (
        f'{{"id":"{DEV}","name":"dev","archived":false,"durationSeconds":1200}}\n'
    )


def test_it_fits_terminals(tracked: Console) -> None:
    """At 80 columns all is shown, at 40 what matters."""
    assert tracked.ok("projects", "--hours", "today", columns=80, env=PLAIN).out == (
        "name  client        rate  color    billable  hours  id\n"
        f"Site  ACME    105.00 USD  #03A9F4  billable    20m  {SITE}\n"
    )
    assert tracked.ok("projects", "--hours", "today", columns=40, env=PLAIN).out == (
        "name  client        rate  hours\nSite  ACME    105.00 USD    20m\n"
    )


@pytest.mark.parametrize("command", ["projects", "clients", "tags", "tasks -p Site"])
def test_a_period_is_that_of_every_command(tracked: Console, command: str) -> None:
    """Near misses are named, also where there is nothing to list."""
    assert tracked(*command.split(), "--hours", "lastweek") == (
        2,
        "",
        "error: invalid period `lastweek`\nhint: did you mean last-week?\n",
    )
    assert tracked(*command.split(), "--hours", "week", "--hours", "today").code == 2


def test_names_stand_in_the_order_in_which_people_read(run: Console) -> None:
    """By client, those of none first; numbers as numbers, capitals and accents as letters."""
    for client in ("beta", "ACME"):
        run.ok("clients", "add", client)
    names = ("Sprint 10", "sprint 2", "Übung", "Zoo", "über", "Sprint 02b")
    for name in names:
        run.ok("projects", "add", name, "--client", "beta")
        run.ok("tags", "add", name)
    run.ok("projects", "add", "Zoo", "--client", "ACME")
    run.ok("projects", "add", "Zoo")
    expected = ["sprint 2", "Sprint 02b", "Sprint 10", "über", "Übung", "Zoo"]
    assert [each["name"] for each in run.ok("tags", "-o", "json").json] == expected
    listed = [(it["clientName"], it["name"]) for it in run.ok("projects", "-o", "json").json]
    assert listed == [("", "Zoo"), ("ACME", "Zoo"), *(("beta", name) for name in expected)]


@pytest.fixture(params=["guide", "service"])
def there(request: pytest.FixtureRequest, run: Console) -> Iterator[Place]:
    """An account with two entries of ten minutes today."""
    del run.env["CLOCKTOOL_PROFILE"]
    with place(request.param, run) as made:
        made.console.ok("add", "a", "--from", "9:00", "--to", "9:10", "-p", "Site", "-t", "Login")
        made.console.ok("add", "b", "--from", "9:10", "--to", "9:20", "-p", "Ops", "-T", "dev")
        made.console.ok("projects", "--all", "-q")
        made.sent.clear()
        yield made


def lists(there: Place) -> list[str]:
    """Return the lists that were asked for; one that names no last page is read up to an empty."""
    assert {each.method for each in there.sent} == {"GET"}
    first = [each for each in there.sent if dict(each.query).get("page") == "1"]
    return sorted(each.path.rpartition("/")[2] for each in first)


@pytest.mark.parametrize(
    ("line", "seconds"),
    [
        ("projects", {"Ops": 600, "Site": 600}),
        ("clients", {"ACME": 600}),
        ("tags", {"dev": 600, "urgent": 0}),
    ],
)
def test_all_time_comes_from_one_list_of_entries(
    there: Place, line: str, seconds: dict[str, int]
) -> None:
    """One request for the names, one for the entries, however many names there are."""
    listed = there.console.ok(line, "--hours", "today", "-o", "json").json
    assert {each["name"]: each["durationSeconds"] for each in listed} == seconds
    assert lists(there) == sorted([line, "time-entries"])


def test_the_time_of_tasks_is_asked_for_by_project(there: Place) -> None:
    """The server filters by the project; its name is known from before."""
    listed = there.console.ok("tasks", "-p", "Site", "--hours", "today", "-o", "json").json
    assert {each["name"]: each["durationSeconds"] for each in listed} == {"Login": 600}
    assert lists(there) == ["tasks", "time-entries"]
    queries = [dict(each.query) for each in there.sent if each.path.endswith("/time-entries")]
    assert {each["project"] for each in queries} == {there.shop.site}
