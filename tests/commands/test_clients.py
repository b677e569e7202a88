"""``clients`` at the front door."""

from tests.commands.conftest import put
from tests.conftest import Console

ACME = "000000000000000000000003"


def test_they_are_added_and_listed(run: Console) -> None:
    """None, one, and the same name again."""
    assert run("clients") == (0, "", "No clients yet: clocktool clients add NAME\n")
    assert run("clients", "add", "ACME") == (0, "+ Added client ACME\n", "")
    assert run("clients") == (0, f"name  id\nACME  {ACME}\n", "")
    assert run("clients", "add", "acme").code == 5
    assert run("clients", "add").code == 2
    assert run("clients", "add", " ").code == 5


def test_every_output(run: Console) -> None:
    """CSV has every column, a table those that hold something."""
    assert run("clients", "add", "ACME", "-o", "id").out == f"{ACME}\n"
    assert run("clients", "-o", "csv").out == (
        f"name,email,address,note,archived,id\nACME,,,,false,{ACME}\n"
    )
    assert run("clients", "-o", "id").out == f"{ACME}\n"
    acme = {"id": ACME, "name": "ACME", "archived": False, "email": "", "address": "", "note": ""}
    assert run("clients", "-o", "json").json == [acme]
    assert run("clients", "-o", "jsonl").json == acme
    assert run("clients", "-o", "md").out == (
        "| Name | Email | Address | Note | Archived | Id |\n|---|---|---|---|---|---|\n"
        f"| ACME |  |  |  | false | {ACME} |\n"
    )


def test_archived_ones_are_asked_for(run: Console) -> None:
    """--all lists them, too, and says which they are."""
    run.ok("clients", "add", "ACME")
    put(run, f"/clients/{ACME}", {"name": "ACME", "archived": True})
    assert run("clients").out == ""
    assert run("clients", "--all").out == f"name  archived  id\nACME  archived  {ACME}\n"
