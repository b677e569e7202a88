"""Names in the configuration follow a rename; comments stay."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated

import msgspec
import pytest

from clocktool.config.declaration import Declaration, Key
from clocktool.config.edit import edit_text
from clocktool.config.names import edits_of, names_in_force
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
        (("projects", "edit", "Site", "--name", "R/D"), "acme/R\\/D"),
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
    assert [each for each in place.line.tried if not each.startswith("GET")] == [
        each for each in plain if not each.startswith("GET")
    ]
    assert len(place.line.tried) <= len(plain)


class Later(msgspec.Struct):
    """A declaration with tables whose keys are names."""

    budgets: Annotated[dict[str, str], Key("a", "b", "workspace", key_names="project")]
    countries: Annotated[dict[str, str], Key("a", "b", "workspace", key_names="client")]


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
