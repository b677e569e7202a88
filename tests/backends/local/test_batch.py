"""Many entries in one request: what an import makes, and its undo takes back."""

import pytest

from clocktool.api.entries import EntryQuery, TimeEntries
from clocktool.api.routes import GUIDE
from clocktool.api.session import Session
from clocktool.domain.entry import Draft, Entry
from clocktool.domain.ids import Known
from clocktool.domain.time.instant import Instant
from clocktool.errors import ClocktoolError
from tests.backends.local.conftest import Local

START = Instant(1_700_000_000)


class Batches:
    """The requests of a workspace, with a project, a task, a tag and a custom field."""

    def __init__(self, local: Local) -> None:
        self.local = local
        self.entries = TimeEntries(Session(local.transport), GUIDE)
        self.workspace = local.raw("GET", "/workspaces").json[0]["id"]
        self.project = self._make("/projects", name="Site", billable=True)
        self.task = self._make(f"/projects/{self.project}/tasks", name="Login")
        self.tag = self._make("/tags", name="dev")

    def _make(self, path: str, **body: object) -> str:
        reply = self.local.raw("POST", f"/workspaces/{self.workspace}{path}", body)
        return str(reply.json["id"])

    def draft(self, **said: object) -> Draft:
        """Return an entry of an hour, with more that is said of it."""
        return Draft(**{"start": START, "end": Instant(START + 3600), **said})  # type: ignore[arg-type]

    def create(self, *drafts: Draft) -> list[tuple[Known, int]]:
        """Create entries with ids that are counted."""
        return self.entries.create_batch(
            self.workspace, [(Known(self.local.new_id()), draft) for draft in drafts]
        )

    def get(self, entry: Known) -> Entry:
        """Read an entry by itself."""
        return self.entries.get(self.workspace, entry)


@pytest.fixture
def batches(local: Local) -> Batches:
    """A workspace with names."""
    return Batches(local)


def full(batches: Batches) -> Draft:
    """Return an entry with all that one can have."""
    return batches.draft(
        description="work",
        project_id=batches.project,
        task_id=batches.task,
        tag_ids=(batches.tag,),
        type="BREAK",
    )


def test_entries_are_as_if_they_were_made_one_by_one(batches: Batches) -> None:
    """Names, times, and billable as the project says; the digest is that of what is read."""
    (one, first), (other, second) = batches.create(full(batches), batches.draft(billable=True))
    single = batches.entries.create(batches.workspace, full(batches))
    made = batches.get(one)
    assert Draft.of(made) == Draft.of(single)
    assert [made.billable, batches.get(other).billable] == [True, True]
    assert [first, second] == [Draft.of(batches.get(each)).digest for each in (one, other)]


def test_what_is_read_writes_the_same_entries(batches: Batches) -> None:
    """Those that are gone are left out."""
    (one, _), (other, _) = batches.create(full(batches), batches.draft())
    batches.entries.delete(batches.workspace, other)
    found = batches.entries.read_batch(batches.workspace, [one, other])
    assert found == [(one, Draft.of(batches.get(one)))]


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"end": Instant(START - 1)}, "end must not be before start"),
        ({"start": Instant(-10_000_000_000)}, "start is out of range"),
        ({"description": "x" * 3001}, "description must not be longer than 3000 characters"),
        ({"description": "\0"}, "description holds a character that cannot be stored"),
        ({"project_id": Known("0" * 24)}, "Project with id 000000000000000000000000 doesn't"),
        ({"type": "HOLIDAY"}, "type must be REGULAR or BREAK"),
        ({"end": None}, "end is required: only one timer can run"),
    ],
)
def test_one_that_is_refused_leaves_none(
    batches: Batches, said: dict[str, object], reason: str
) -> None:
    """The rules are those of a single one; all are made or none."""
    with pytest.raises(ClocktoolError, match=reason):
        batches.create(batches.draft(), batches.draft(**said))
    assert batches.entries.page(batches.workspace, batches.local.me["id"], EntryQuery()) == []


def test_an_id_that_is_there_is_refused(batches: Batches) -> None:
    """Nothing is written over."""
    ((one, _),) = batches.create(batches.draft(description="first"))
    with pytest.raises(ClocktoolError, match="a time entry with this id already exists"):
        batches.entries.create_batch(batches.workspace, [(one, batches.draft())])
    assert batches.get(one).description == "first"


def test_all_are_deleted_or_none(batches: Batches) -> None:
    """One that is not there keeps the others."""
    (one, _), (other, _) = batches.create(full(batches), batches.draft())
    with pytest.raises(ClocktoolError, match="Time entry with id abc doesn't belong"):
        batches.entries.delete_batch(batches.workspace, [one, Known("abc")])
    assert batches.get(one).description == "work"
    batches.entries.delete_batch(batches.workspace, [one, other])
    assert batches.entries.read_batch(batches.workspace, [one, other]) == []


def test_json_has_no_batches(batches: Batches) -> None:
    """What comes over HTTP is answered as any route that is not there."""
    for method in ("POST", "GET", "DELETE"):
        bodies: tuple[object, ...] = (None, [], {})
        for body in bodies:
            path = f"/workspaces/{batches.workspace}/time-entries/batch"
            answered = batches.local.raw(method, path, body)
            assert answered.failed == (404, 3000)
