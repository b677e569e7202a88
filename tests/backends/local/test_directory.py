"""The directory: filters and orders of lists, and the fields that a PUT replaces."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clocktool.backends.local.projects import PALETTE
from tests.backends.local.conftest import Local

SORTED = [
    ("W/tags", {"sort_column": "NAME"}, ["a", "B", "c"]),
    ("W/tags", {"sort_order": "DESCENDING"}, ["c", "B", "a"]),
    ("W/tags", {"sort_column": "ID"}, ["B", "c", "a"]),
    ("W/tags", {"sort_column": "id", "sort_order": "descending"}, ["a", "c", "B"]),
    ("W/clients", {"sort_column": "NAME", "sort_order": "DESCENDING"}, ["c", "B", "a"]),
    ("W/clients", {"sort_column": "ID"}, ["B", "c", "a"]),
    ("W/projects", {"sort_column": "ID", "sort_order": "DESCENDING"}, ["a", "c", "B"]),
    ("W/projects", {"sort_column": "CLIENT_NAME"}, ["a", "B", "c"]),
    ("W/projects/P/tasks", {"sort_column": "NAME", "sort_order": "DESCENDING"}, ["c", "B", "a"]),
    ("W/projects/P/tasks", {"sort_column": "ID"}, ["B", "c", "a"]),
]


def names(local: Local, path: str, **query: object) -> list[str]:
    """Return the names in a list."""
    reply = local.get(path, **query)
    assert reply.status == 200, reply.content
    return [one["name"] for one in reply.json]


@pytest.mark.parametrize(("path", "query", "expected"), SORTED)
def test_lists_are_in_the_requested_order(
    local: Local, path: str, query: dict[str, str], expected: list[str]
) -> None:
    """The default is by name; the parameters may be in any case."""
    if "/P/" in path:
        path = path.replace("P", local.project("home")["id"])
    for name in ("B", "c", "a"):
        local.made(path, {"name": name})
    assert names(local, path, **query) == expected
    for wrong in ({"sort_column": "COLOR"}, {"sort_order": "UP"}):
        assert local.get(path, **wrong).failed == (400, 3000)


def test_projects_are_sorted_by_client_and_by_duration(local: Local) -> None:
    """Equal ones are sorted by name."""
    zed, acme = (local.made("W/clients", {"name": name})["id"] for name in ("Zed", "Acme"))
    one, two = local.project("One", clientId=zed), local.project("Two", clientId=acme)
    local.project("Nil")
    assert names(local, "W/projects", sort_column="CLIENT_NAME") == ["Nil", "Two", "One"]
    local.entry("09:00", "11:00", projectId=one["id"])
    local.entry("11:00", "12:00", projectId=two["id"])
    by = {"sort_column": "DURATION", "sort_order": "DESCENDING"}
    assert names(local, "W/projects", **by) == ["One", "Two", "Nil"]


def test_tags_can_be_left_out_by_id(local: Local) -> None:
    """Several ids are separated by commas or repeated; unknown ids are ignored."""
    one, two, three = (local.tag(name)["id"] for name in ("one", "two", "three"))
    assert names(local, "W/tags", excluded_ids=f"{one},{three}") == ["two"]
    assert names(local, "W/tags", excluded_ids=[one, two]) == ["three"]
    assert len(names(local, "W/tags", excluded_ids="nothing")) == 3


def test_projects_are_filtered(local: Local) -> None:
    """Filters are billable, public, clients, archived clients and users; none is a template."""
    acme, bolt = (local.made("W/clients", {"name": name}) for name in ("Acme", "Bolt"))
    bo = local.made("W/users", {"email": "bo@example.com"})
    local.project("a", billable=False, clientId=acme["id"])
    local.project("b", isPublic=False, clientId=bolt["id"])
    local.project("c", isPublic=False, memberships=[{"userId": bo["id"]}])
    local.change(f"W/clients/{bolt['id']}", archived=True)
    ids, both = {"clients": acme["id"]}, f"{acme['id']},{bolt['id']}"
    for query, expected in (
        ({"billable": "true"}, ["b", "c"]),
        ({"billable": "no"}, ["a"]),
        ({"access": "PUBLIC"}, ["a"]),
        ({"access": "PRIVATE"}, ["b", "c"]),
        ({"is_template": "false"}, ["a", "b", "c"]),
        ({"is_template": "true"}, []),
        (ids, ["a"]),
        ({"contains_client": "true", **ids}, ["a"]),
        ({"contains_client": "false", **ids}, ["b", "c"]),
        ({"contains_client": "false", "clients": both}, ["c"]),
        ({"client_status": "ACTIVE"}, ["a"]),
        ({"client_status": "ARCHIVED"}, ["b"]),
        ({"client_status": "ALL"}, ["a", "b", "c"]),
        ({"users": local.me["id"]}, ["a", "b"]),
        ({"users": bo["id"], "user_status": "ACTIVE"}, ["a", "c"]),
        ({"users": bo["id"], "contains_user": "false"}, ["b"]),
        ({"name": "B", "strict_name_search": "1"}, ["b"]),
        ({"users": bo["id"], "user_status": "PENDING"}, []),
        ({"users": bo["id"], "user_status": "PENDING", "contains_user": "0"}, ["a", "b", "c"]),
        ({"user_status": "PENDING"}, ["a", "b", "c"]),
        ({"contains_group": "true", "expense_limit": "5"}, ["a", "b", "c"]),
    ):
        assert names(local, "W/projects", **query) == expected, query


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("W/projects", {"userGroups": "x"}),
        ("W/projects", {"access": "SECRET"}),
        ("W/projects", {"client-status": "GONE"}),
        ("W/projects", {"user-status": "LATE"}),
        ("W/projects", {"sort-column": "PROGRESS"}),
        ("W/projects", {"billable": "maybe"}),
        ("W/projects", {"is-template": "maybe"}),
        ("W/users", {"status": "LATE"}),
        ("W/users", {"memberships": "SOME"}),
        ("W/users", {"sort-column": "COSTRATE"}),
    ],
)
def test_an_unsupported_filter_is_refused(local: Local, path: str, query: dict[str, str]) -> None:
    """It is not ignored; the message names it."""
    local.me  # noqa: B018  # opens the file
    ((name, value),) = query.items()
    reply = local.raw(
        "GET",
        path.replace("W", f"/workspaces/{local.me['activeWorkspace']}"),
        None,
        ((name, value),),
    )
    assert reply.failed == (400, 3000)
    assert name in reply.json["message"]


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/workspaces", {"organizationId": "x"}),
        ("W/custom-fields", {"entityType": "USER"}),
        ("W/custom-fields", {"status": "INVISIBLE"}),
        ("W/custom-fields", {"onlyAdminCanEdit": True}),
        ("W/custom-fields", {"workspaceDefaultValue": "x"}),
        ("W/projects", {"memberships": [{"membershipType": "WORKSPACE"}]}),
        ("W/projects", {"tasks": [{"name": "t", "userGroupIds": ["x"]}]}),
    ],
)
def test_an_unsupported_field_is_refused(local: Local, path: str, field: dict[str, object]) -> None:
    """Unknown fields are ignored."""
    base = {"name": "x", "type": "TXT"}
    before = local.get("W/projects").json
    assert local.send("POST", path, base | field).failed == (400, 3002)
    assert local.get("W/projects").json == before
    assert local.send("POST", path, base | {"nobodyKnows": {"a": [1]}}).status == 201


def test_users_are_filtered_by_address_and_project(local: Local) -> None:
    """They have settings, and are sorted by e-mail address by default."""
    zoe = local.made("W/users", {"email": "zoe@a.example"})
    adam = local.made("W/users", {"email": "bob@b.example", "name": "Adam"})
    assert names(local, "W/users") == ["Ada", "Adam", "zoe"]
    assert names(local, "W/users", sort_column="NAME", sort_order="DESCENDING") == [
        "zoe",
        "Adam",
        "Ada",
    ]
    assert names(local, "W/users", email="@B.EX") == ["Adam"]
    assert names(local, "W/users", email="nobody") == []
    assert names(local, "W/users", status="INACTIVE") == []
    assert names(local, "W/users", status="ACTIVE") == ["Ada", "Adam", "zoe"]
    assert names(local, "W/users", account_statuses="ACTIVE,LOCKED") == ["Ada", "Adam", "zoe"]
    assert names(local, "W/users", account_statuses="LOCKED") == []
    private = local.project("p", isPublic=False, memberships=[{"userId": zoe["id"]}])
    assert names(local, "W/users", project_id=private["id"]) == ["zoe"]
    assert len(names(local, "W/users", project_id=local.project("q")["id"])) == 3
    assert local.get("W/users", project_id="nothing").failed == (400, 501)
    ada, *_ = local.get("W/users").json
    assert ada == local.me
    assert adam["settings"] == ada["settings"]


def test_users_have_memberships_on_request(local: Local) -> None:
    """These are of the workspace, of projects, or both."""
    project = local.project()
    for kind, targets in (
        ("NONE", []),
        ("WORKSPACE", [local.me["activeWorkspace"]]),
        ("PROJECT", [project["id"]]),
        ("ALL", [local.me["activeWorkspace"], project["id"]]),
        ("USERGROUP", []),
    ):
        (me,) = local.get("W/users", memberships=kind).json
        assert [one["targetId"] for one in me["memberships"]] == targets
    me = local.raw("GET", "/user", None, (("include-memberships", "true"),)).json
    assert len(me["memberships"]) == 2


def test_a_hydrated_project_has_its_tasks_members_and_client(local: Local) -> None:
    """This holds in a list and alone; without hydrated there are no such keys."""
    acme = local.made("W/clients", {"name": "Acme"})
    site, bare = local.project("Site", clientId=acme["id"]), local.project("Bare")
    build, ship = local.task(site), local.task(site, "Ship")
    local.entry("09:00", "10:30", projectId=site["id"])
    more = {"client": acme, "duration": "PT1H30M", "tasks": [build, ship]}
    none: dict[str, Any] = {"client": None, "duration": "PT0S", "tasks": []}
    assert local.get("W/projects", hydrated="1").json == [bare | none, site | more]
    assert local.get(f"W/projects/{site['id']}", hydrated="true").json == site | more
    assert local.get(f"W/projects/{site['id']}").json == site
    assert [one["userId"] for one in site["memberships"]] == [local.me["id"]]


def test_a_put_clears_fields_that_it_leaves_out(local: Local) -> None:
    """Note, client, estimate and assignees are cleared, flags unset, and the status is ACTIVE."""
    acme = local.made("W/clients", {"name": "Acme", "note": "n", "email": "a@b", "address": "x"})
    path = f"W/clients/{acme['id']}"
    local.change(path, archived=True, ccEmails=["c@d"])
    empty = {"archived": False, "note": "", "email": "", "address": "", "ccEmails": []}
    assert local.put(path, {"name": "Acme"}).json == acme | empty

    site = local.project(
        clientId=acme["id"], note="n", hourlyRate={"amount": 5}, costRate={"amount": 4}
    )
    path = f"W/projects/{site['id']}"
    local.patch(f"{path}/estimate", {"timeEstimate": {"estimate": "PT5H", "active": True}})
    before = local.change(path, archived=True)
    assert (before["note"], before["clientName"], before["archived"]) == ("n", "Acme", True)
    empty = {"archived": False, "note": "", "clientId": "", "clientName": ""}
    empty |= {"billable": False, "public": False}
    after = local.put(path, {"name": "Site"}).json
    assert after == before | empty
    assert (after["hourlyRate"]["amount"], after["costRate"]["amount"]) == (5, 4)
    assert len(after["memberships"]) == 1

    task = local.task(
        site,
        estimate="PT8H",
        assigneeIds=[local.me["id"]],
        status="DONE",
        billable=True,
        hourlyRate={"amount": 7},
        budgetEstimate=100,
    )
    empty = {"billable": False, "estimate": "PT0S", "assigneeIds": [], "assigneeId": None}
    empty |= {"status": "ACTIVE", "budgetEstimate": 0}
    assert local.put(f"{path}/tasks/{task['id']}", {"name": "Build"}).json == task | empty

    tag = local.tag("t")
    local.change(f"W/tags/{tag['id']}", archived=True)
    assert local.put(f"W/tags/{tag['id']}", {"name": "t"}).json == tag


def test_a_task_has_the_fields_it_was_created_with(local: Local) -> None:
    """These are estimate, assignees, billable and rates; an assignee must be a member."""
    site, bo = local.project(), local.made("W/users", {"email": "bo@example.com"})
    given: dict[str, Any] = {"estimate": "PT1H30M", "billable": False, "budgetEstimate": 5000}
    task = local.task(site, assigneeIds=[bo["id"], local.me["id"]], **given)
    assert {name: task[name] for name in given} == given
    assert task["assigneeIds"] == [bo["id"], local.me["id"]]
    path = f"W/projects/{site['id']}/tasks"
    assert local.get(f"{path}/{task['id']}").json == task
    assert local.get(path).json == [task]
    older = local.task(site, "older", assigneeId=bo["id"])
    assert older["assigneeIds"] == [bo["id"]]
    more: Any
    for more in (
        {"assigneeIds": ["nobody"]},
        {"assigneeIds": "x"},
        {"estimate": "2 days"},
        {"estimate": "P"},
        {"estimate": "PT"},
        {"estimate": 5},
        {"budgetEstimate": -1},
        {"budgetEstimate": 2**63},
        {"billable": 3},
        {"status": "ALL"},
        {"userGroupIds": ["x"]},
        {"hourlyRate": 3},
        {"hourlyRate": {}},
        {"costRate": {"amount": 1, "since": "soon"}},
    ):
        assert local.post(path, {"name": "x", **more}).status == 400, more
        assert local.put(f"{path}/{task['id']}", {"name": "x", **more}).status == 400, more
    assert local.get(f"{path}/{task['id']}").json == task


def test_a_project_is_created_with_all_its_parts(local: Local) -> None:
    """These are tasks, members, rates and estimate; if one is invalid, nothing is created."""
    bo = local.made("W/users", {"email": "bo@example.com"})
    whole: dict[str, Any] = {
        "tasks": [{"name": "Build", "estimate": "PT2H"}, {"name": "Ship"}],
        "memberships": [{"userId": bo["id"], "hourlyRate": {"amount": 3}}],
        "estimate": {"estimate": "PT40H", "type": "MANUAL"},
        "costRate": {"amount": 2},
    }
    site = local.project(**whole)
    assert site["estimate"] == whole["estimate"]
    assert site["costRate"]["amount"] == 2
    (member,) = site["memberships"]
    assert (member["userId"], member["hourlyRate"]["amount"]) == (bo["id"], 3)
    assert names(local, f"W/projects/{site['id']}/tasks") == ["Build", "Ship"]
    wrong: dict[str, Any]
    for wrong in (
        {"tasks": [{"name": "a"}, {"name": "A"}]},
        {"tasks": [{}]},
        {"tasks": {}},
        {"memberships": [{"userId": "nobody"}]},
        {"memberships": [{}]},
        {"memberships": [{"userId": bo["id"], "membershipType": "USERGROUP"}]},
        {"estimate": "PT1H"},
        {"estimate": {"estimate": "PT1H", "type": "GUESS"}},
    ):
        assert local.post("W/projects", {"name": "Other", **whole, **wrong}).status == 400, wrong
    assert names(local, "W/projects") == ["Site"]


def test_estimates_of_a_project_are_set(local: Local) -> None:
    """Time, budget and reset can be set separately; null clears one."""
    path = f"W/projects/{local.project()['id']}"
    time = {"estimate": "PT40H", "type": "MANUAL", "active": True}
    time |= {"resetOption": "MONTHLY", "includeNonBillable": True}
    budget = {"estimate": 500000, "type": "AUTO", "active": False}
    budget |= {"resetOption": None, "includeExpenses": True}
    reset = {
        "dayOfMonth": 1,
        "dayOfWeek": "MONDAY",
        "hour": 9,
        "interval": "MONTHLY",
        "month": "MAY",
    }
    changed = local.patch(f"{path}/estimate", {"timeEstimate": time, "estimateReset": reset}).json
    assert (changed["timeEstimate"], changed["estimateReset"]) == (time, reset)
    assert changed["estimate"] == {"estimate": "PT40H", "type": "MANUAL"}
    changed = local.patch(f"{path}/estimate", {"budgetEstimate": budget}).json
    assert (changed["timeEstimate"], changed["budgetEstimate"]) == (time, budget)
    cleared = {"timeEstimate": None, "estimateReset": {"active": False}}
    changed = local.patch(f"{path}/estimate", cleared).json
    assert changed["timeEstimate"]["active"] is False
    assert (changed["estimateReset"], changed["budgetEstimate"]) == (None, budget)
    wrong: Any
    for wrong in (
        None,
        {"timeEstimate": []},
        {"timeEstimate": {"estimate": "-PT1H"}},
        {"timeEstimate": {"active": "perhaps"}},
        {"budgetEstimate": {"estimate": "5"}},
        {"budgetEstimate": {"resetOption": "DAILY"}},
        {"estimateReset": {"dayOfMonth": 32}},
        {"estimateReset": {"hour": 24.0}},
        {"estimateReset": {"month": "Mai"}},
    ):
        assert local.patch(f"{path}/estimate", wrong).status == 400, wrong
    assert local.get(path).json == changed


def test_members_of_a_project_are_set(local: Local) -> None:
    """The order is kept; a member who stays keeps rates, one who is removed loses them."""
    bo, cy = (local.made("W/users", {"email": f"{name}@x.example"})["id"] for name in ("bo", "cy"))
    path = f"W/projects/{local.project()['id']}"

    def members(*given: object) -> list[tuple[str, int | None]]:
        reply = local.patch(f"{path}/memberships", {"memberships": list(given)})
        assert reply.status == 200, reply.content
        assert local.get(path).json == reply.json
        return [
            (one["userId"], one["hourlyRate"] and one["hourlyRate"]["amount"])
            for one in reply.json["memberships"]
        ]

    rate = {"userId": bo, "hourlyRate": {"amount": 8}}
    assert members({"userId": cy}, rate) == [(cy, None), (bo, 8)]
    assert members({"userId": bo}, {"userId": cy}, {"userId": bo}) == [(bo, 8), (cy, None)]
    assert members({"userId": bo, "hourlyRate": None}) == [(bo, None)]
    members(rate)
    assert members({"userId": cy}) == [(cy, None)]
    assert members({"userId": bo}) == [(bo, None)]
    added = local.post(f"{path}/memberships", {"userIds": [cy, bo]}).json["memberships"]
    assert [one["userId"] for one in added] == [cy, bo]
    left = local.post(f"{path}/memberships", {"userIds": [cy], "remove": True}).json
    assert [one["userId"] for one in left["memberships"]] == [bo]
    wrong: dict[str, Any]
    for wrong in ({}, {"memberships": [{"userId": "nobody"}]}, {"memberships": ["x"]}):
        assert local.patch(f"{path}/memberships", wrong).status == 400
    groups = {"memberships": [], "userGroups": {"ids": ["x"]}}
    assert local.patch(f"{path}/memberships", groups).failed == (400, 3002)
    assert members() == []


def test_archiving_a_client_can_archive_its_projects(local: Local) -> None:
    """The query can also mark their tasks as done; those of other clients stay."""
    acme = local.made("W/clients", {"name": "Acme"})
    site, other = local.project(clientId=acme["id"]), local.project("Other")
    local.task(site)
    query = (("archive-projects", "true"), ("mark-tasks-as-done", "1"))
    path = f"/workspaces/{local.me['activeWorkspace']}/clients/{acme['id']}"
    assert local.raw("PUT", path, {"name": "Acme", "archived": True}, query).status == 200
    assert local.get(f"W/projects/{site['id']}").json["archived"] is True
    assert local.get(f"W/projects/{site['id']}/tasks").json[0]["status"] == "DONE"
    assert local.get(f"W/projects/{other['id']}").json == other


def test_a_client_has_contacts(local: Local) -> None:
    """E-mail addresses are checked, and only the workspace's currency is accepted."""
    contacts = {"email": "a@b.example", "address": "1 Road", "note": "n"}
    client = local.made("W/clients", {"name": "Acme", **contacts})
    assert {name: client[name] for name in contacts} == contacts
    path = f"W/clients/{client['id']}"
    changed = local.change(path, ccEmails=["c@d.example", "e@f.example"])
    assert changed == client | {"ccEmails": ["c@d.example", "e@f.example"]}
    for wrong in (
        {"email": "nobody"},
        {"email": 1},
        {"ccEmails": ["a@b", "nobody"]},
        {"ccEmails": [""]},
        {"ccEmails": ["a@b", "c@d", "e@f", "g@h"]},
        {"address": "x" * 3001},
        {"currencyId": "nothing"},
    ):
        assert local.put(path, {"name": "Acme", **wrong}).status == 400, wrong
    assert local.get(path).json == changed


