"""Names at the front door: exact, start, part; never a silent pick."""

import pytest

from tests.commands.conftest import put
from tests.conftest import Console, local_console

pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def made_names(tmp_path_factory: pytest.TempPathFactory) -> Console:
    """Return the names that every other is a copy of."""
    run = local_console(tmp_path_factory.mktemp("names"))
    run.ok("clients", "add", "ACME")  # 3
    run.ok("clients", "add", "Globex")  # 4
    run.ok("projects", "add", "Site", "--client", "ACME")  # 5
    run.ok("projects", "add", "Site", "--client", "Globex")  # 6
    run.ok("projects", "add", "Web")  # 7
    run.ok("projects", "add", "Web shop")  # 8
    run.ok("projects", "add", "Old shop")  # 9
    run.ok("projects", "add", "Gone")  # a
    put(run, f"/projects/{10:024x}", {"name": "Gone", "archived": True})
    for name in ("dev", "devops", "review", "straße"):  # b c d e
        run.ok("tags", "add", name)
    return run


@pytest.fixture
def names(run: Console, made_names: Console) -> Console:
    """Projects that are like each other: Site twice, Sitemap, Web, Web shop, an archived one."""
    return run.like(made_names)


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("Web", 7),
        ("web", 7),
        ("WEB SHOP", 8),
        ("web s", 8),
        ("old", 9),
        ("eb sh", 8),
        ("ACME/Site", 5),
        ("acme/site", 5),
        ("globex/si", 6),
        (f"{9:024x}", 9),
    ],
)
def test_exact_else_start_else_part(names: Console, said: str, found: int) -> None:
    """The best kind of match that one name has; case does not matter, ids pass through."""
    entry = names("start", "-p", said, "-o", "json").json
    assert entry["project"]["id"] == f"{found:024x}"


def test_twins_are_named_with_their_clients(names: Console) -> None:
    """Two projects of one name: exit code 4, both with their client, and how to say it."""
    assert names("start", "-p", "site") == (
        4,
        "",
        (
            "error: 'site' matches 2 projects: Site · ACME, Site · Globex\n"
            "hint: say which: -p ACME/Site\n"
        ),
    )
    assert names("running").code == 1


def test_a_part_of_several_names_is_ambiguous(names: Console) -> None:
    """Both candidates are named; the hint is quoted for a shell."""
    assert names("start", "-p", "shop") == (
        4,
        "",
        ("error: 'shop' matches 2 projects: Old shop, Web shop\nhint: say which: -p 'Old shop'\n"),
    )
    assert names("start", "-T", "de").code == 4
    assert names("start", "-T", "dev").code == 0


def test_many_candidates_are_not_all_shown(run: Console) -> None:
    """Eight are named, the rest counted."""
    for number in range(11):
        run.ok("projects", "add", f"Part {number:02}")
    shown = ", ".join(f"Part {number:02}" for number in range(8))
    assert run("start", "-p", "part").err.splitlines()[0] == (
        f"error: 'part' matches 11 projects: {shown} and 3 more"
    )


def test_an_archived_one_is_named_as_archived(names: Console) -> None:
    """It is not taken, and not said to be missing."""
    assert names("start", "-p", "gone") == (
        4,
        "",
        (
            "error: project 'Gone' is archived\n"
            "hint: to use it again: clocktool projects restore Gone\n"
        ),
    )
    put(names, f"/tags/{13:024x}", {"name": "review", "archived": True})
    assert names("start", "-T", "rev").err.startswith("error: tag 'review' is archived\n")


