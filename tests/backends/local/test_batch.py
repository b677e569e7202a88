"""Batches of entries in one request, for an import and its undo."""

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
    """Return an entry with every field set."""
    return batches.draft(
        description="work",
        project_id=batches.project,
        task_id=batches.task,
        tag_ids=(batches.tag,),
        type="BREAK",
    )


def test_a_batch_creates_the_same_entries_as_single_requests(batches: Batches) -> None:
    """Names and times are kept, billable comes from the project, and the digest matches."""
    (one, first), (other, second) = batches.create(full(batches), batches.draft(billable=True))
    single = batches.entries.create(batches.workspace, full(batches))
    made = batches.get(one)
    assert Draft.of(made) == Draft.of(single)
    assert [made.billable, batches.get(other).billable] == [True, True]
    assert [first, second] == [Draft.of(batches.get(each)).digest for each in (one, other)]


def test_a_read_batch_can_be_written_again(batches: Batches) -> None:
    """Entries that no longer exist are left out."""
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
def test_a_refused_entry_refuses_the_batch(
    batches: Batches, said: dict[str, object], reason: str
) -> None:
    """The rules are those of a single entry; all are created or none."""
    with pytest.raises(ClocktoolError, match=reason):
        batches.create(batches.draft(), batches.draft(**said))
    assert batches.entries.page(batches.workspace, batches.local.me["id"], EntryQuery()) == []


def test_an_existing_id_is_refused(batches: Batches) -> None:
    """Nothing is overwritten."""
    ((one, _),) = batches.create(batches.draft(description="first"))
    with pytest.raises(ClocktoolError, match="a time entry with this id already exists"):
        batches.entries.create_batch(batches.workspace, [(one, batches.draft())])
    assert batches.get(one).description == "first"


def test_a_batch_is_deleted_whole_or_not_at_all(batches: Batches) -> None:
    """If one does not exist, the others stay."""
    (one, _), (other, _) = batches.create(full(batches), batches.draft())
    with pytest.raises(ClocktoolError, match="Time entry with id abc doesn't belong"):
        batches.entries.delete_batch(batches.workspace, [one, Known("abc")])
    assert batches.get(one).description == "work"
    batches.entries.delete_batch(batches.workspace, [one, other])
    assert batches.entries.read_batch(batches.workspace, [one, other]) == []


def test_json_cannot_send_a_batch(batches: Batches) -> None:
    """Over HTTP the routes do not exist; a POST reads several entries, as on the service."""
    for method in ("GET", "DELETE"):
        bodies: tuple[object, ...] = (None, [], {})
        for body in bodies:
            path = f"/workspaces/{batches.workspace}/time-entries/batch"
            answered = batches.local.raw(method, path, body)
            assert answered.failed == (404, 3000)
