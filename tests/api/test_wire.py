"""JSON of entries: replies in all shapes, requests, and no lost fields."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clocktool import wire
from clocktool.domain.entry import (
    WRITABLE_TYPES,
    Draft,
    Entry,
    FieldValue,
    ProjectRef,
    Tag,
    TaskRef,
)
from clocktool.domain.ids import Known
from clocktool.domain.money import Rate
from clocktool.domain.time.instant import FIRST, LAST, Instant, parse_iso
from clocktool.errors import ServerError
from tests.api.conftest import Canned
from tests.api.guide import CREATED, END, READ, RUNNING, RUNNING_READ, START
from tests.clients import client_of

pytestmark = pytest.mark.slow

NESTED = ("project", "task", "tags")
FLAT = {
    "projectId": "5b641568b07987035750505e",
    "taskId": "5b715448b0798751107918ab",
    "tagIds": ["64c777ddd3fcab07cfbb210c"],
}
SMALL: dict[str, Any] = {"id": "e", "timeInterval": {"start": "2019-08-24T14:15:22Z"}}


def read(reply: dict[str, Any]) -> Entry:
    """Read a reply object as an entry."""
    return wire.entry(json.dumps(reply).encode())


def without(reply: dict[str, Any], *names: str) -> dict[str, Any]:
    """Return a reply without these fields."""
    return {name: value for name, value in reply.items() if name not in names}


def test_a_nested_reply() -> None:
    """The guide's objects give ids, names, colour and client."""
    assert read(CREATED) == READ


def test_a_flat_reply() -> None:
    """The service's ids give the same entry, without names."""
    entry = read({**without(CREATED, *NESTED), **FLAT})
    assert entry.project == ProjectRef(Known("5b641568b07987035750505e"))
    assert entry.task == TaskRef(Known("5b715448b0798751107918ab"))
    assert entry.tags == (Tag(Known("64c777ddd3fcab07cfbb210c")),)
    assert Draft.of(entry) == Draft.of(READ)


def test_a_reply_with_objects_beside_ids() -> None:
    """Hydrated replies have both: the objects win, as they have names."""
    assert read({**CREATED, **FLAT}) == READ


def test_ids_beside_objects_that_are_null() -> None:
    """A null object does not hide the id beside it."""
    entry = read({**CREATED, **FLAT, **dict.fromkeys(NESTED)})
    assert Draft.of(entry) == Draft.of(READ)


@pytest.mark.parametrize("tags", [[], CREATED["tags"]])
def test_tag_ids_without_objects_are_kept(tags: list[object]) -> None:
    """An id without an object beside it is still a tag of the entry."""
    ids = ["64c777ddd3fcab07cfbb210c", "74d888eee4gdbc18dgcc321d"]
    entry = read({**CREATED, "tags": tags, "tagIds": ids})
    assert [each.id for each in entry.tags] == ids


def test_a_hydrated_user() -> None:
    """A user object gives the id and the name."""
    entry = read({**SMALL, "user": {"id": "u", "name": "Ada"}})
    assert (entry.user_id, entry.user) == ("u", "Ada")


NULLABLE = [
    "projectId",
    "project",
    "taskId",
    "task",
    "tagIds",
    "tags",
    "customFieldValues",
    "description",
    "billable",
    "type",
    "userId",
    "user",
    "workspaceId",
    "hourlyRate",
    "costRate",
    "isLocked",
    "approvalRequestId",
    "kioskId",
]


@pytest.mark.parametrize("name", NULLABLE)
def test_null_and_missing_fields_are_the_same(name: str) -> None:
    """Every field but the id and the start may be null or missing; both mean the same."""
    expected = Entry(Known("e"), START)
    assert read({**SMALL, name: None}) == expected
    assert read(SMALL) == expected


@pytest.mark.parametrize("name", ["tagIds", "tags", "customFieldValues"])
def test_empty_lists_are_empty_tuples(name: str) -> None:
    """No tags and no values are empty, not null."""
    assert read({**SMALL, name: []}) == Entry(Known("e"), START)


