"""The guide's sample programs against ``serve``, over a socket, as they are written."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

import pytest

from tests.backends.serve.test_serve import running
from tests.conformance import requests_like as requests
from tests.conformance import samples

pytestmark = pytest.mark.filterwarnings("ignore:.*utcnow:DeprecationWarning")


class Account(NamedTuple):
    """What a sample is given."""

    workspace: str
    user: str

    def made(self, path: str, **body: object) -> str:
        """Make a thing; return its id."""
        url = f"{samples.BASE_URL}/workspaces/{self.workspace}/{path}"
        reply = requests.post(url, headers=samples.headers, json=body)
        assert reply.status_code == 201, reply.text
        return str(reply.json()["id"])

    def day(self, day: date) -> list[tuple[str, ...]]:
        """Return start, duration and project of the entries of a day."""
        listed = samples.get_time_entries_for_period(self.workspace, self.user, day, day)
        return [
            (
                each["timeInterval"]["start"],
                each["timeInterval"]["duration"],
                each.get("project", {}).get("name", ""),
            )
            for each in listed
        ]


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    """A workspace of its own behind ``serve``, in UTC as the samples have it."""
    with running(tmp_path_factory.mktemp("serve")) as serving, pytest.MonkeyPatch.context() as set_:
        set_.setattr(samples, "BASE_URL", serving.url)
        headers = {"X-Api-Key": serving.key, "Content-Type": "application/json"}
        set_.setattr(samples, "headers", headers)
        me = requests.get(f"{serving.url}/user", headers=headers).json()
        yield Account(me["activeWorkspace"], me["id"])


def test_create_a_time_entry(account: Account) -> None:
    """A working day, nested as the guide shows it; a refusal has a text."""
    project = account.made("projects", name="Create")
    start, end = datetime(2024, 1, 29, 9, 0), datetime(2024, 1, 29, 17, 0)  # noqa: DTZ001
    entry = samples.create_time_entry(account.workspace, start, end, project, "Full day")
    assert (entry["description"], entry["billable"]) == ("Full day", True)
    assert entry["project"]["name"] == "Create"
    assert entry["timeInterval"]["duration"] == "PT8H"
    with pytest.raises(RuntimeError, match=r"Failed to create time entry: .*belong to"):
        samples.create_time_entry(account.workspace, start, end, "project_id")


def test_start_and_stop_a_timer(account: Account) -> None:
    """Fractions of a second and all; what runs is found and stopped before the next."""
    project = account.made("projects", name="Timer")
    timer = samples.start_timer(account.workspace, "Working on feature X", project)
    assert (timer["timeInterval"]["end"], timer["timeInterval"]["duration"]) == (None, None)
    assert timer["project"]["id"] == project
    stopped = samples.stop_timer(account.workspace, account.user)
    assert re.fullmatch(r"PT\d+S", stopped["timeInterval"]["duration"])
    assert samples.ensure_no_running_timer(account.workspace, account.user)
    timer = samples.start_timer(account.workspace, "New task")
    assert "project" not in timer
    found, timers = samples.has_running_timer(account.workspace, account.user)
    assert (found, [each["id"] for each in timers]) == (True, [timer["id"]])
    assert not samples.ensure_no_running_timer(account.workspace, account.user)
    assert samples.has_running_timer(account.workspace, account.user) == (False, [])


def test_entries_of_a_period(account: Account) -> None:
    """The first and the last second of it are in it, and a filter by project."""
    one, other = account.made("projects", name="One"), account.made("projects", name="Other")
    for project, start in ((one, "2024-01-01T00:00:00"), (other, "2024-01-31T23:59:59")):
        at = datetime.fromisoformat(start)
        samples.create_time_entry(account.workspace, at, at + timedelta(minutes=1), project)
    whole = (account.workspace, account.user, date(2024, 1, 1), date(2024, 1, 31))
    listed = [each["timeInterval"]["start"] for each in samples.get_time_entries_for_period(*whole)]
    assert (listed[0], listed[-1]) == ("2024-01-31T23:59:59Z", "2024-01-01T00:00:00Z")
    (entry,) = samples.get_time_entries_for_period(*whole, one)
    assert (entry["project"]["name"], entry["timeInterval"]["duration"]) == ("One", "PT1M")
    assert entry["description"] == ""


def test_bulk_edits(account: Account) -> None:
    """Entries move to another project and get tags."""
    old, new = account.made("projects", name="Old"), account.made("projects", name="New")
    tags = [account.made("tags", name=name) for name in ("tag1", "tag2")]
    start = datetime(2024, 2, 1, 9, 0)  # noqa: DTZ001
    ids = [
        samples.create_time_entry(account.workspace, start, start + timedelta(hours=hours), old)[
            "id"
        ]
        for hours in (1, 2, 3)
    ]
    moved = samples.bulk_update_project(account.workspace, ids, new)
    assert [(each["id"], each["project"]["name"]) for each in moved] == [
        (id_, "New") for id_ in ids
    ]
    tagged = samples.bulk_add_tags(account.workspace, ids, tags)
    assert [[tag["name"] for tag in each["tags"]] for each in tagged] == [["tag1", "tag2"]] * 3


def test_an_entry_for_many_days(account: Account) -> None:
    """Monday's is copied to the four days behind it."""
    project = account.made("projects", name="Copies")
    start = datetime(2024, 1, 22, 14, 15, 22)  # noqa: DTZ001
    end = start + timedelta(hours=1, minutes=30)
    entry = samples.create_time_entry(account.workspace, start, end, project, "x")
    dates = [date(2024, 1, 22) + timedelta(days=i) for i in range(1, 5)]
    copies = samples.duplicate_entry_for_days(account.workspace, entry["id"], dates)
    assert [(each["timeInterval"]["start"], each["description"]) for each in copies] == [
        (f"{day}T14:15:22Z", "x") for day in dates
    ]
    for day in dates:
        assert account.day(day) == [(f"{day}T14:15:22Z", "PT1H30M", "Copies")]


