"""Drafts of invoices: their lines and totals, against decimal arithmetic by hand."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from clocktool.domain.document import Document, Party, Tax
from clocktool.domain.entry import Entry, ProjectRef, TaskRef
from clocktool.domain.ids import Known
from clocktool.domain.money import Rate
from clocktool.domain.rounding import Rounding, parse_rounding
from clocktool.domain.time.instant import Instant
from clocktool.domain.time.zone import Zone
from clocktool.invoicing.draft import Group, Terms, draft
from tests.conftest import NOON

BERLIN = Zone("Europe/Berlin")
JO = Party(name="Jo Doe", address=("Street 1", "10115 Berlin"), country="DE", vat_id="DE1")
GROUPS = get_args(Group)
RULES = (None, "up:15m", "nearest:6m/day", "down:30m", "up:1h/total", "nearest:7m/entry")

entries = st.lists(
    st.builds(
        lambda day, second, length, project, task, cents: (
            Instant(NOON + day * 86_400 + second),
            length,
            project,
            task,
            cents,
        ),
        st.integers(-40, 0),
        st.integers(0, 86_399),
        st.integers(0, 40_000),
        st.sampled_from(("Site", "Shop", "Ops")),
        st.sampled_from(("", "Login", "Review")),
        st.sampled_from((0, 1, 3333, 10_500, 99_999_999)),
    ),
    min_size=1,
    max_size=12,
)


def made(
    found: list[tuple[Instant, int, str, str, int]],
    group: Group = "project",
    rule: str | None = None,
    tax: Tax | None = None,
) -> Document:
    """Return the draft of an invoice over entries in EUR."""
    rounding: Rounding | None = None if rule is None else parse_rounding(rule)
    terms = Terms(
        date(2026, 11, 24),
        date(2026, 12, 8),
        tax or Tax("S", 1900),
        group,
        rounding,
        with_work=True,
    )
    whole = [
        Entry(
            Known(f"{number}"),
            start,
            Instant(start + length),
            f"work {number}",
            ProjectRef(Known(project), project, client="ACME"),
            TaskRef(Known(project + task), task) if task else None,
            billable=True,
            hourly_rate=Rate(cents, "EUR"),
        )
        for number, (start, length, project, task, cents) in enumerate(found)
    ]
    return draft(whole, JO, Party(name="ACME"), "EUR", terms, BERLIN, NOON)


def half_up(value: Decimal) -> int:
    """Return a number rounded half up."""
    return int(value.quantize(Decimal(1), ROUND_HALF_UP))


@settings(max_examples=150)
@given(entries, st.sampled_from(GROUPS), st.sampled_from(RULES), st.integers(0, 10_000))
def test_totals_are_those_of_decimals_by_hand(
    found: list[tuple[Instant, int, str, str, int]], group: Group, rule: str | None, percent: int
) -> None:
    """Line: seconds x rate, half up once. Net: the sum. Tax: of the net, half up once."""
    document = made(found, group, rule, Tax("S", percent))
    for line in document.lines:
        assert line.amount == half_up(Decimal(line.seconds) * line.rate / 3600)
    net = sum(line.amount for line in document.lines)
    tax = half_up(Decimal(net) * percent / 10_000)
    assert (document.net, document.tax_amount, document.gross) == (net, tax, net + tax)


@settings(max_examples=100)
@given(entries, st.sampled_from(GROUPS), st.sampled_from(RULES))
def test_each_entry_is_in_one_line_whole(
    found: list[tuple[Instant, int, str, str, int]], group: Group, rule: str | None
) -> None:
    """Nothing is lost or billed twice; the timesheet has each, and lines are of one rate."""
    document = made(found, group, rule)
    in_lines = sorted(each for line in document.lines for each in line.entries)
    assert in_lines == sorted(map(str, range(len(found))))
    assert len(document.work) == len(found)
    for line in document.lines:
        assert {found[int(each)][4] for each in line.entries} == {line.rate}
    if rule is None:
        assert document.seconds == sum(length for _, length, *_ in found)
    if rule is None or "total" not in rule:
        assert document.seconds == sum(work.seconds for work in document.work)


@settings(max_examples=100)
@given(entries, st.sampled_from(RULES[:4]))
def test_the_time_is_the_same_whatever_is_a_line(
    found: list[tuple[Instant, int, str, str, int]], rule: str | None
) -> None:
    """Rounding is of entries and days, not of lines, unless the rule says so."""
    assert len({made(found, group, rule).seconds for group in GROUPS}) == 1


def test_first_and_last_are_days_of_the_zone() -> None:
    """An entry after midnight in Berlin is of that day, though it is the day before in UTC."""
    start = Instant(NOON - 12 * 3600)  # half past midnight
    document = made([(start, 60, "Site", "", 100)], "day")
    assert (document.first, document.last) == (date(2026, 11, 24), date(2026, 11, 24))
    assert document.lines[0].day == date(2026, 11, 24)
    assert (document.work[0].start, document.work[0].end) == ("00:30", "00:31")


def test_lines_are_in_the_order_of_names_and_days() -> None:
    """Projects and tasks by name, days and entries by time."""
    rows = [
        (Instant(NOON), 60, "Site", "Review", 100),
        (Instant(NOON - 86_400), 60, "Shop", "", 100),
        (Instant(NOON - 172_800), 60, "Site", "Login", 200),
    ]
    texts = {group: [line.text for line in made(rows, group).lines] for group in GROUPS}
    assert texts == {
        "entry": ["Site: work 2", "Shop: work 1", "Site: work 0"],
        "day": ["Site", "Shop", "Site"],
        "task": ["Shop", "Site: Login", "Site: Review"],
        "project": ["Shop", "Site", "Site"],
    }
