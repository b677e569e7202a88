"""``projects`` at the front door."""

from collections.abc import Callable

import pytest

from tests.commands.conftest import put
from tests.conftest import Console
from tests.tracking.servers import place

ACME = "000000000000000000000003"
SITE = "000000000000000000000004"
OPS = "000000000000000000000005"


def test_none_yet_says_how_to_add_one(run: Console) -> None:
    """An empty list is a note that says what to type."""
    assert run("projects") == (0, "", "No projects yet: clocktool projects add NAME\n")


def test_a_list_of_which_all_are_archived_says_how_to_see_them(run: Console) -> None:
    """``--all`` lists them; the same for clients, tags and tasks."""
    for noun in ("client", "project", "tag"):
        run.ok(f"{noun}s", "add", "Old")
        run.ok(f"{noun}s", "archive", "Old")
        note = f"All {noun}s are archived: clocktool {noun}s --all lists them\n"
        assert run(f"{noun}s") == (0, "", note)
    run.ok("projects", "add", "Site")
    run.ok("tasks", "add", "Login", "-p", "Site")
    run.ok("tasks", "done", "Login", "-p", "Site")
    note = "All tasks are done: clocktool tasks --all -p PROJECT lists them\n"
    assert run("tasks", "-p", "Site") == (0, "", note)


def test_they_are_listed_by_name(shop: Console) -> None:
    """A table with only the columns that hold something."""
    assert shop("projects") == (
        0,
        (
            "name  client        rate  color    billable  id\n"
            f"Ops                       #E65100            {OPS}\n"
            f"Site  ACME    105.00 USD  #03A9F4  billable  {SITE}\n"
        ),
        "",
    )


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        ("id", f"{OPS}\n{SITE}\n"),
        (
            "csv",
            (
                "name,client,rate,color,billable,archived,id\n"
                f"Ops,,,#E65100,false,false,{OPS}\n"
                f"Site,ACME,105.00 USD,#03A9F4,true,false,{SITE}\n"
            ),
        ),
        (
            "md",
            (
                "| Name | Client | Rate | Color | Billable | Archived | Id |\n"
                "|---|---|---:|---|---|---|---|\n"
                f"| Ops |  |  | \\#E65100 | false | false | {OPS} |\n"
                f"| Site | ACME | 105.00 USD | \\#03A9F4 | true | false | {SITE} |\n"
            ),
        ),
        (
            "jsonl",
            (
                f'{{"id":"{OPS}","name":"Ops","archived":false,"clientId":null,"clientName":"",'
                '"billable":false,"public":true,"color":"#E65100","note":"","hourlyRate":null}\n'
                f'{{"id":"{SITE}","name":"Site","archived":false,"clientId":"{ACME}",'
                '"clientName":"ACME","billable":true,"public":true,"color":"#03A9F4","note":"",'
                '"hourlyRate":{"amount":10500,"currency":"USD"}}\n'
            ),
        ),
    ],
)
def test_every_output(shop: Console, output: str, expected: str) -> None:
    """CSV and Markdown have every column, JSON the fields of the service."""
    assert shop("projects", "-o", output) == (0, expected, "")


def test_archived_ones_are_asked_for(shop: Console) -> None:
    """Archived projects are left out unless --all."""
    put(shop, f"/projects/{OPS}", {"name": "Ops", "archived": True})
    assert shop("projects", "-o", "id").out == f"{SITE}\n"
    assert [each["archived"] for each in shop("projects", "--all", "-o", "json").json] == [
        True,
        False,
    ]


def test_one_is_added(run: Console) -> None:
    """Add says what was added; -o id and -o json write it."""
    assert run("projects", "add", "Site") == (0, "+ Added project Site\n", "")
    assert run("projects", "add", "B", "-o", "id") == (0, "000000000000000000000004\n", "")
    assert run("projects", "add", "C", "--color", "#ff0000", "-o", "jsonl").json["name"] == "C"
    assert run("projects", "add", "D", "-q") == (0, "", "")


def test_the_same_name_twice_is_refused_within_a_client(shop: Console) -> None:
    """A second Site of ACME is refused, a Site of another client is not."""
    shop.ok("clients", "add", "Globex")
    assert shop("projects", "add", "site", "--client", "ACME").code == 5
    assert shop("projects", "add", "Site", "--client", "globex").code == 0


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["add"], 2),
        (["add", ""], 5),
        (["add", "x", "--client", "Nope"], 4),
        (["add", "x", "--rate", "much"], 2),
        (["add", "x", "--rate", "-1"], 2),
        (["add", "x", "--color", "red"], 5),
        (["drop", "x"], 2),
        (["-o", "xml"], 2),
    ],
)
def test_what_is_refused(shop: Console, words: list[str], code: int) -> None:
    """Missing and wrong values end in an error and add nothing."""
    result = shop("projects", *words)
    assert (result.code, result.out) == (code, "")
    assert result.err.startswith("error: ")
    assert len(shop("projects", "-o", "id").out.split()) == 2


def test_a_twin_of_another_client_is_said(shop: Console) -> None:
    """The name alone is now ambiguous; what the note and the error say to type works."""
    result = shop.ok("projects", "add", "site")
    assert result.err == "ACME/Site has that name, too; this one is -p /site\n"
    assert shop("start", "-p", "Site").err == (
        "error: 'Site' matches 2 projects: Site · ACME, /site\nhint: say which: -p ACME/Site\n"
    )
    shop.ok("clients", "add", "Big Co")
    result = shop.ok("projects", "add", "Site", "--client", "Big Co")
    assert result.err == "ACME/Site, /site have that name, too; this one is -p 'Big Co/Site'\n"
    assert shop.ok("start", "-p", "/site", "-o", "json").json["project"]["name"] == "site"


def test_a_twin_is_said_where_it_is_known_from_a_list(
    new_console: Callable[[str], Console],
) -> None:
    """Adding stays one request on a server: what was read before has to do."""
    with place("service", new_console("twins")) as there:
        there.console.ok("projects")
        there.sent.clear()
        result = there.console.ok("projects", "add", "SITE")
        assert result.err.startswith("ACME/Site has that name, too; this one is -p ")
        assert [each.method for each in there.sent] == ["POST"]
