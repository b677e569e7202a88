"""``users`` at the front door."""

from tests.conftest import Console

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
        f"| name | email | id |\n|---|---|---|\n| ada |  | {ADA} |\n"
    )


def test_quiet(run: Console) -> None:
    """-q prints nothing on success."""
    assert run("users", "add", "bob@example.org", "-q") == (0, "", "")
