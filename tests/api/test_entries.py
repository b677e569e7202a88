"""The twelve operations: the exact request of each, and the guide's reply read."""

import msgspec
import pytest
from msgspec.structs import replace

from clocktool.api.entries import DELETED_AT_ONCE, EntryQuery
from clocktool.api.routes import Operation
from clocktool.domain.entry import Draft, Entry, FieldValue
from clocktool.domain.ids import Known
from clocktool.domain.time.instant import FIRST, LAST, Instant, parse_iso
from clocktool.errors import ClocktoolError
from tests.api.conftest import Service, W, asked
from tests.api.guide import (
    CREATED,
    END,
    ENTRY,
    FIELD,
    OTHER,
    OTHER_TAG,
    PROJECT,
    READ,
    RUNNING,
    RUNNING_READ,
    START,
    TAG,
    TASK,
    USER,
    WORKSPACE,
)

MINE = f"{W}/user/{USER}/time-entries"
PAGES = "page=1&page-size=5000"

WHOLE = Draft(
    start=START,
    end=END,
    billable=True,
    description="Working on new feature",
    project_id=PROJECT,
    task_id=TASK,
    tag_ids=(TAG, OTHER_TAG),
    fields=(FieldValue(FIELD, "CF-001"),),
)
WHOLE_BODY = {
    "start": "2019-08-24T14:15:22Z",
    "end": "2019-08-24T15:45:22Z",
    "billable": True,
    "description": "Working on new feature",
    "projectId": "5b641568b07987035750505e",
    "taskId": "5b715448b0798751107918ab",
    "tagIds": ["64c777ddd3fcab07cfbb210c", "74d888eee4gdbc18dgcc321d"],
    "customFields": [{"customFieldId": "5e4117fe8c625f38930d57b7", "value": "CF-001"}],
}


def test_create_sends_the_body_of_the_guide(service: Service) -> None:
    """Operation 1 posts everything a draft says, and the reply is the entry."""
    service.reply(CREATED, 201)
    assert service.client.entries.create(WORKSPACE, WHOLE) == READ
    assert service.asked == [asked("POST", f"{W}/time-entries", WHOLE_BODY)]


def test_create_leaves_out_what_is_not_said(service: Service) -> None:
    """A draft of a start alone sends a start alone, so the service chooses the rest."""
    service.reply(RUNNING, 201)
    assert service.client.entries.create(WORKSPACE, Draft(start=START)) == RUNNING_READ
    body = {"start": "2019-08-24T14:15:22Z"}
    assert service.asked == [asked("POST", f"{W}/time-entries", body)]


def test_create_sends_what_is_said_to_be_nothing(service: Service) -> None:
    """Empty, false and BREAK are values: they are sent, not left out."""
    service.reply(RUNNING, 201)
    draft = Draft(start=START, billable=False, description="", tag_ids=(), fields=(), type="BREAK")
    service.client.entries.create(WORKSPACE, draft)
    body = {
        "start": "2019-08-24T14:15:22Z",
        "billable": False,
        "description": "",
        "tagIds": [],
        "customFields": [],
        "type": "BREAK",
    }
    assert service.asked == [asked("POST", f"{W}/time-entries", body)]


def test_a_page_of_a_users_entries(service: Service) -> None:
    """Operation 2 asks for hydrated entries, page 1 of 1000 unless told."""
    service.reply([CREATED, RUNNING])
    found = service.client.entries.page(WORKSPACE, USER, EntryQuery())
    assert found == [READ, RUNNING_READ]
    assert service.asked == [asked("GET", f"{MINE}?hydrated=true&{PAGES}")]


def test_the_request_example_of_the_guide(service: Service) -> None:
    """A period and a page size are sent as the guide's example does, colons quoted."""
    service.reply([])
    query = EntryQuery(
        start=parse_iso("2024-01-01T00:00:00Z"),
        end=parse_iso("2024-01-31T23:59:59Z"),
        hydrated=None,
    )
    assert service.client.entries.page(WORKSPACE, USER, query, page=1, size=100) == []
    period = "start=2024-01-01T00%3A00%3A00Z&end=2024-01-31T23%3A59%3A59Z"
    assert service.asked == [asked("GET", f"{MINE}?{period}&page=1&page-size=100")]