def test_the_daily_report(account: Account) -> None:
    """Hours in all, billable and by project, of entries with a project and without."""
    project, day = account.made("projects", name="Report"), date(2024, 3, 4)
    for start, minutes, where in ((9, 90, project), (11, 120, project), (14, 45, None)):
        at = datetime.combine(day, datetime.min.time()) + timedelta(hours=start)
        until = (at + timedelta(minutes=minutes)).isoformat() + "Z"
        body = {"start": at.isoformat() + "Z", "end": until, "projectId": where}
        account.made("time-entries", **body, billable=minutes == 90)
    assert samples.daily_time_report(account.workspace, account.user, day) == {
        "total_hours": 4.25,
        "billable_hours": 1.5,
        "by_project": {"No Project": 0.75, "Report": 3.5},
    }


def test_a_week_from_a_template(account: Account) -> None:
    """What is read of a day makes the days from Monday to Friday."""
    project, day = account.made("projects", name="Week"), date(2024, 4, 1)
    for hour, minutes in ((9, 90), (13, 240)):
        start = datetime.combine(day, datetime.min.time()) + timedelta(hours=hour)
        end = start + timedelta(minutes=minutes)
        samples.create_time_entry(account.workspace, start, end, project, "x")
    template = samples.get_time_entries_for_period(account.workspace, account.user, day, day)
    samples.sync_week_from_template(account.workspace, template, date(2024, 4, 8))
    for number in range(8, 13):
        assert account.day(date(2024, 4, number)) == [
            (f"2024-04-{number:02}T13:00:00Z", "PT4H", "Week"),
            (f"2024-04-{number:02}T09:00:00Z", "PT1H30M", "Week"),
        ]
    assert account.day(date(2024, 4, 13)) == []
