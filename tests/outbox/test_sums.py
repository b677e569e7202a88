"""Totals and reports of a stream agree with the list, also with pending changes."""

import pytest

from tests.outbox.places import Place, late

pytestmark = pytest.mark.slow

KEPT = {
    "an add": ("add", "new", "--from", "8:30", "--to", "9:15"),
    "a shorter one": ("edit", "one", "--to", "9:20"),
    "one moved out of the day": ("edit", "one", "--from", "yesterday 9:00"),
    "one moved into it": ("edit", "old", "--from", "7:00", "--to", "7:30"),
    "another project": ("edit", "two", "-p", "Ops"),
    "a delete": ("delete", "two", "-y"),
    "a split": ("split", "two", "10:20"),
    "a timer": ("start", "now", "--at", "12:00"),
}


@pytest.fixture
def filled(place: Place) -> dict[str, str]:
    """Add two entries today and one yesterday; return their ids by name."""
    for name, start, end in (
        ("old", "yesterday 9:00", "yesterday 9:40"),
        ("one", "9:00", "10:00"),
        ("two", "10:00", "11:00"),
    ):
        place.run.ok("add", name, "--from", start, "--to", end, "-p", "Site")
    return {it["description"]: it["id"] for it in place.run.ok("list", "all", "-o", "json").json}


@pytest.mark.parametrize("lost", [False, True], ids=["waiting", "unsure"])
@pytest.mark.parametrize("line", KEPT.values(), ids=KEPT)
def test_totals_agree_with_the_list(
    place: Place, filled: dict[str, str], line: tuple[str, ...], lost: bool
) -> None:
    """With any pending changes or lost answers: the same seconds for each project."""
    if lost:
        place.line.lose(late)
    else:
        place.line.answer(429, retry_after="3600")
    place.run.ok(*(filled.get(word, word) for word in line))
    place.line.answer(429, retry_after="3600")
    for period in ("today", "all"):
        sums: dict[str, int] = {}
        for row in place.run.ok("list", period, "-o", "json").json:
            name = row["project"]["name"] if row["project"] else ""
            sums[name] = sums.get(name, 0) + row["durationSeconds"]
        report = place.run.ok("report", period, "-o", "json")
        groups = {it["name"]: it["totalSeconds"] for it in report.json["groups"]}
        assert groups == sums
        whole = sum(sums.values())
        total = place.run.ok("list", period, "--total").out
        assert total == f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}\n"