def test_every_query_parameter_of_the_list(service: Service) -> None:
    """Operation 2 can send all thirteen parameters; tags is repeated, one for each."""
    service.reply([])
    query = EntryQuery(
        description="naïve & co",
        start=START,
        end=END,
        project_id=PROJECT,
        task_id=TASK,
        tag_ids=(TAG, OTHER_TAG),
        project_required=True,
        task_required=False,
        consider_duration_format=True,
        hydrated=False,
        in_progress=True,
    )
    service.client.entries.page(WORKSPACE, USER, query, page=3, size=7)
    parameters = (
        "description=na%C3%AFve+%26+co"
        "&start=2019-08-24T14%3A15%3A22Z&end=2019-08-24T15%3A45%3A22Z"
        f"&project={PROJECT}&task={TASK}&tags={TAG}&tags={OTHER_TAG}"
        "&project-required=true&task-required=false&consider-duration-format=true"
        "&hydrated=false&in-progress=true&page=3&page-size=7"
    )
    assert service.asked == [asked("GET", f"{MINE}?{parameters}")]


def test_all_pages_of_a_users_entries(service: Service) -> None:
    """The list is asked page by page, with the same question, until the last one."""
    service.reply([CREATED], headers={"Last-Page": "false"})
    service.reply([{**RUNNING, "id": OTHER}], headers={"Last-Page": "true"})
    query = EntryQuery(in_progress=False)
    found = list(service.client.entries.list_all(WORKSPACE, USER, query, size=1))
    assert [each.id for each in found] == [ENTRY, OTHER]
    url = f"{MINE}?hydrated=true&in-progress=false"
    assert service.asked == [
        asked("GET", f"{url}&page=1&page-size=1"),
        asked("GET", f"{url}&page=2&page-size=1"),
    ]


def test_get_asks_for_names_too(service: Service) -> None:
    """Operation 3 gets one entry, hydrated."""
    service.reply(CREATED)
    assert service.client.entries.get(WORKSPACE, ENTRY) == READ
    assert service.asked == [asked("GET", f"{W}/time-entries/{ENTRY}?hydrated=true")]


def test_update_puts_the_whole_entry_back(service: Service) -> None:
    """Operation 4 sends every field; custom values are read and written under different keys."""
    service.reply({**CREATED, "description": "Updated description"})
    written = service.client.entries.update(WORKSPACE, ENTRY, Draft.of(READ))
    assert written.description == "Updated description"
    body = {
        "start": "2019-08-24T14:15:22Z",
        "end": "2019-08-24T15:45:22Z",
        "billable": True,
        "description": "Working on new feature",
        "projectId": "5b641568b07987035750505e",
        "taskId": "5b715448b0798751107918ab",
        "tagIds": ["64c777ddd3fcab07cfbb210c"],
        "customFields": [{"customFieldId": "44a687e29ae1f428e7ebe305", "value": "CF-001"}],
        "type": "REGULAR",
    }
    assert service.asked == [asked("PUT", f"{W}/time-entries/{ENTRY}", body)]


@pytest.mark.parametrize("billable", [None, False, True])
def test_update_always_says_whether_it_is_billable(
    service: Service, *, billable: bool | None
) -> None:
    """Operation 4 clears what is left out, so billable is never left out."""
    service.reply(CREATED)
    service.client.entries.update(WORKSPACE, ENTRY, Draft(start=START, billable=billable))
    body = {"start": "2019-08-24T14:15:22Z", "billable": bool(billable)}
    assert service.asked == [asked("PUT", f"{W}/time-entries/{ENTRY}", body)]


@pytest.mark.parametrize("status", [200, 204])
def test_delete_accepts_any_success(service: Service, status: int) -> None:
    """Operation 5 deletes one entry without a body."""
    service.reply(status=status)
    service.client.entries.delete(WORKSPACE, ENTRY)
    assert service.asked == [asked("DELETE", f"{W}/time-entries/{ENTRY}")]


def test_stop_says_when(service: Service) -> None:
    """Operation 6 sends the end alone and returns the stopped entry."""
    service.reply(CREATED)
    end = parse_iso("2019-08-24T18:30:00+02:00")
    assert service.client.entries.stop(WORKSPACE, USER, end) == READ
    assert service.asked == [asked("PATCH", MINE, {"end": "2019-08-24T16:30:00Z"})]


def test_running_timers_are_one_request(service: Service) -> None:
    """Operation 7 of the guide is one request without paging."""
    service.reply([RUNNING])
    assert list(service.client.entries.in_progress(WORKSPACE)) == [RUNNING_READ]
    assert service.asked == [asked("GET", f"{W}/time-entries/in-progress")]


def test_no_running_timers(service: Service) -> None:
    """Operation 7 answers an empty list when no timer runs."""
    service.reply([])
    assert list(service.client.entries.in_progress(WORKSPACE)) == []
    assert service.asked == [asked("GET", f"{W}/time-entries/in-progress")]


