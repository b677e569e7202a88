"""A result has one form: where two are asked for, none is ignored in silence."""

import pytest

from tests.conftest import Console

SUMS = [
    (("--total", "-o", "json"), "-o json and --total"),
    (("--total", "-o", "csv"), "-o csv and --total"),
    (("--total-decimal", "-o", "id"), "-o id and --total-decimal"),
    (("--total", "--template", "{id}"), "--template and --total"),
    (("--total", "--total-decimal"), "--total and --total-decimal"),
    (("--template", "{id}", "-o", "json"), "-o json and --template"),
]


@pytest.mark.parametrize("command", ["list", "report"])
@pytest.mark.parametrize(("options", "named"), SUMS)
def test_two_formats_are_refused(
    day: Console, command: str, options: tuple[str, ...], named: str
) -> None:
    """Exit code 2; both options are named."""
    result = day(command, *options)
    assert (result.code, result.out) == (2, "")
    assert f"{named} can't be combined" in result.err
    assert "use one of them" in result.err


@pytest.mark.parametrize("line", [("start", "x"), ("add", "x", "--for", "5m"), ("stop",)])
def test_nothing_is_done_if_two_formats_are_asked_for(day: Console, line: tuple[str, ...]) -> None:
    """The options are checked first."""
    before = day.ok("list", "-o", "json").json
    assert day(*line, "-o", "csv", "--template", "{id}").code == 2
    assert day.ok("list", "-o", "json").json == before


def test_the_table_can_be_combined_with_another_format(day: Console) -> None:
    """It is the default."""
    assert day.ok("list", "--total", "-o", "table").out == "3:45:00\n"
