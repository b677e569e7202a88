"""``tasks`` at the front door."""

from tests.commands.conftest import put
from tests.conftest import Console

LOGIN = "000000000000000000000008"


def test_those_of_a_project_are_listed(shop: Console) -> None:
    """A task belongs to a project, which must be said."""
    assert shop("tasks", "-p", "Site") == (
        0,
        f"name   billable  id\nLogin  billable  {LOGIN}\n",
        "",
    )
    assert shop("tasks", "-p", "Ops") == (
        0,
        "",
        "No tasks yet: clocktool tasks add NAME -p PROJECT\n",
    )
    assert shop("tasks") == (
        2,
        "",
        "error: a task belongs to a project\nhint: say which: -p PROJECT\n",
    )
    assert shop("tasks", "-p", "Nope").code == 4


def test_one_is_added(shop: Console) -> None:
    """-p stands before or behind the name; the same name again is refused."""
    assert shop("tasks", "add", "A", "-p", "Site") == (0, "+ Added task A\n", "")
    assert shop("tasks", "-p", "Site", "add", "B").out == "+ Added task B\n"
    assert shop("tasks", "add", "a", "-p", "Site").code == 5
    assert shop("tasks", "add", "a", "-p", "Ops", "-q") == (0, "", "")
    assert shop("tasks", "-p", "Site", "-o", "csv").out.splitlines()[0] == (
        "name,estimate_seconds,rate,billable,done,id"
    )
    assert shop("tasks", "add", "c").code == 2


def test_the_default_project_is_meant_when_none_is_said(shop: Console) -> None:
    """With a configured project its tasks are listed."""
    del shop.env["CLOCKTOOL_PROFILE"]
    shop.configure('[defaults]\nproject = "Site"\n')
    assert shop("tasks", "-o", "id") == (0, f"{LOGIN}\n", "")


def test_done_ones_are_asked_for(shop: Console) -> None:
    """--all lists those that are done, too."""
    site = "000000000000000000000004"
    put(shop, f"/projects/{site}/tasks/{LOGIN}", {"name": "Login", "status": "DONE"})
    assert shop("tasks", "-p", "Site", "-o", "id").out == ""
    assert shop("tasks", "-p", "Site", "--all").out == (f"name   done  id\nLogin  done  {LOGIN}\n")
    result = shop("start", "x", "-p", "Site", "-t", "Login")
    assert (result.code, result.err.splitlines()[0]) == (4, "error: task 'Login' is done")
