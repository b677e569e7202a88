"""Names in the configuration follow a rename; comments stay."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from clocktool.config.declaration import Declaration, Key, Table
from clocktool.config.edit import edit_text
from clocktool.config.names import edits_of, edits_to, names_in_force
from tests.conftest import Console
from tests.outbox.places import Place, placed

MINE = """\
# mine
[defaults]
project = "Site"  # the big one
task = "Login"
tags = [
  "dev",  # always
  'urgent',
]
"""


@pytest.fixture
def office(run: Console) -> Console:
    """A workspace with ACME/Site, its task Login, /Ops and two tags; no profile is chosen."""
    del run.env["CLOCKTOOL_PROFILE"]
    run.ok("clients", "add", "ACME")
    run.ok("projects", "add", "Site", "--client", "ACME")
    run.ok("projects", "add", "Ops")
    run.ok("tasks", "add", "Login", "-p", "Site")
    run.ok("tags", "add", "dev")
    run.ok("tags", "add", "urgent")
    return run


def configured(run: Console, text: str) -> Path:
    """Write the configuration file, and return its path."""
    return run.configure(text)


RENAMES: dict[str, tuple[tuple[str, ...], tuple[str, str]]] = {
    "project": (
        ("projects", "edit", "Site", "--name", "Shop"),
        ('project = "Site"', 'project = "Shop"'),
    ),
    "task": (
        ("tasks", "edit", "Login", "-p", "Site", "--name", "Enter"),
        ('task = "Login"', 'task = "Enter"'),
    ),
    "tag": (("tags", "edit", "dev", "--name", "code"), ('"dev",', '"code",')),
}


@pytest.mark.parametrize("kind", RENAMES)
def test_a_default_follows_and_comes_back_with_undo(office: Console, kind: str) -> None:
    """Only the name changes; undo and redo change it, too."""
    words, (old, new) = RENAMES[kind]
    path = configured(office, MINE)
    office.ok(*words)
    assert path.read_text() == MINE.replace(old, new)
    office.ok("undo")
    assert path.read_text() == MINE
    office.ok("redo")
    assert path.read_text() == MINE.replace(old, new)


def test_it_is_said_what_has_changed(office: Console) -> None:
    """One line, with the file and the key."""
    path = configured(office, MINE)
    assert office("tags", "edit", "urgent", "--name", "now") == (
        0,
        "~ Renamed tag urgent to now\n",
        f"Changed {path}: defaults.tags `urgent` → `now`\n",
    )


TYPED = [
    ("SITE", "Shop"),
    ("si", "Shop"),
    ("ACME/Site", "ACME/Shop"),
    ("ac/si", "ac/Shop"),
    ("Ops", "Ops"),
    ("Sit e", "Sit e"),
]


@pytest.mark.parametrize(("before", "after"), TYPED)
def test_a_name_is_found_as_it_is_typed(office: Console, before: str, after: str) -> None:
    """In any case, by its beginning, with its client; another project's stays."""
    path = configured(office, f'[defaults]\nproject = "{before}"\n')
    office.ok("projects", "edit", "Site", "--name", "Shop")
    assert path.read_text() == f'[defaults]\nproject = "{after}"\n'


@pytest.mark.parametrize(
    ("words", "after"),
    [
        (("clients", "edit", "ACME", "--name", "Globex"), "Globex/Site"),
        (("clients", "edit", "ACME", "--name", "A/B"), "A\\/B/Site"),
        (("projects", "edit", "Site", "--no-client"), "/Site"),
        (("projects", "edit", "Site", "--name", "R\\/D"), "acme/R\\/D"),
    ],
)
def test_a_client_before_the_slash_follows(
    office: Console, words: tuple[str, ...], after: str
) -> None:
    """Of a rename of the client, and of the project moved away from it."""
    configured(office, '[defaults]\nproject = "acme/Site"\n')
    office.ok(*words)
    assert office.ok("config", "get", "defaults.project").out == f"{after}\n"


def test_a_client_that_is_merged_is_followed(office: Console) -> None:
    """Its project belongs to the other client then; undo gives it back."""
    office.ok("clients", "add", "Globex")
    path = configured(office, '[defaults]\nproject = "ACME/Site"\n')
    office.ok("clients", "merge", "ACME", "Globex", "-y")
    assert path.read_text() == '[defaults]\nproject = "Globex/Site"\n'
    office.ok("undo")
    assert path.read_text() == '[defaults]\nproject = "ACME/Site"\n'


