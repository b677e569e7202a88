"""``--create``: names that are not there yet are created with the entry that uses them."""

import pytest

from tests.conftest import Console

ASKED = "Create project Shop? [y/N] "
NO_SHOP = "error: no project 'Shop'\nhint: to create it, add --create\n"


def names(run: Console) -> list[list[str]]:
    """Return the names of clients, projects and tags."""
    return [
        [each["name"] for each in run.ok(noun, "-o", "json").json]
        for noun in ("clients", "projects", "tags")
    ]


@pytest.fixture
def office(run: Console) -> Console:
    """A workspace with Site of ACME, its task Login, and the archived project Old."""
    run.ok("clients", "add", "ACME")
    run.ok("projects", "add", "Site", "--client", "ACME")
    run.ok("tasks", "add", "Login", "-p", "Site")
    run.ok("projects", "add", "Old")
    run.ok("projects", "archive", "Old")
    return run


def test_off_a_terminal_an_unknown_name_is_an_error(run: Console) -> None:
    """The hint says how to create it; nothing is written."""
    assert run("start", "fix", "-p", "Shop") == (4, "", NO_SHOP)
    assert names(run) == [[], [], []]
    assert run("running").code == 1


def test_on_a_terminal_it_is_asked(run: Console) -> None:
    """A yes creates the project and starts the timer."""
    result = run("start", "fix", "-p", "Shop", asks=True, stdin="y\n")
    assert result == (0, "● Started 12:30  fix  Shop  $  0004\n", ASKED)


def test_a_no_writes_nothing(run: Console) -> None:
    """Neither the name nor the entry: exit code 4."""
    result = run("start", "fix", "-p", "Shop", asks=True, stdin="n\n")
    hint = "hint: clocktool projects lists them, clocktool projects add creates one\n"
    assert result == (4, "", f"{ASKED}error: no project 'Shop'\n{hint}")
    assert names(run) == [[], [], []]
    assert run("undo") == (1, "", "No change was made here\n")


def test_a_no_to_the_second_name_writes_nothing(office: Console) -> None:
    """Everything is asked before anything is written."""
    before = names(office)
    result = office("add", "--for", "5m", "-p", "Shop", "-t", "Fix", asks=True, stdin="y\nn\n")
    assert result.code == 4
    assert result.err.startswith(f"{ASKED}Create task Fix of Shop? [y/N] error: no task 'Fix'\n")
    assert names(office) == before


def test_similar_names_are_shown_before_the_question(office: Console) -> None:
    """A slip is noticed before it becomes a project."""
    result = office("start", "-p", "Sitte", asks=True, stdin="\n")
    assert result == (
        4,
        "",
        (
            "No project 'Sitte': did you mean Site?\n"
            "Create project Sitte? [y/N] error: no project 'Sitte'\nhint: did you mean Site?\n"
        ),
    )


@pytest.mark.parametrize(
    ("project", "question", "shown"),
    [
        ("ACME/Shop", "Create project Shop of ACME? [y/N] ", "Shop · ACME"),
        ("acm/Shop", "Create project Shop of ACME? [y/N] ", "Shop · ACME"),
        ("New/Shop", "Create project Shop of the new client New? [y/N] ", "Shop · New"),
        ("/Shop", "Create project Shop? [y/N] ", "Shop"),
        ("R\\/D", "Create project R/D? [y/N] ", "R/D"),
    ],
)
def test_a_client_is_named_first(office: Console, project: str, question: str, shown: str) -> None:
    """``ACME/Shop`` is a project of ACME, ``New/Shop`` creates the client, too."""
    result = office("start", "fix", "-p", project, asks=True, stdin="y\n")
    assert (result.code, result.err) == (0, question)
    assert result.out.startswith(f"● Started 12:30  fix  {shown}  $ ")