def test_an_archived_twin_is_passed_over(names: Console) -> None:
    """Of two names that fit the one in use is meant."""
    put(names, f"/projects/{5:024x}", {"name": "Site", "archived": True})
    entry = names("start", "-p", "Site", "-o", "json").json
    assert entry["project"]["clientName"] == "Globex"


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (
            ["-p", "Wbe"],
            "error: no project 'Wbe'\nhint: did you mean Web? To create it, add --create\n",
        ),
        (
            ["-p", "xyz"],
            ("error: no project 'xyz'\nhint: to create it, add --create\n"),
        ),
        (["-p", "ACME/Web"], None),
        (["-p", "ACME/"], None),
        (
            ["-T", "revue"],
            "error: no tag 'revue'\nhint: did you mean review? To create it, add --create\n",
        ),
        (["-p", "Web", "-t", "x"], None),
        (
            ["--field", "x=1"],
            (
                "error: no field 'x'\n"
                "hint: clocktool fields lists them, clocktool fields add creates one\n"
            ),
        ),
    ],
)
def test_none_says_what_is_close(names: Console, words: list[str], error: str | None) -> None:
    """An unknown name is exit code 4, with the names that are close."""
    result = names("start", *words)
    assert (result.code, result.out) == (4, "")
    if error is None:
        assert [line.partition(":")[0] for line in result.err.splitlines()] == ["error", "hint"]
    else:
        assert result.err == error


def test_case_is_folded_as_in_every_language(names: Console) -> None:
    """STRASSE is straße."""
    entry = names("start", "-T", "STRASSE", "-o", "json").json
    assert [each["name"] for each in entry["tags"]] == ["straße"]


def test_a_tag_that_is_said_twice_is_there_once(names: Console) -> None:
    """By name and by id it is the same."""
    entry = names("start", "-T", "dev", "-T", "DEV", "-T", f"{11:024x}", "-o", "json").json
    assert [each["name"] for each in entry["tags"]] == ["dev"]


def test_an_id_that_nothing_has_is_not_found(names: Console) -> None:
    """An id is passed on to the server, which answers that it is unknown."""
    result = names("start", "-p", "f" * 24)
    assert (result.code, result.out) == (4, "")
    assert len(result.err.splitlines()) == 2


def test_users_by_name_and_address(run: Console) -> None:
    """Two members of one name are distinguished by their addresses."""
    run.ok("users", "add", "bob@a.example")
    run.ok("users", "add", "bob@b.example")
    result = run("list", "--user", "bob")
    assert (result.code, result.out) == (4, "")
    assert result.err == (
        "error: 'bob' matches 2 users: bob <bob@a.example>, bob <bob@b.example>\n"
        "hint: say which: --user bob@a.example\n"
    )
    assert run("list", "--user", "BOB@b.example").code == 0


def test_hostile_names_are_shown_as_text(run: Console) -> None:
    """Candidates with escape codes and markup do not reach the terminal as such."""
    run.ok("projects", "add", "x [bold] \x1b[31m one")
    run.ok("projects", "add", "x two")
    result = run("start", "-p", "x")
    assert result.code == 4
    assert "\x1b" not in result.err
    assert "[bold]" in result.err


def test_twins_in_every_name_are_told_apart_by_their_ids(run: Console) -> None:
    """Two workspaces may have one name: what the error says to type does work."""
    run.ok("workspaces", "add", "Side")
    run.ok("workspaces", "add", "Side")
    run.ok("workspaces", "add", "Sideline")
    ids = [each["id"] for each in run.ok("workspaces", "-o", "json").json if each["name"] == "Side"]
    result = run("-w", "Side", "list")
    assert result.code == 4
    assert result.err == (
        f"error: 'Side' matches 2 workspaces: Side ({ids[0]}), Side ({ids[1]})\n"
        f"hint: say which: '{ids[0]}'\n"
    )
    assert run("-w", ids[0], "list").code == 0


@pytest.fixture
def slashes(run: Console) -> Console:
    """Site of two clients and of none, and names that have a slash of their own."""
    for client in ("ACME", "ACorp", "R"):
        run.ok("clients", "add", client)
    for name, client in (
        ("Site", "ACME"),
        ("Site", ""),
        ("Shop", "ACorp"),
        ("R/D", ""),
        ("D", "R"),
        ("Q/A", "ACME"),
        ("Sitemap", "ACorp"),
    ):
        escaped = name.replace("/", "\\/")
        run.ok("projects", "add", escaped, *(["--client", client] if client else []), "-q")
    return run