def test_an_ambiguous_name_is_written_with_its_client(office: Console) -> None:
    """There is a project Shop already, of no client."""
    office.ok("projects", "add", "Shop")
    path = configured(office, '[defaults]\nproject = "Site"\n')
    office.ok("projects", "edit", "Site", "--name", "Shop")
    assert path.read_text() == '[defaults]\nproject = "ACME/Shop"\n'


def test_a_task_of_another_project_stays(office: Console) -> None:
    """The default task belongs to the default project."""
    office.ok("tasks", "add", "Login", "-p", "Ops")
    path = configured(office, MINE)
    office.ok("tasks", "edit", "Login", "-p", "Ops", "--name", "Enter")
    assert path.read_text() == MINE


PROFILES = """\
[defaults]
project = "Site"
tags = ["dev"]

[profiles.home.defaults]
project = "ACME/Site"  # here

[profiles.other.defaults]
project = "Site"
"""


def test_the_local_profile_leaves_the_names_of_the_account(office: Console) -> None:
    """Its names don't come from the rest of the file."""
    path = configured(office, PROFILES)
    office.ok("--profile", "local", "projects", "edit", "Site", "--name", "Shop")
    assert path.read_text() == PROFILES


def test_the_file_of_a_folder_is_not_changed(office: Console) -> None:
    """It may be shared: a hint names the file and the new name."""
    path = office.folder.parent / ".clocktool.toml"
    path.write_text('[defaults]\nproject = "Site"\n')
    assert office("projects", "edit", "Site", "--name", "Shop") == (
        0,
        "~ Renamed project Site to Shop\n",
        f"{path} has an old name; change it: defaults.project `Site` → `Shop`\n",
    )
    assert path.read_text() == '[defaults]\nproject = "Site"\n'


def test_a_file_that_cannot_be_written_is_said(office: Console) -> None:
    """The rename stands; one line says what to change."""
    path = configured(office, MINE)
    path.chmod(0o400)
    assert office("tags", "edit", "dev", "--name", "code") == (
        0,
        "~ Renamed tag dev to code\n",
        (
            f"can't write {path}: it is read-only; change it yourself: "
            "defaults.tags `dev` → `code`\n"
        ),
    )
    assert path.read_text() == MINE


def test_a_refused_rename_changes_nothing(office: Console) -> None:
    """Neither the name nor the file."""
    path = configured(office, MINE)
    assert office("tags", "edit", "dev", "--name", "urgent").code == 5
    assert path.read_text() == MINE


@pytest.fixture(params=["guide", "service"])
def place(
    request: pytest.FixtureRequest,
    new_console: Callable[[str], Console],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Place]:
    """A console on a server."""
    with placed(new_console("home"), request.param, monkeypatch) as made:
        yield made


def test_a_rename_without_a_network_is_followed_at_once(place: Place) -> None:
    """Also its undo, which cancels it."""
    path = Path(place.run.env["CLOCKTOOL_CONFIG"])
    before = (path.read_text() if path.exists() else "") + '[defaults]\nproject = "site"\n'
    place.run.configure(before)
    place.run.ok("projects")
    place.line.cut()
    place.run.ok("projects", "edit", "Site", "--name", "Shop")
    assert path.read_text() == before.replace('"site"', '"Shop"')
    place.run.ok("undo")
    assert path.read_text() == before.replace('"site"', '"Site"')
    place.run.ok("redo")
    assert path.read_text() == before.replace('"site"', '"Shop"')


@pytest.mark.parametrize("refused", [False, True])
def test_a_rename_that_is_dropped_is_followed_back(place: Place, *, refused: bool) -> None:
    """Whether it waits or the service has refused it; comments stay."""
    path = Path(place.run.env["CLOCKTOOL_CONFIG"])
    before = path.read_text() if path.exists() else ""
    before += '[defaults]\nproject = "Site"  # the big one\n'
    place.run.configure(before)
    place.run.ok("projects")
    place.away("projects", "edit", "Site", "--name", "Shop")
    assert path.read_text() == before.replace('"Site"', '"Shop"')
    if refused:
        place.line.answer(400)
        place.run("running")
        assert place.waits.startswith("p1 refused ")
        place.line.mend()
    result = place.run.ok("pending", "drop", "p1")
    assert result.err == f"Changed {path}: defaults.project `Shop` → `Site`\n"
    assert path.read_text() == before


