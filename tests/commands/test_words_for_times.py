"""Times and dates as people type them first."""

import pytest

from tests.conftest import Console


def test_add_takes_a_range_as_its_first_word(run: Console) -> None:
    """The words behind it are the description; two plain numbers stay words."""
    assert (
        run.ok("add", "9:20-9:50", "call", "Bo").out == "+ Added 09:20–09:50  30m  call Bo  0003\n"
    )
    assert run("add", "2-3", "chapters").code == 2


@pytest.mark.parametrize("line", [("list", "26.10.2026"), ("report", "26.10.2026..27.10.2026")])
def test_a_date_with_points_is_a_day(run: Console, line: tuple[str, ...]) -> None:
    """Day, month, year; one that does not exist is named."""
    run.ok("add", "x", "--from", "2026-10-26 9:00", "--for", "1h", "-q")
    assert "1h 00m" in run.ok(*line).out
    assert "the calendar has no day 31.02.2026" in run("list", "31.02.2026").err
