"""Invalid bodies and paths never raise an exception or a server error."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clocktool.backends.local.router import ROUTES
from tests.backends.local.conftest import Local, at

WORDS = [
    "start",
    "end",
    "description",
    "projectId",
    "taskId",
    "tagIds",
    "billable",
    "type",
    "customFields",
    "customFieldId",
    "value",
    "timeEntryIds",
    "operations",
    "op",
    "invoiced",
    "name",
    "email",
    "clientId",
    "color",
    "hourlyRate",
    "amount",
    "currency",
    "workspaceSettings",
    "forceTags",
    "lockTimeEntries",
    "archived",
    "status",
    "allowedValues",
    "id",
    "note",
    "required",
    "isPublic",
    "costRate",
    "since",
    "estimate",
    "budgetEstimate",
    "timeEstimate",
    "estimateReset",
    "resetOption",
    "dayOfMonth",
    "active",
    "memberships",
    "userId",
    "userIds",
    "userGroups",
    "remove",
    "tasks",
    "assigneeIds",
    "assigneeId",
    "userGroupIds",
    "ccEmails",
    "address",
    "currencyId",
]
QUERY = [
    "start",
    "end",
    "description",
    "project",
    "task",
    "tags",
    "page",
    "page-size",
    "hydrated",
    "name",
    "archived",
    "clients",
    "in-progress",
    "strict-name-search",
    "time-entry-ids",
    "sort-column",
    "sort-order",
    "excluded-ids",
    "email",
    "memberships",
    "project-id",
    "status",
    "account-statuses",
    "billable",
    "is-template",
    "contains-client",
    "client-status",
    "users",
    "contains-user",
    "user-status",
    "access",
    "roles",
    "entity-type",
]
HARMLESS = [
    at("09:00"),
    at("10:00"),
    "CHANGE-PROJECT",
    "ADD-TAGS",
    "REGULAR",
    "TXT",
    "x@y",
    "USD",
    "PT1H",
    "DONE",
]

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([2**63, -(2**63) - 1, 10**400])
    | st.floats()
    | st.text(st.characters(), max_size=20)
    | st.sampled_from(["\0", "\ud800", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-12:00"])
    | st.sampled_from(HARMLESS)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(WORDS) | st.text(max_size=5), inner, max_size=8)
    ),
    max_leaves=12,
)


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Local, list[str]]]:
    """A workspace with one thing of each kind, and their ids."""
    local = Local(tmp_path_factory.mktemp("hostile") / "local.db")
    project, tag, field = local.project(), local.tag("t"), local.field("F", "TXT")
    ids = [
        project["id"],
        tag["id"],
        field["id"],
        local.task(project)["id"],
        local.entry()["id"],
        local.me["id"],
    ]
    yield local, ids
    local.transport.close()


@pytest.mark.slow
@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), body=VALUES, chosen=st.sampled_from(ROUTES))
def test_any_body_is_answered(
    known: tuple[Local, list[str]], data: Any, body: object, chosen: Any
) -> None:
    """Any JSON to any route gives a status below 500."""
    local, ids = known
    method, path, _ = chosen
    path = path.replace("{}", local.me["activeWorkspace"], 1)
    while "{}" in path:
        path = path.replace("{}", data.draw(st.sampled_from([*ids, "nothing"])), 1)
    if isinstance(body, dict) and data.draw(st.booleans()):
        body = {"name": "n", "start": at("09:00"), "end": at("10:00"), **body}
        body["tagIds"] = data.draw(st.lists(st.sampled_from(ids), max_size=3))
        for name in ("assigneeIds", "userIds"):
            body[name] = data.draw(st.lists(st.sampled_from(ids), max_size=3))
        body["timeEntryIds"] = data.draw(st.lists(st.sampled_from(ids), max_size=3))
    assert local.raw(method, path, body).status < 500


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    pairs=st.lists(
        st.tuples(
            st.sampled_from(QUERY),
            st.text(st.characters(), max_size=10)
            | st.sampled_from(
                ["1", "true", at("09:00"), "ID", "NAME", "ALL", "DURATION", "PROJECT"]
            ),
        ),
        max_size=4,
    ),
    chosen=st.sampled_from([route for route in ROUTES if route[0] == "GET"]),
)
def test_any_query_is_answered(
    known: tuple[Local, list[str]], pairs: list[tuple[str, str]], chosen: Any
) -> None:
    """Any query to any route gives a status below 500."""
    local, ids = known
    path = chosen[1].replace("{}", local.me["activeWorkspace"], 1).replace("{}", ids[-1])
    assert local.raw("GET", path, query=tuple(pairs)).status < 500


def _nested(depth: int) -> object:
    value: object = 1
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    "body",
    [
        {"description": "x" * 10_000_000},
        {"description": "a\0b"},
        {"description": "\ud800"},
        {"description": _nested(50_000)},
        {"projectId": "\udfff"},
        {"projectId": "x" * 10_000_000},
        {"tagIds": _nested(50_000)},
        {"start": "0001-01-01T00:00:00Z"},
        {"start": "0001-01-01T00:00:00+14:00"},
        {"end": "9999-12-31T23:59:59Z"},
        {"end": "9999-12-31T23:59:59-14:00"},
        {"end": 10**400},
        {"customFields": [{"customFieldId": "\ud800", "value": 1}]},
        {"type": ["REGULAR"]},
    ],
    ids=range(14),
)
def test_a_hostile_entry_is_refused(local: Local, body: dict[str, object]) -> None:
    """Each is 400, and no entry is created."""
    times = {"start": at("09:00"), "end": at("10:00")}
    assert local.post("W/time-entries", times | body).status == 400
    assert local.entries() == []


def test_sql_in_a_text_is_a_text(local: Local) -> None:
    """Quotes and wildcards are stored unchanged."""
    text = "'; DROP TABLE entries; -- \" % _ \\"
    assert local.entry(description=text)["description"] == text
    assert len(local.entries(description="'; drop")) == 1
    assert local.entries(description="%x") == []
    assert local.tag(text)["name"] == text