def test_their_name_is_followed_where_it_is_kept(place: Place) -> None:
    """Theirs is what names the project now."""
    path = Path(place.run.env["CLOCKTOOL_CONFIG"])
    before = path.read_text() if path.exists() else ""
    place.run.configure(before + '[defaults]\nproject = "Site"\n')
    place.run.ok("projects")
    place.away("projects", "edit", "Site", "--name", "Shop")
    site = place.ask("GET", f"/projects/{place.shop.site}")
    place.ask("PUT", f"/projects/{place.shop.site}", site | {"name": "Store"})
    place.run("running")
    assert place.waits.startswith("p1 conflict ")
    place.run.ok("pending", "keep", "theirs", "p1")
    assert 'project = "Store"' in path.read_text()


def test_the_profile_in_force_follows_and_what_it_takes_from_above(place: Place) -> None:
    """What it overrides, and other profiles, may name what another account has."""
    path = Path(place.run.env["CLOCKTOOL_CONFIG"])
    text = (path.read_text() if path.exists() else "") + PROFILES
    place.run.configure(text)
    place.run.ok("--profile", "home", "projects", "edit", "Site", "--name", "Shop")
    place.run.ok("--profile", "home", "tags", "edit", "dev", "--name", "code")
    assert path.read_text() == text.replace("ACME/Site", "ACME/Shop").replace("dev", "code")


def test_a_rename_of_what_no_key_names_costs_no_request_more(place: Place) -> None:
    """Names in the file are looked up only where they may be meant."""
    path = Path(place.run.env["CLOCKTOOL_CONFIG"])
    place.run.ok("projects")
    place.line.tried.clear()
    place.run.ok("projects", "edit", "Site", "--name", "Shop")
    plain = list(place.line.tried)
    place.run.ok("undo")
    text = path.read_text() if path.exists() else ""
    place.run.configure(f'{text}[defaults]\nproject = "Ops"\n')
    place.line.tried.clear()
    place.run.ok("projects", "edit", "Site", "--name", "Shop")
    if "GET " in place.line.tried:  # the plan, before the tenth request of an hour
        place.line.tried.remove("GET ")
    assert [each for each in place.line.tried if not each.startswith("GET")] == [
        each for each in plain if not each.startswith("GET")
    ]
    assert len(place.line.tried) <= len(plain)


class Later(Table):
    """A declaration of tables with names as keys."""

    budgets = Key(dict[str, str], "a", "b", "workspace", key_names="project")
    countries = Key(dict[str, str], "a", "b", "workspace", key_names="client")


def test_keys_of_a_table_follow_by_declaration() -> None:
    """They keep their places, values and comments."""
    text = """\
# all
[budgets]  # hours
Ops = "1h"
"ACME/Site" = "120h"  # a lot
[countries]
ACME = "DE"
"""
    table = {"budgets": {"Ops": "1h", "ACME/Site": "120h"}, "countries": {"ACME": "DE"}}

    def new_text(kind: str, text: str, project: str | None) -> str | None:
        return text.replace("ACME", "A Corp") if "ACME" in text else None

    edits = edits_of(table, names_in_force(table, None, Declaration(Later)), new_text)
    new = edit_text(text, edits.values, edits.keys)
    assert new == text.replace('"ACME/', '"A Corp/').replace("ACME =", '"A Corp" =')


def test_a_table_with_a_name_follows() -> None:
    """The header of ``[clients.NAME]`` has the new name."""
    text = '[clients.ACME] # ours\ncountry = "DE" # there\n\n[defaults]\n'
    assert edit_text(text, {}, {("clients", "ACME"): "A Corp"}) == text.replace("ACME", '"A Corp"')


