"""A person's own rates: the nearest subject first, each from its day on."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clocktool.domain.currency import decimals, parse_currency
from clocktool.domain.money import Rate, figure, parse_money
from clocktool.domain.rates import (
    OwnRate,
    RateBook,
    Subject,
    parse_own_rate,
    parse_subject,
    read_rows,
)
from clocktool.errors import UsageError

TABLE = {
    "default": "80 EUR",
    "ACME/": {"2026-01-01": "90 EUR"},
    "ACME/Site": {"always": "100 EUR", "2026-07-01": "110 EUR"},
    "ACME/Site#Bugfix": {"2026-03-01": "0 EUR"},
    "/Ops": 12000,
}


@pytest.mark.parametrize(
    ("subject", "day", "amount"),
    [
        (("ACME", "Site", None), "2026-06-30", 10000),
        (("ACME", "Site", None), "2026-07-01", 11000),
        (("ACME", "Site", "Bugfix"), "2026-02-28", 10000),
        (("ACME", "Site", "Bugfix"), "2026-03-01", 0),
        (("acme", "SITE", "bugfix"), "2026-08-01", 0),
        (("ACME", "Shop", None), "2025-12-31", 8000),
        (("ACME", "Shop", None), "2026-01-01", 9000),
        (("", "Ops", None), "2026-01-01", 1200000),
        (("Umbrella", "Ops", None), "2026-01-01", 8000),
        (("", None, None), "2026-01-01", 8000),
    ],
)
def test_task_goes_before_project_before_client_before_default(
    subject: tuple[str, str | None, str | None], day: str, amount: int
) -> None:
    """A rate that is not yet in force lets the next wider one count."""
    rates = [
        OwnRate(parse_subject(key), since, rate)
        for key, value in TABLE.items()
        for since, rate in read_rows(value)
    ]
    book = RateBook(rates, "EUR")
    assert book.rate(Subject(*subject), date.fromisoformat(day)) == Rate(amount, "EUR")


@given(
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 10**6)), max_size=6),
    st.integers(0, 400),
    st.integers(0, 10**6),
)
def test_a_rate_from_a_day_on_never_changes_what_was_before(
    rows: list[tuple[int, int]], since: int, amount: int
) -> None:
    """Days before a new row have the rate that they had."""
    first = date(2026, 1, 1)
    subject = Subject("ACME", "Site")
    old = [OwnRate(subject, first + timedelta(day), Rate(each, "EUR")) for day, each in rows]
    start = first + timedelta(since)
    new = [each for each in old if each.since != start] + [OwnRate(subject, start, Rate(amount))]
    for day in range(since):
        when = first + timedelta(day)
        assert RateBook(old).rate(subject, when) == RateBook(new, "EUR").rate(subject, when)
    assert RateBook(new, "EUR").rate(subject, start) == Rate(amount, "EUR")


@pytest.mark.parametrize(
    ("key", "subject"),
    [
        ("default", Subject()),
        ("ACME/", Subject("ACME", "")),
        ("/Ops", Subject("", "Ops")),
        ("ACME/Site", Subject("ACME", "Site")),
        ("ACME/Site#Bugfix", Subject("ACME", "Site", "Bugfix")),
        (r"A\/C/R\/D#a\#b", Subject("A/C", "R/D", "a#b")),
    ],
)
def test_a_subject_reads_back_as_its_key(key: str, subject: Subject) -> None:
    """The five forms, with plain slashes and number signs in names."""
    assert parse_subject(key) == subject
    assert subject.key == key


@pytest.mark.parametrize("key", ["", "Site", "/", "A/B/C", "ACME/#Bugfix", "ACME/Site#", "#x"])
def test_any_other_key_is_refused(key: str) -> None:
    """A key names a client, a project, a task, or the default."""
    with pytest.raises(UsageError):
        parse_subject(key)


@pytest.mark.parametrize(
    ("text", "amount", "currency", "shown"),
    [
        ("110 EUR", 11000, "EUR", "110.00"),
        ("99.5 USD", 9950, "USD", "99.50"),
        ("12000 JPY", 12000, "JPY", "12000"),
        ("1.234 KWD", 1234, "KWD", "1.234"),
        ("7", 700, "", "7.00"),
    ],
)
def test_amounts_are_minor_units_of_their_currency(
    text: str, amount: int, currency: str, shown: str
) -> None:
    """A currency has no, two, three or four decimals."""
    assert parse_money(text) == (amount, currency)
    assert figure(amount, currency) == shown


@pytest.mark.parametrize(
    "text", ["", "EUR", "EUR 5", "1.5 JPY", "1.234 EUR", "5 eur", "5 XYZ", "-5 EUR", "1e3", "5EUR"]
)
def test_anything_else_is_no_amount(text: str) -> None:
    """A number without a unit is fine; an unknown currency and too many decimals are not."""
    with pytest.raises(UsageError):
        parse_money(text)


def test_codes_are_those_of_iso_4217() -> None:
    """Three capitals of the list; the hint of small ones names the capitals."""
    assert (parse_currency("CHF"), decimals("CHF"), decimals("")) == ("CHF", 2, 2)
    with pytest.raises(UsageError, match="eur") as error:
        parse_currency("eur")
    assert "EUR" in str(error.value.hint)


@pytest.mark.parametrize(
    ("text", "currency", "amount"),
    [("110", "JPY", 110), ("99.50", "JPY", 100), ("110", "EUR", 11_000), ("1.5", "KWD", 1500)],
)
def test_an_amount_without_a_currency_has_the_decimals_of_the_one_it_gets(
    text: str, currency: str, amount: int
) -> None:
    """110 is 110 yen, not 11,000; that of a client goes before that of the workspace."""
    own = OwnRate(Subject("ACME", ""), None, parse_own_rate(text))
    book = RateBook([own], "USD", {"acme": currency})
    assert book.rate(Subject("ACME", "Site"), date(2026, 1, 1)) == Rate(amount, currency)
    assert [each.rate for each in book.rates] == [Rate(amount, currency)]