def test_an_empty_id_means_none() -> None:
    """An entry with empty ids has no project or task."""
    assert read({**SMALL, "projectId": "", "taskId": ""}) == Entry(Known("e"), START)


@pytest.mark.parametrize(
    "interval",
    [
        {"end": None, "duration": None},
        {"end": None},
        {"duration": None},
        {"duration": "PT2H30M"},
        {"end": None, "duration": "PT0S", "offsetStart": 0, "timeZone": {"id": "Z"}},
        {},
    ],
)
def test_an_entry_without_an_end_runs(interval: dict[str, Any]) -> None:
    """End and duration may be null or missing; the duration is not read."""
    entry = read({**SMALL, "timeInterval": {"start": "2019-08-24T14:15:22Z", **interval}})
    assert entry.running
    assert entry.start == START
    assert entry.seconds(Instant(START + 90)) == 90


def test_the_running_reply_of_the_guide() -> None:
    """Operation 7 shows a flat entry without an end, workspace or billable."""
    assert read(RUNNING) == RUNNING_READ


def test_unknown_fields_are_ignored() -> None:
    """Unknown fields may be at any depth."""
    reply = {
        **CREATED,
        "new": [{"deep": {"er": None}}],
        "project": {**CREATED["project"], "note": "", "memberships": [1, 2]},
        "timeInterval": {**CREATED["timeInterval"], "zonedStart": {"zone": "UTC"}},
        "tags": [{**CREATED["tags"][0], "colour": "red"}],
    }
    assert read(reply) == READ


@pytest.mark.parametrize(
    "text",
    [
        "2019-08-24T14:15:22Z",
        "2019-08-24T14:15:22.000Z",
        "2019-08-24T14:15:22.999Z",
        "2019-08-24T14:15:22.123456789Z",
        "2019-08-24T16:15:22+02:00",
        "2019-08-24T16:15:22.5+0200",
        "2019-08-24T09:15:22-05:00",
        "2019-08-24T19:45:22+05:30",
        "2019-08-25T00:15:22+10:00",
    ],
)
def test_times_are_instants_of_whole_seconds(text: str) -> None:
    """Offsets are applied, and fractions of a second are dropped, never rounded up."""
    assert read({**SMALL, "timeInterval": {"start": text, "end": text}}) == Entry(
        Known("e"), START, START
    )


@pytest.mark.parametrize("kind", ["BREAK", "HOLIDAY", "TIME_OFF", "SOMETHING_NEW"])
def test_unknown_types_are_kept(kind: str) -> None:
    """An unknown type is displayed, but only REGULAR and BREAK are written back."""
    entry = read({**SMALL, "type": kind})
    assert entry.type == kind
    assert wire.draft_body(Draft.of(entry)).get("type") == ("BREAK" if kind == "BREAK" else None)


@pytest.mark.parametrize(
    ("rate", "expected"),
    [
        ({"amount": 10500, "currency": "USD"}, Rate(10500, "USD")),
        ({"amount": 10500.0, "currency": "USD"}, Rate(10500, "USD")),
        ({"amount": 10500}, Rate(10500)),
        ({"amount": 0, "currency": None}, Rate(0)),
        ({"amount": None, "currency": "USD"}, None),
        ({}, None),
        (None, None),
    ],
)
def test_unusual_rates(rate: object, expected: Rate | None) -> None:
    """An amount may be a float or be missing, with or without a currency."""
    assert read({**SMALL, "hourlyRate": rate}).hourly_rate == expected