def test_running_timers_of_the_service(the_service: Service) -> None:
    """The service has another path for operation 7, and gives ten unless asked for more."""
    the_service.reply([RUNNING], headers={"Last-Page": "true"})
    assert list(the_service.client.entries.in_progress(WORKSPACE)) == [RUNNING_READ]
    url = f"{W}/time-entries/status/in-progress?page=1&page-size=1000"
    assert the_service.asked == [asked("GET", url)]


def test_create_for_another_user(service: Service) -> None:
    """Operation 8 posts the same body below the user."""
    service.reply(CREATED, 201)
    assert service.client.entries.create_for(WORKSPACE, USER, WHOLE) == READ
    assert service.asked == [asked("POST", MINE, WHOLE_BODY)]


def test_bulk_edit_sends_all_five_operations(service: Service) -> None:
    """Operation 9 sends the ids and the operations in their order."""
    service.reply([CREATED, {**CREATED, "id": OTHER}])
    changed = service.client.entries.bulk_edit(
        WORKSPACE,
        USER,
        [READ, replace(READ, id=OTHER)],
        [
            Operation.billable(True),
            Operation.project(PROJECT),
            Operation.task(TASK),
            Operation.add_tags([TAG]),
            Operation.remove_tags([OTHER_TAG]),
        ],
    )
    assert [each.id for each in changed] == [ENTRY, OTHER]
    assert changed[0] == READ
    body = {
        "timeEntryIds": ["5b715448b0798751107918ab", "6c826559c18a9862218a29bc"],
        "operations": [
            {"op": "CHANGE-BILLABLE-STATUS", "value": True},
            {"op": "CHANGE-PROJECT", "value": "5b641568b07987035750505e"},
            {"op": "CHANGE-TASK", "value": "5b715448b0798751107918ab"},
            {"op": "ADD-TAGS", "value": ["64c777ddd3fcab07cfbb210c"]},
            {"op": "REMOVE-TAGS", "value": ["74d888eee4gdbc18dgcc321d"]},
        ],
    }
    assert service.asked == [asked("PUT", f"{W}/time-entries/bulk-edit", body)]


@pytest.mark.parametrize(
    ("operation", "sent"),
    [
        (Operation.billable(False), {"op": "CHANGE-BILLABLE-STATUS", "value": False}),
        (Operation.project("p"), {"op": "CHANGE-PROJECT", "value": "p"}),
        (Operation.task("t"), {"op": "CHANGE-TASK", "value": "t"}),
        (Operation.add_tags(["a", "b"]), {"op": "ADD-TAGS", "value": ["a", "b"]}),
        (Operation.remove_tags(["a"]), {"op": "REMOVE-TAGS", "value": ["a"]}),
        (Operation("CHANGE-PROJECT", None), {"op": "CHANGE-PROJECT", "value": None}),
    ],
)
def test_each_bulk_operation_alone(
    service: Service, operation: Operation, sent: dict[str, object]
) -> None:
    """Each operation is sent with a value of its own kind."""
    service.reply([CREATED])
    service.client.entries.bulk_edit(WORKSPACE, USER, [Entry(Known("e"), START)], [operation])
    body = {"timeEntryIds": ["e"], "operations": [sent]}
    assert service.asked == [asked("PUT", f"{W}/time-entries/bulk-edit", body)]


def test_duplicate_says_the_new_times(service: Service) -> None:
    """Operation 10 sends the new start and end."""
    service.reply(CREATED, 201)
    draft = Draft(start=parse_iso("2019-08-25T14:15:22Z"), end=parse_iso("2019-08-25T15:45:22Z"))
    copy = service.client.entries.duplicate(WORKSPACE, ENTRY, draft)
    assert copy == READ
    body = {"start": "2019-08-25T14:15:22Z", "end": "2019-08-25T15:45:22Z"}
    assert service.asked == [asked("POST", f"{W}/time-entries/{ENTRY}/duplicate", body)]


def test_duplicate_without_an_end_runs(service: Service) -> None:
    """Operation 10 leaves the end out for a timer."""
    service.reply(RUNNING, 201)
    draft = Draft(start=parse_iso("2019-08-25T14:15:22Z"))
    copy = service.client.entries.duplicate(WORKSPACE, ENTRY, draft)
    assert copy.running
    body = {"start": "2019-08-25T14:15:22Z"}
    assert service.asked == [asked("POST", f"{W}/time-entries/{ENTRY}/duplicate", body)]


