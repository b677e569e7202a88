"""``tags`` at the front door."""

from tests.commands.conftest import put
from tests.conftest import Console

DEV = "000000000000000000000003"


def test_they_are_added_and_listed(run: Console) -> None:
    """None, one, and the same name again."""
    assert run("tags") == (0, "", "No tags yet: clocktool tags add NAME\n")
    assert run("tags", "add", "dev") == (0, "+ Added tag dev\n", "")
    assert run("tags") == (0, f"name  id\ndev   {DEV}\n", "")
    assert run("tags", "add", "DEV").code == 5
    assert run("tags", "add", "-q", "b") == (0, "", "")


def test_every_output(run: Console) -> None:
    """The formats have the same columns."""
    assert run("tags", "add", "dev", "-o", "csv").out == f"name,archived,id\ndev,false,{DEV}\n"
    assert run("tags", "-o", "id").out == f"{DEV}\n"
    assert run("tags", "-o", "json").json == [{"name": "dev", "archived": False, "id": DEV}]
    assert run("tags", "-o", "md").out == (
        f"| Name | Archived | Id |\n|---|---|---|\n| dev | false | {DEV} |\n"
    )


def test_archived_ones_are_asked_for(run: Console) -> None:
    """--all lists them, too."""
    run.ok("tags", "add", "dev")
    put(run, f"/tags/{DEV}", {"name": "dev", "archived": True})
    assert run("tags", "-o", "id").out == ""
    assert run("tags", "--all", "-o", "id").out == f"{DEV}\n"


def test_what_is_there_already_needs_nobody_else(run: Console) -> None:
    """The hint is not to ask an owner of the workspace."""
    run.ok("tags", "add", "dev")
    assert run("tags", "add", "dev").err == (
        "error: refused by a rule: Tag with name 'dev' already exists\n"
        "hint: use the existing one, or choose another name\n"
    )
