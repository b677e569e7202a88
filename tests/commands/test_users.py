"""``users`` at the front door."""

from collections.abc import Callable

import pytest

from tests.conftest import Console
from tests.tracking.servers import ROUTES, place

ADA = "000000000000000000000001"
BOB = "000000000000000000000003"


def test_members_are_listed_and_added(run: Console) -> None:
    """The owner is there from the start; a member is added by e-mail address, once."""
    assert run("users") == (0, f"name  id\nada   {ADA}\n", "")
    assert run("users", "add", "bob@example.org") == (0, "+ Added user bob@example.org\n", "")
    assert run("users").out == (
        f"name  email            id\nada                    {ADA}\nbob   bob@example.org  {BOB}\n"
    )
    assert run("users", "add", "BOB@example.org").code == 5
    assert run("users", "add").code == 2


def test_every_output(run: Console) -> None:
    """The formats have the same columns."""
    assert run("users", "-o", "json").json == [{"name": "ada", "email": "", "id": ADA}]
    assert run("users", "-o", "csv").out == f"name,email,id\nada,,{ADA}\n"
    assert run("users", "-o", "id").out == f"{ADA}\n"
    assert run("users", "-o", "md").out == (
        f"| Name | Email | Id |\n|---|---|---|\n| ada |  | {ADA} |\n"
    )


def test_quiet(run: Console) -> None:
    """-q prints nothing on success."""
    assert run("users", "add", "bob@example.org", "-q") == (0, "", "")


def test_who_was_added_is_written_in_every_output(run: Console) -> None:
    """As with every other add: the record, with the id that scripts go on with."""
    bob = {"name": "Bob", "email": "Bob@example.org", "id": BOB}
    assert run("users", "add", "Bob@example.org", "-o", "json").json == [bob]
    assert run("users", "add", "Eve", "-o", "id").out == f"{4:024x}\n"
    assert run("users", "add", "Dan", "-o", "csv", "-q").out == ""


@pytest.mark.parametrize("routes", ROUTES)
def test_who_was_invited_but_is_not_listed_yet_has_no_id(
    new_console: Callable[[str], Console], routes: str
) -> None:
    """It was done all the same: exit 0, and it is said."""
    with place(routes, new_console("users")) as there:
        there.before = lambda it: (200, {}, []) if it.path.endswith("/users") else None
        result = there.console("users", "add", "eve@example.org", "-o", "json")
        assert (result.code, result.json[0]["email"]) == (0, "eve@example.org")
        assert result.err == "The new member is not listed yet, so the id is unknown.\n"