@pytest.mark.parametrize("invoiced", [True, False])
def test_mark_invoiced(service: Service, *, invoiced: bool) -> None:
    """Operation 11 sends the ids and the flag, and returns the entries."""
    service.reply([CREATED])
    found = service.client.entries.mark_invoiced(WORKSPACE, [ENTRY, OTHER], invoiced=invoiced)
    assert found == [READ]
    body = {
        "timeEntryIds": ["5b715448b0798751107918ab", "6c826559c18a9862218a29bc"],
        "invoiced": invoiced,
    }
    assert service.asked == [asked("PATCH", f"{W}/time-entries/invoiced", body)]


def test_mark_invoiced_takes_an_empty_reply(service: Service) -> None:
    """Operation 11 of the service answers nothing at all, which is success."""
    service.reply()
    assert service.client.entries.mark_invoiced(WORKSPACE, [ENTRY], invoiced=True) == []
    assert len(service.asked) == 1


def test_delete_all_of_a_user(service: Service) -> None:
    """Operation 12 of the guide deletes below the user, without a query or a body."""
    service.reply(status=204)
    service.client.entries.delete_all(WORKSPACE, USER)
    assert service.asked == [asked("DELETE", MINE)]


READ_BODY = {
    "start": "2019-08-24T14:15:22Z",
    "end": "2019-08-24T15:45:22Z",
    "billable": True,
    "description": "Working on new feature",
    "projectId": "5b641568b07987035750505e",
    "taskId": "5b715448b0798751107918ab",
    "tagIds": ["64c777ddd3fcab07cfbb210c"],
    "customFields": [{"customFieldId": "44a687e29ae1f428e7ebe305", "value": "CF-001"}],
    "type": "REGULAR",
}
"""The guide's entry as it is written back."""


def test_bulk_edit_of_the_service_writes_whole_entries(the_service: Service) -> None:
    """The service takes no operations: each entry is changed here and sent back whole."""
    the_service.reply([CREATED])
    bare = Entry(Known(OTHER), START)
    operations = [
        Operation.billable(False),
        Operation.add_tags([OTHER_TAG, TAG]),
        Operation.remove_tags([TAG, "never there"]),
    ]
    found = the_service.client.entries.bulk_edit(WORKSPACE, USER, [READ, bare], operations)
    assert found == [READ]
    body = [
        {"id": ENTRY, **READ_BODY, "billable": False, "tagIds": [OTHER_TAG]},
        {
            "id": OTHER,
            "start": "2019-08-24T14:15:22Z",
            "billable": False,
            "description": "",
            "tagIds": [OTHER_TAG],
            "customFields": [],
            "type": "REGULAR",
        },
    ]
    assert the_service.asked == [asked("PUT", f"{MINE}?hydrated=true", body)]


@pytest.mark.parametrize(
    ("operations", "project", "task"),
    [
        ([Operation.project("p2")], "p2", None),
        ([Operation.project(PROJECT)], PROJECT, TASK),
        ([Operation.task("t2")], PROJECT, "t2"),
        ([Operation.project("p2"), Operation.task("t2")], "p2", "t2"),
        ([Operation("CHANGE-TASK", None)], PROJECT, None),
        ([Operation("CHANGE-PROJECT", None)], None, None),
    ],
)
def test_another_project_takes_entries_off_their_task(
    the_service: Service, operations: list[Operation], project: str | None, task: str | None
) -> None:
    """A task belongs to one project; the same project again changes nothing."""
    the_service.reply([])
    the_service.client.entries.bulk_edit(WORKSPACE, USER, [READ], operations)
    sent = the_service.asked[0].body[0]
    assert (sent.get("projectId"), sent.get("taskId")) == (project, task)
    assert sent["customFields"] == READ_BODY["customFields"]


def test_the_operations_on_an_entry_come_in_their_order() -> None:
    """Removing after adding removes, adding after removing adds."""
    add, remove = Operation.add_tags(["a"]), Operation.remove_tags(["a"])
    draft = Draft(start=START, tag_ids=(Known("b"),))
    assert remove.apply_to(add.apply_to(draft)).tag_ids == ("b",)
    assert add.apply_to(remove.apply_to(draft)).tag_ids == ("b", "a")
    assert add.apply_to(Draft(start=START)).tag_ids == ("a",)


@pytest.mark.parametrize(
    "operation",
    [Operation("CHANGE-TAGS", "a"), Operation("ADD-TAGS", "a"), Operation("CHANGE-TASK", True)],
)
def test_no_other_operations(operation: Operation) -> None:
    """An operation that the guide has not, or a value of another kind, is a bug of the caller."""
    with pytest.raises(ValueError, match="no such operation"):
        operation.apply_to(Draft(start=START))


