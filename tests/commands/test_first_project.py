"""A first project brings its billable flag, as for a new entry; another one leaves the flag."""

import pytest

from tests.conftest import Console


@pytest.fixture
def loose(shop: Console) -> Console:
    """Two entries without a project, which are not billable."""
    shop.ok("add", "one", "9:00-10:00", "-q")
    shop.ok("add", "two", "10:00-11:00", "-q")
    return shop


def flags(console: Console) -> list[bool]:
    """Return the billable flags, oldest first."""
    return [each["billable"] for each in console.ok("list", "-o", "json").json]


def test_edit_gives_a_first_project_and_its_flag(loose: Console) -> None:
    """It is said; a given flag goes first."""
    assert "It is billable now, as Site is.\n" in loose.ok("edit", "last", "-p", "Site").err
    loose.ok("edit", "last~1", "-p", "Site", "--no-billable")
    assert flags(loose) == [False, True]


def test_edit_to_another_project_keeps_the_flag_and_says_so(loose: Console) -> None:
    """With the option that changes it, which works as it is said."""
    loose.ok("edit", "last", "-p", "Ops", "-q")
    said = loose.ok("edit", "last", "-p", "Site").err
    assert "It stays not billable; its project differs: --billable changes that.\n" in said
    loose.ok("edit", "last", "--billable", "-q")
    assert flags(loose) == [False, True]


def test_bulk_gives_first_projects_and_their_flags(loose: Console) -> None:
    """It shows the change of the flag; an entry of another project keeps its own."""
    loose.ok("edit", "last", "-p", "Ops", "-q")
    out = loose.ok("bulk", "today", "--set-project", "Site", "-y").out
    assert "billable" in out
    assert flags(loose) == [True, False]
    loose.ok("undo", "-y")
    assert flags(loose) == [False, False]