def filed(run: Console, said: str) -> str:
    """Return the project that a name files an entry under, or the error."""
    result = run("start", "-p", said, "--template", "{client}|{project}")
    return result.out.strip() if result.code == 0 else result.err


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("/Site", "|Site"),
        ("/site", "|Site"),
        ("/Sit", "|Site"),
        ("/ite", "|Site"),
        ("ACME/Site", "ACME|Site"),
        ("acm/si", "ACME|Site"),
        ("CME/ite", "ACME|Site"),
        ("A/Shop", "ACorp|Shop"),
        ("AC/Site", "ACME|Site"),
        ("R/D", "|R/D"),
        ("r/d", "|R/D"),
        ("R\\/D", "|R/D"),
        ("/R/D", "|R/D"),
        ("/R\\/D", "|R/D"),
        ("ACME/Q/A", "ACME|Q/A"),
        ("ACME/Q\\/A", "ACME|Q/A"),
        ("Q/", "ACME|Q/A"),
        ("D", "R|D"),
    ],
)
def test_what_stands_before_the_slash_is_the_client_or_none(
    slashes: Console, said: str, found: str
) -> None:
    """Each half by the same rule; a whole name goes first, an escaped slash is never a client's."""
    assert filed(slashes, said) == found


@pytest.mark.parametrize(
    ("said", "error"),
    [
        (
            "Site",
            (
                "error: 'Site' matches 2 projects: Site · ACME, /Site\n"
                "hint: say which: -p ACME/Site\n"
            ),
        ),
        (
            "AC/Si",
            (
                "error: 'AC/Si' matches 2 projects: Site · ACME, Sitemap · ACorp\n"
                "hint: say which: -p ACME/Site\n"
            ),
        ),
        (
            "/Shop",
            "error: no project '/Shop'\nhint: did you mean Shop? To create it, add --create\n",
        ),
        ("Site\\/Shop", None),
        ("ACME/Shop", None),
        ("ACME/", None),
    ],
)
def test_several_are_named_as_they_are_typed(
    slashes: Console, said: str, error: str | None
) -> None:
    """Never one of a client for one of none; what the error offers works when it is pasted."""
    shown = filed(slashes, said)
    assert shown.startswith("error: ")
    assert error in (None, shown)


def test_each_candidate_that_is_offered_works(slashes: Console) -> None:
    """A project of no client can be named where another of its name has one."""
    from shlex import split

    shown = filed(slashes, "Site").splitlines()[0].rpartition(": ")[2]
    assert [filed(slashes, each) for each in shown.split(", ")] == ["ACME|Site", "|Site"]
    run = slashes
    run.ok("projects", "add", "Q\\/A", "-q")
    hint = filed(run, "Q/A").splitlines()[1]
    assert filed(run, split(hint.rpartition("-p ")[2])[0]) == "ACME|Q/A"
    assert filed(run, "/Q/A") == "|Q/A"


def test_a_project_that_is_added_with_a_taken_name_says_how_it_is_typed(slashes: Console) -> None:
    """Also one of no client."""
    assert slashes.ok("projects", "add", "Shop").err == (
        "ACorp/Shop has that name, too; this one is -p /Shop\n"
    )


def test_filters_tasks_and_bulk_take_the_same_names(slashes: Console) -> None:
    """One rule for all that names a project."""
    slashes.ok("add", "one", "-p", "/Site", "--from", "9", "--for", "10m")
    slashes.ok("add", "two", "-p", "ACME/Site", "--from", "10", "--for", "10m")
    assert slashes.ok("list", "-p", "/Site", "--template", "{description}").out == "one\n"
    slashes.ok("tasks", "-p", "/Site", "add", "Bugs")
    assert slashes("tasks", "-p", "ACME/Site").out == ""
    slashes.ok("bulk", "today", "-p", "/Site", "--set-project", "A/Shop", "-y")
    assert slashes.ok("list", "-p", "Shop", "--template", "{description}").out == "one\n"