@pytest.mark.parametrize("value", ["CF-001", "", 3, 2.5, True, None, ["a", "b"], {"a": 1}])
def test_a_custom_value_of_any_kind(value: object) -> None:
    """A custom value is kept as it is, and written back under the other key."""
    entry = read({**SMALL, "customFieldValues": [{"customFieldId": "f", "value": value}]})
    assert entry.fields == (FieldValue("f", value),)
    body = wire.draft_body(Draft.of(entry), whole=True)
    assert body["customFields"] == [{"customFieldId": "f", "value": value}]
    assert "customFieldValues" not in body


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({**SMALL, "id": 5}, "$.id"),
        (without(SMALL, "id"), "`id`"),
        (without(SMALL, "timeInterval"), "`timeInterval`"),
        ({**SMALL, "timeInterval": {}}, "$.timeInterval"),
        ({**SMALL, "timeInterval": {"start": None}}, "$.timeInterval.start"),
        ({**SMALL, "timeInterval": {"start": 1566656122}}, "$.timeInterval.start"),
        ({**SMALL, "timeInterval": {"start": "yesterday"}}, "'yesterday'"),
        (
            {**SMALL, "timeInterval": {"start": "2019-08-24T14:15:22"}},
            "not an ISO-8601 time with Z",
        ),
        ({**SMALL, "timeInterval": {"start": "2019-08-24"}}, "'2019-08-24'"),
        ({**SMALL, "timeInterval": {"start": "9999-12-31T23:59:59-01:00"}}, "9999-12-31"),
        ({**SMALL, "billable": "yes"}, "$.billable"),
        ({**SMALL, "tagIds": "a"}, "$.tagIds"),
        ({**SMALL, "tagIds": [5]}, "$.tagIds[0]"),
        ({**SMALL, "tags": [{"name": "a"}]}, "$.tags[...]"),
        ({**SMALL, "project": "p"}, "$.project"),
        ({**SMALL, "hourlyRate": {"amount": "105"}}, "$.hourlyRate.amount"),
        ({**SMALL, "customFieldValues": {}}, "$.customFieldValues"),
        ([SMALL], "unexpected content at `$`"),
        (None, "unexpected content at `$`"),
    ],
)
def test_a_reply_of_the_wrong_shape_names_the_place(body: object, place: str) -> None:
    """A ServerError names the request and the invalid field in one line."""
    client = client_of(Canned(200, json.dumps(body).encode()))
    with pytest.raises(ServerError) as caught:
        client.entries.get("w", "e")
    message = caught.value.message.replace("[0]", "[...]")
    assert place.replace("[0]", "[...]") in message
    assert "GET /workspaces/w/time-entries/e" in message
    assert len(message.splitlines()) == 1
    assert caught.value.hint


@pytest.mark.parametrize(
    "body",
    [b"", b" ", b"{", b"<html>\n", b"\xff\xfe", b'{"id": "\xff"}', b'{"id": "\\ud800"}', b"NaN"],
)
def test_a_reply_that_is_not_json_is_a_server_error(body: bytes) -> None:
    """A login page, invalid UTF-8 or half a reply is one line and exit code 8."""
    with pytest.raises(ServerError, match="GET /workspaces/w/time-entries/e") as caught:
        client_of(Canned(200, body)).entries.get("w", "e")
    assert len(caught.value.message.splitlines()) == 1


def test_a_long_invalid_time_is_cut_in_the_error() -> None:
    """The error stays short."""
    body = json.dumps({**SMALL, "timeInterval": {"start": "x" * 100_000}}).encode()
    with pytest.raises(ServerError) as caught:
        client_of(Canned(200, body)).entries.get("w", "e")
    assert len(caught.value.message) < 500


def test_the_guides_entry_as_the_command_line_shows_it() -> None:
    """The JSON of the CLI is the guide's TimeEntry, plus names and the seconds."""
    expected = {
        **CREATED,
        "type": "REGULAR",
        "kioskId": None,
        "userName": "",
        "durationSeconds": 5400,
        "customFieldValues": [
            {
                "customFieldId": "44a687e29ae1f428e7ebe305",
                "name": "",
                "sourceType": "WORKSPACE",
                "timeEntryId": "5b715448b0798751107918ab",
                "value": "CF-001",
            }
        ],
    }
    assert wire.entry_object(READ, Instant(END + 1000)) == expected


