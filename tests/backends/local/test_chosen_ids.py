"""Creating things with a given id, as undo and a repeated send do on this machine."""

from typing import Any

import pytest

from tests.backends.local.conftest import Local

ID = "00000000000000000000abcd"


@pytest.fixture
def paths(local: Local) -> dict[str, str]:
    """The paths of lists by kind of thing."""
    site = local.project("Home")["id"]
    return {
        "client": "W/clients",
        "project": "W/projects",
        "tag": "W/tags",
        "task": f"W/projects/{site}/tasks",
    }


KINDS = ("client", "project", "task", "tag")


@pytest.mark.parametrize("kind", KINDS)
def test_a_thing_is_created_with_the_given_id(
    local: Local, paths: dict[str, str], kind: str
) -> None:
    """Otherwise it is the same as without a given id."""
    made = local.post(f"{paths[kind]}/{ID}", ({"name": "Shop"},))
    assert (made.status, made.json["id"]) == (201, ID)
    assert local.get(f"{paths[kind]}/{ID}").json == made.json
    plain = local.made(paths[kind], {"name": "Other"})
    own = ("id", "name", "color", "memberships")
    assert {name: made.json[name] for name in made.json if name not in own} == {
        name: plain[name] for name in plain if name not in own
    }


@pytest.mark.parametrize("kind", KINDS)
def test_an_existing_id_or_name_is_refused(local: Local, paths: dict[str, str], kind: str) -> None:
    """Nothing is overwritten."""
    assert local.post(f"{paths[kind]}/{ID}", ({"name": "Shop"},)).status == 201
    again = local.post(f"{paths[kind]}/{ID}", ({"name": "Other"},))
    assert again.failed == (400, 501)
    assert again.json["message"] == f"{kind.title()} with id {ID} already exists"
    assert local.post(f"{paths[kind]}/{ID[::-1]}", ({"name": "SHOP"},)).failed == (400, 501)
    assert local.get(f"{paths[kind]}/{ID}").json["name"] == "Shop"


def test_the_tasks_of_a_project_get_new_ids(local: Local) -> None:
    """Only the project has the given id."""
    body = {"name": "Site", "tasks": [{"name": "Build"}, {"name": "Ship"}]}
    assert local.post(f"W/projects/{ID}", (body,)).json["id"] == ID
    ids = [each["id"] for each in local.get(f"W/projects/{ID}/tasks").json]
    assert len({ID, *ids}) == 3


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("body", [None, {}, {"name": "x"}, [{"name": "x"}]])
def test_json_cannot_choose_an_id(
    local: Local, paths: dict[str, str], kind: str, body: Any
) -> None:
    """Over HTTP the route does not exist."""
    assert local.post(f"{paths[kind]}/{ID}", body).failed == (404, 3000)