def test_new_projects_have_different_colours(local: Local) -> None:
    """A new project gets the least used colour of the palette."""
    made = [local.project(f"p{number}")["color"] for number in range(len(PALETTE))]
    assert made == list(PALETTE)
    assert local.project("again")["color"] == PALETTE[0]
    assert local.project("mine", color=PALETTE[1].lower())["color"] == PALETTE[1].lower()
    assert local.project("next")["color"] == PALETTE[2]


def test_colours_are_readable_on_light_and_on_dark() -> None:
    """Each has a contrast of at least 2.5 with white and with black."""

    def part(text: str) -> float:
        value = int(text, 16) / 255
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    for color in PALETTE:
        red, green, blue = (part(color[place : place + 2]) for place in (1, 3, 5))
        light = 0.2126 * red + 0.7152 * green + 0.0722 * blue
        assert 1.05 / (light + 0.05) >= 2.5, color
        assert (light + 0.05) / 0.05 >= 2.5, color
    assert len({color.upper() for color in PALETTE}) == len(PALETTE)


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=50)
NAMES = TEXTS.map(str.strip).filter(bool)
AMOUNTS = st.integers(0, 2**53 - 1)
RATES = st.builds(lambda amount: {"amount": amount}, AMOUNTS)
PROJECTS = st.fixed_dictionaries(
    {"name": NAMES, "note": TEXTS, "billable": st.booleans(), "isPublic": st.booleans()},
    optional={
        "archived": st.booleans(),
        "color": st.from_regex(r"#[0-9a-fA-F]{6}", fullmatch=True),
        "hourlyRate": RATES,
        "costRate": RATES,
    },
)
TASKS = st.fixed_dictionaries(
    {"name": NAMES, "status": st.sampled_from(["ACTIVE", "DONE"]), "billable": st.booleans()},
    optional={
        "estimate": st.integers(1, 59).map(lambda number: f"PT{number * 7}H{number}M"),
        "budgetEstimate": AMOUNTS,
        "hourlyRate": RATES,
        "costRate": RATES,
    },
)
CLIENTS = st.fixed_dictionaries(
    {"name": NAMES, "note": TEXTS, "address": TEXTS, "archived": st.booleans()},
    optional={"email": st.just("a@b.example"), "ccEmails": st.just(["c@d.example"])},
)
TAGS = st.fixed_dictionaries({"name": NAMES, "archived": st.booleans()})


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(project=PROJECTS, task=TASKS, client=CLIENTS, tag=TAGS)
def test_a_put_is_read_back(
    local: Local,
    project: dict[str, Any],
    task: dict[str, Any],
    client: dict[str, Any],
    tag: dict[str, Any],
) -> None:
    """GET after PUT gives what was put, under the same id, and the PUT answers the same."""
    if not local.get("W/tags").json:
        home = local.project()
        local.task(home)
        local.made("W/clients", {"name": "c"})
        local.tag("t")
    (home,) = local.get("W/projects").json
    (first,) = local.get(f"W/projects/{home['id']}/tasks").json
    for path, body in (
        (f"W/projects/{home['id']}", project),
        (f"W/projects/{home['id']}/tasks/{first['id']}", task),
        (f"W/clients/{local.get('W/clients').json[0]['id']}", client),
        (f"W/tags/{local.get('W/tags').json[0]['id']}", tag),
    ):
        answered = local.put(path, body)
        assert answered.status == 200, answered.content
        assert local.get(path).json == answered.json
        for name, value in body.items():
            found = answered.json["public" if name == "isPublic" else name]
            if name in ("hourlyRate", "costRate"):
                found = {"amount": found["amount"]}
            assert found == value, name