MERGES: dict[str, tuple[tuple[str, ...], tuple[str, str]]] = {
    "project": (("projects", "merge", "Site", "Ops"), ('"Site"  #', '"Ops"  #')),
    "task": (("tasks", "merge", "Login", "Review", "-p", "Site"), ('"Login"', '"Review"')),
    "tag": (("tags", "merge", "dev", "code"), ('"dev"', '"code"')),
}


@pytest.mark.parametrize("kind", MERGES)
def test_a_default_follows_a_merge_and_comes_back_with_undo(office: Console, kind: str) -> None:
    """The name that stays is written; undo writes the one before as it was typed."""
    words, (old, new) = MERGES[kind]
    office.ok("tasks", "add", "Review", "-p", "Site")
    office.ok("tags", "add", "code")
    path = configured(office, MINE)
    result = office.ok(*words, "-y")
    assert path.read_text() == MINE.replace(old, new)
    assert result.err.splitlines()[-1].startswith(f"Changed {path}: defaults.")
    office.ok("undo")
    assert path.read_text() == MINE
    office.ok("redo")
    assert path.read_text() == MINE.replace(old, new)
    office.ok("undo")
    assert path.read_text() == MINE


def test_what_named_the_target_already_stays_when_a_merge_is_taken_back(office: Console) -> None:
    """Undo changes only what the merge has changed, and nothing that was edited since."""
    path = configured(office, '[defaults]\nproject = "Ops"\n')
    office.ok("projects", "merge", "Site", "Ops", "-y")
    office.ok("undo")
    assert path.read_text() == '[defaults]\nproject = "Ops"\n'
    path = configured(office, '[defaults]\nproject = "si"\n')
    office.ok("redo")
    office.ok("undo")
    office.ok("projects", "merge", "Site", "Ops", "-y")
    assert path.read_text() == '[defaults]\nproject = "Ops"\n'
    configured(office, '[defaults]\nproject = "/Ops"\n')
    office.ok("undo")
    assert path.read_text() == '[defaults]\nproject = "/Ops"\n'


def test_a_list_has_the_tag_that_stays_once(office: Console) -> None:
    """Two tags of the list become one; undo gives back both."""
    before = '[defaults]\ntags = ["dev", "urgent"]  # two\n'
    path = configured(office, before)
    office.ok("tags", "merge", "dev", "urgent", "-y")
    assert path.read_text() == before.replace('"dev", ', "")
    office.ok("undo")
    assert path.read_text() == before


def test_several_sources_are_followed_together(office: Console) -> None:
    """Each name in a list becomes the one that stays."""
    office.ok("tags", "add", "code")
    before = '[defaults]\ntags = ["dev", "other", "urgent"]\n'
    path = configured(office, before)
    office.ok("tags", "merge", "dev", "urgent", "code", "-y")
    assert path.read_text() == '[defaults]\ntags = ["code", "other"]\n'
    office.ok("undo")
    assert path.read_text() == before


def test_the_id_of_a_merged_project_is_followed(office: Console) -> None:
    """An id names nothing else after a rename, but it does after a merge."""
    ids = {each["name"]: each["id"] for each in office.ok("projects", "-o", "json").json}
    path = configured(office, f'[defaults]\nproject = "{ids["Site"]}"\n')
    office.ok("projects", "edit", "Site", "--name", "Shop")
    assert path.read_text() == f'[defaults]\nproject = "{ids["Site"]}"\n'
    office.ok("projects", "merge", "Shop", "Ops", "-y")
    assert path.read_text() == f'[defaults]\nproject = "{ids["Ops"]}"\n'
    office.ok("undo")
    assert path.read_text() == f'[defaults]\nproject = "{ids["Site"]}"\n'


def test_a_source_that_stays_in_use_keeps_its_names(office: Console) -> None:
    """A locked entry keeps its project in use, and so does the configuration."""
    office.ok("add", "x", "--from", "8", "--for", "1h", "-p", "Site", "-T", "dev")
    office.at("2026-11-25 12:30")
    office.ok("workspaces", "set", "lock-before", "2026-11-25")
    path = configured(office, MINE)
    office.ok("projects", "merge", "Site", "Ops", "-y")
    assert path.read_text() == MINE