@pytest.mark.parametrize("end", ["2019-08-25T15:45:22Z", None])
def test_duplicate_of_the_service_is_a_create(the_service: Service, end: str | None) -> None:
    """The service's own duplicate copies the times: a copy at others is created."""
    the_service.reply(CREATED, 201)
    start = parse_iso("2019-08-25T14:15:22Z")
    draft = msgspec.structs.replace(
        Draft.of(READ), start=start, end=None if end is None else parse_iso(end)
    )
    copy = the_service.client.entries.duplicate(WORKSPACE, ENTRY, draft)
    assert copy == READ
    body = {**READ_BODY, "start": "2019-08-25T14:15:22Z", "end": end}
    if end is None:
        del body["end"]
    assert the_service.asked == [asked("POST", f"{W}/time-entries", body)]


def test_delete_all_of_the_service_lists_first(the_service: Service) -> None:
    """The service deletes by ids: locked and approved entries are left where they are."""
    the_service.reply(
        [
            {**RUNNING, "id": "a"},
            {**RUNNING, "id": "locked", "isLocked": True},
            {**RUNNING, "id": "approved", "approvalRequestId": "r"},
        ],
        headers={"Last-Page": "false"},
    )
    the_service.reply([{**RUNNING, "id": "b"}], headers={"Last-Page": "true"})
    the_service.reply([RUNNING])
    the_service.client.entries.delete_all(WORKSPACE, USER)
    assert the_service.asked == [
        asked("GET", f"{MINE}?page=1&page-size=5000"),
        asked("GET", f"{MINE}?page=2&page-size=5000"),
        asked("DELETE", f"{MINE}?time-entry-ids=a&time-entry-ids=b"),
    ]


def test_delete_all_of_the_service_goes_by_chunks(the_service: Service) -> None:
    """Ids travel in the address, so many entries take several requests; each id is sent once."""
    ids = [f"{each:024x}" for each in range(2 * DELETED_AT_ONCE + 1)]
    the_service.reply([{**RUNNING, "id": each} for each in ids], headers={"Last-Page": "true"})
    for _ in range(3):
        the_service.reply()
    the_service.client.entries.delete_all(WORKSPACE, USER)
    deletes = [each.url for each in the_service.asked if each.method == "DELETE"]
    assert [url.count("time-entry-ids=") for url in deletes] == [100, 100, 1]
    assert [each for url in deletes for each in ids if each in url] == ids
    assert max(map(len, deletes)) < 8000


def test_delete_all_of_nothing_deletes_nothing(the_service: Service) -> None:
    """Without ids no DELETE is sent: it could delete anything."""
    the_service.reply([{**RUNNING, "isLocked": True}], headers={"Last-Page": "true"})
    the_service.client.entries.delete_all(WORKSPACE, USER)
    assert [each.method for each in the_service.asked] == ["GET"]


def test_an_add_on_sends_its_token_and_no_key(addon_service: Service) -> None:
    """An add-on is known by X-Addon-Token, and the two kinds are never sent together."""
    addon_service.reply(CREATED)
    assert addon_service.client.entries.get(WORKSPACE, ENTRY) == READ
    assert [each.keys for each in addon_service.asked] == [{"x-addon-token": "t"}]


def test_an_id_cannot_name_another_route(service: Service) -> None:
    """An id is one segment of a path, whatever it contains."""
    service.reply(status=204)
    service.client.entries.delete("w/../x", "bulk-edit?a=b#c/..")
    url = "https://api.example.test/api/v1/workspaces/w%2F..%2Fx/time-entries/"
    assert service.asked == [asked("DELETE", f"{url}bulk-edit%3Fa%3Db%23c%2F..")]


@pytest.mark.parametrize("entry", ["", ".", ".."])
def test_an_id_that_a_path_swallows_is_no_id(service: Service, entry: str) -> None:
    """Nothing, and dots that httpx resolves, name another route: they are refused, not sent."""
    with pytest.raises(ClocktoolError):
        service.client.entries.delete(WORKSPACE, entry)
    assert service.asked == []


def test_bounds_that_no_calendar_has_are_the_nearest_that_it_has() -> None:
    """Who asks for a day more on each side need not think of the years 1 and 9999."""
    query = EntryQuery(start=Instant(FIRST - 86_400), end=Instant(LAST + 86_400), hydrated=None)
    assert query.pairs() == (("start", "0001-01-01T00:00:00Z"), ("end", "9999-12-31T23:59:59Z"))