def test_a_running_entry_as_the_command_line_shows_it() -> None:
    """A running entry has a null end and duration, and its seconds until now."""
    shown = wire.entry_object(RUNNING_READ, Instant(START + 75))
    assert shown["timeInterval"] == {
        "start": "2019-08-24T14:15:22Z",
        "end": None,
        "duration": None,
    }
    assert shown["durationSeconds"] == 75
    assert shown["project"]["id"] == "5b641568b07987035750505e"
    assert (shown["task"], shown["tags"], shown["hourlyRate"]) == (None, [], None)


def test_a_start_after_now_has_no_negative_duration() -> None:
    """An entry that starts in the future has a duration of 0."""
    assert wire.entry_object(RUNNING_READ, Instant(START - 5))["durationSeconds"] == 0


ids = st.text("0123456789abcdef", min_size=1, max_size=24)
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
instants = st.integers(FIRST, LAST).map(Instant)
plain = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | words
values = plain | st.floats(allow_nan=False, allow_infinity=False) | st.lists(words, max_size=3)
rates = st.none() | st.builds(Rate, st.integers(-(2**40), 2**40), words)
listed = st.builds(
    Entry,
    id=ids,
    start=instants,
    end=st.none() | instants,
    description=words,
    project=st.none()
    | st.builds(ProjectRef, ids, words, words, client_id=st.none() | ids, client=words),
    task=st.none() | st.builds(TaskRef, ids, words),
    tags=st.lists(st.builds(Tag, ids, words, st.booleans(), ids), max_size=3).map(tuple),
    billable=st.booleans(),
    type=st.sampled_from((*WRITABLE_TYPES, "HOLIDAY", "TIME_OFF")),
    user_id=ids,
    workspace_id=ids,
    fields=st.lists(st.builds(FieldValue, ids, values, words, words), max_size=3).map(tuple),
    hourly_rate=rates,
    cost_rate=rates,
    locked=st.booleans(),
    approval_id=st.none() | ids,
    kiosk_id=st.none() | ids,
)


def kept(entry: Entry, body: dict[str, Any]) -> Entry:
    """Return the reply of a server that stores exactly the fields of a body."""
    flat = {name: body.get(name) for name in ("description", "projectId", "taskId", "tagIds")}
    reply = {
        **flat,
        "id": entry.id,
        "timeInterval": {"start": body["start"], "end": body.get("end")},
        "billable": body["billable"],
        "type": body.get("type"),
        "customFieldValues": body["customFields"],
    }
    return wire.entry(msgspec.json.encode(reply))


@given(listed)
@settings(max_examples=150)
def test_an_entry_written_back_loses_nothing(entry: Entry) -> None:
    """Reading, writing and reading again gives the same entry."""
    body = wire.draft_body(Draft.of(entry), whole=True)
    again = kept(entry, json.loads(json.dumps(body)))
    assert Draft.of(again) == msgspec.structs.replace(
        Draft.of(entry),
        fields=tuple(FieldValue(each.field_id, each.value) for each in entry.fields),
        type=entry.type if entry.type in WRITABLE_TYPES else "REGULAR",
    )


@given(listed)
@settings(max_examples=150)
def test_a_body_is_strict(entry: Entry) -> None:
    """A body has the write keys only, and its times are UTC in whole seconds."""
    body = wire.draft_body(Draft.of(entry), whole=True)
    known = {"start", "end", "billable", "description", "projectId", "taskId", "tagIds"}
    assert set(body) <= known | {"customFields", "type"}
    assert None not in body.values()
    assert isinstance(body["billable"], bool)
    for name in body.keys() & {"start", "end"}:
        assert len(body[name]) == 20
        assert body[name].endswith("Z")
    assert parse_iso(body["start"]) == entry.start


@given(listed, instants)
@settings(max_examples=150)
def test_the_json_of_the_command_line_can_be_read_as_a_reply(entry: Entry, now: Instant) -> None:
    """What the CLI prints as JSON is a TimeEntry: reading it gives the same entry."""
    shown = wire.entry_object(entry, now)
    assert wire.entry(json.dumps(shown).encode()) == entry
    assert shown["durationSeconds"] >= 0
    assert (shown["timeInterval"]["duration"] is None) == entry.running