@pytest.mark.parametrize("kind", ["project", "tag"])
def test_a_merge_whose_archive_waits_is_followed_and_taken_back(place: Place, kind: str) -> None:
    """Without a network after the plan; undo cancels it, redo lets it wait again."""
    path = Path(place.run.env["CLOCKTOOL_CONFIG"])
    before = (path.read_text() if path.exists() else "") + (
        '[defaults]\nproject = "site"\ntags = ["dev"]\n'
    )
    merge, old, new = {
        "project": (("projects", "merge", "Site", "Ops", "-y"), '"site"', '"Ops"'),
        "tag": (("tags", "merge", "dev", "urgent", "-y"), '"dev"', '"urgent"'),
    }[kind]
    place.run.configure(before)
    place.line.cut(writes_only=True)
    place.run.ok(*merge)
    assert path.read_text() == before.replace(old, new)
    place.run.ok("undo")
    assert path.read_text() == before
    place.run.ok("redo")
    assert path.read_text() == before.replace(old, new)
    place.line.mend()
    place.run.ok("sync")
    place.run.ok("undo")
    assert path.read_text() == before
    place.run.ok("redo")
    assert path.read_text() == before.replace(old, new)


def test_the_row_of_the_target_stays() -> None:
    """A key that gets a name which another key has already is left, and both are named."""
    table = {"budgets": {"ACME/Site": "120h", "Old": "3h", "/Ops": "1h"}}
    found = names_in_force(table, None, Declaration(Later))
    edits = edits_of(
        table,
        found,
        lambda kind, text, project: None if text == "/Ops" else "Ops",
        lambda kind, text: text == "/Ops",
    )
    assert edits.keys == {}
    assert [(each.text, twin) for each, twin in edits.kept] == [
        ("ACME/Site", "/Ops"),
        ("Old", "/Ops"),
    ]


def test_only_one_row_gets_the_name_that_stays() -> None:
    """Of two sources the first row follows; undo gives it its name back."""
    text = '[budgets]\n"ACME/Site" = "120h"  # a\nOld = "3h"\n'
    table = {"budgets": {"ACME/Site": "120h", "Old": "3h"}}
    found = names_in_force(table, None, Declaration(Later))
    edits = edits_of(table, found, lambda kind, text, project: "Ops")
    assert [(each.text, twin) for each, twin in edits.kept] == [("Old", "Ops")]
    after = edit_text(text, edits.values, edits.keys)
    assert after == text.replace('"ACME/Site"', "Ops")
    (change,) = edits.changes
    back = edits_to({"budgets": {"Ops": "120h", "Old": "3h"}}, [change.reverse])
    assert edit_text(after, back.values, back.keys) == text
    assert edits_to(table, [change.reverse]).found == []


AGREED = """\
[rates]  # ours
"ACME/Site" = { 2025-01-01 = "100 EUR", 2026-07-01 = "110 EUR" }  # dear
"acme/site#Login" = "90 EUR"
[budgets]
"ACME/Site" = "120h/month"  # a lot
"/Ops" = "10h/month"
"""


def test_rates_and_budgets_follow_a_merge(office: Console) -> None:
    """The row of the project that stays is kept, beside the other one; that is said."""
    path = configured(office, AGREED)
    result = office.ok("projects", "merge", "Site", "Ops", "-y")
    merged = AGREED.replace('"ACME/Site" = {', '"/Ops" = {').replace(
        "acme/site#Login", "/Ops#Login"
    )
    assert path.read_text() == merged
    assert result.err.splitlines() == [
        f'Changed {path}: rates."ACME/Site" → `/Ops`, rates."acme/site#Login" → `/Ops#Login`',
        f'{path} has budgets."/Ops"; budgets."ACME/Site" was not changed',
    ]
    office.ok("undo")
    assert path.read_text() == AGREED
    office.ok("redo")
    assert path.read_text() == merged


def test_rates_and_budgets_follow_a_merge_of_clients(office: Console) -> None:
    """Those of the client, and those of its projects."""
    office.ok("clients", "add", "Globex")
    before = AGREED + '"ACME/" = "200h/year"\n'
    path = configured(office, before)
    office.ok("clients", "merge", "ACME", "Globex", "-y")
    text = path.read_text()
    assert "ACME" not in text
    assert text == before.replace("ACME/", "Globex/").replace("acme/site#", "Globex/site#")
    office.ok("undo")
    assert path.read_text() == before