@pytest.mark.parametrize("project", ["Old", "Si", "site", "ACME/Site"])
def test_nothing_is_created_where_a_name_is_found(office: Console, project: str) -> None:
    """Nor where it is archived, which is said."""
    before = names(office)
    result = office("start", "-p", project, "--create")
    assert names(office) == before
    if project == "Old":
        assert result == (
            4,
            "",
            (
                "error: project 'Old' is archived\n"
                "hint: to use it again: clocktool projects restore Old\n"
            ),
        )


def test_nothing_is_created_where_several_are_found(office: Console) -> None:
    """Neither for a project nor for its client."""
    office.ok("projects", "add", "Site")
    office.ok("clients", "add", "ACorp")
    before = names(office)
    assert office("start", "-p", "Site", "--create").code == 4
    result = office("start", "-p", "AC/Shop", "--create")
    assert result.err.startswith("error: 'AC' matches 2 clients: ACME, ACorp\n")
    assert names(office) == before


@pytest.mark.parametrize("name", ["ACME/", "/"])
def test_half_a_name_is_not_created(office: Console, name: str) -> None:
    """A project needs a name behind the slash."""
    before = names(office)
    assert office("start", "-p", name, "--create").code == 4
    assert names(office) == before


def test_tags_are_created_once_each(run: Console) -> None:
    """The same tag in other capitals is the same."""
    assert run("add", "x", "--for", "5m", "-T", "dev", "-T", "Dev", "-T", "ops", "--create") == (
        0,
        "+ Added 12:25–12:30  5m  x  #dev #ops  0005\n",
        "",
    )
    assert names(run) == [[], [], ["dev", "ops"]]


COMMANDS = {
    "start": ("start", "x", "-p", "New/Shop", "-t", "Fix", "-T", "dev"),
    "add": ("add", "x", "--for", "5m", "-p", "New/Shop", "-t", "Fix", "-T", "dev"),
    "edit": ("edit", "last", "-p", "New/Shop", "-t", "Fix", "-T", "dev"),
    "bulk": (
        *("bulk", "today", "-y", "--set-project", "New/Shop"),
        *("--set-task", "Fix", "--add-tag", "dev"),
    ),
}


@pytest.mark.parametrize("command", COMMANDS)
def test_names_and_entry_are_one_undo(run: Console, command: str) -> None:
    """Undo takes both back, redo makes both again."""
    run.ok("add", "before", "--from", "9", "--to", "10")
    before = run.ok("list", "-o", "json").json
    run.ok(*COMMANDS[command], "--create")
    after = run.ok("list", "-o", "json").json
    assert any(
        (each["project"] and each["project"]["name"], [tag["name"] for tag in each["tags"]])
        == ("Shop", ["dev"])
        for each in after
    )
    assert names(run) == [["New"], ["Shop"], ["dev"]]
    run.ok("undo")
    assert run.ok("list", "-o", "json").json == before
    assert names(run) == [[], [], []]
    run.ok("redo")
    assert run.ok("list", "-o", "json").json == after
    assert names(run) == [["New"], ["Shop"], ["dev"]]


def test_a_refused_entry_creates_no_names(run: Console) -> None:
    """On the local workspace it is one transaction."""
    run.ok("start", "old", "--at", "12:00")
    result = run("start", "new", "-p", "Shop", "--create", "--at", "11:00")
    assert result.code == 5
    assert names(run) == [[], [], []]


def test_bulk_shows_new_names_and_a_dry_run_creates_none(run: Console) -> None:
    """The plan has the names as they were typed."""
    run.ok("add", "x", "--from", "9", "--to", "10")
    assert run("bulk", "today", "--set-project", "New/Shop", "--create", "--dry-run") == (
        0,
        "  0003  Tue 24 Nov 2026 09:00  x  no project → Shop · New\n",
        "Dry run: 1 entry would be changed\n",
    )
    assert names(run) == [[], [], []]


def test_a_bad_name_is_refused_before_the_entry(run: Console) -> None:
    """A blank one has no name to create, a long one is too long."""
    long = "x" * 251
    assert run("start", "-p", long, "--create") == (
        5,
        "",
        "error: the name is too long: 251 characters\nhint: use 250 at most\n",
    )
    assert run("running").code == 1
