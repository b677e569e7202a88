"""Create, read or delete many entries in one request, all or none.

Only this process can send such a request: its body is a tuple of values, which cannot come from
JSON over HTTP. An import and its undo would spend most of their time on the JSON of single entries.
The service's reading of several entries has the same path, with a JSON body.
"""

from typing import Any

import msgspec

from clocktool.backends.local import batch_store, directory, replies, rules, store
from clocktool.backends.local.body import Body, check_draft
from clocktool.backends.local.bulk import MAX_ENTRIES
from clocktool.backends.local.call import Answer, Call
from clocktool.backends.local.entries import end_running
from clocktool.backends.local.refusal import (
    approved,
    broken_rule,
    invalid_body,
    locked,
    no_route,
    unknown_id,
)
from clocktool.backends.local.rows import Plan, User
from clocktool.domain.entry import Draft


def post(call: Call) -> Answer:
    """Create entries from a tuple, or return those that exist of the ids in a JSON body."""
    if isinstance(call.body, tuple):
        return create(call)
    hydrated = call.query.flag("hydrated") or False
    ids = Body(call.body).texts("timeEntryIds")
    if ids is None:
        raise invalid_body("timeEntryIds is required")
    if len(ids) > MAX_ENTRIES:
        raise broken_rule(f"at most {MAX_ENTRIES} entries are read at once")
    found = store.seqs_by_id(call.connection, call.workspace.seq, ids)
    rows = store.load(call.connection, [found[each] for each in ids if each in found])
    return Answer(200, replies.entries(rows, call.workspace, hydrated=hydrated))


def create(call: Call) -> Answer:
    """Create entries of the current user from ``(id, draft)`` pairs.

    The reply is a list of whether each is billable. A running entry must be the only one, and stops
    the timer that was running.
    """
    given = _given(call)
    user = rules.require(
        call.connection, User, call.workspace, directory.current_user(call.connection).id
    )
    if batch_store.any_exists(call.connection, [identity for identity, _ in given]):
        raise broken_rule("a time entry with this id already exists")
    like: dict[object, Plan] = {}
    plans = [(identity, _plan(call, draft, like)) for identity, draft in given]
    for _, plan in plans:
        if plan.end is None and len(plans) > 1:
            raise broken_rule("end is required: only one timer can run")
        if plan.end is None:
            end_running(call, user.member, plan.start)
    batch_store.insert(call.connection, user.member, plans, call.now)
    return Answer(201, [bool(plan.billable) for _, plan in plans])


def read(call: Call) -> Answer:
    """Return ``[id, draft]`` pairs of those of the given entries that exist."""
    return Answer(200, list(batch_store.drafts(call.connection, call.workspace.seq, _given(call))))


def delete(call: Call) -> Answer:
    """Delete entries by their ids, if all exist and none is locked or approved."""
    ids = _given(call)
    found = {
        each.id: each
        for each in batch_store.load_protection(call.connection, call.workspace.seq, ids)
    }
    for identity in ids:
        entry = found.get(identity)
        if entry is None:
            raise unknown_id("Time entry", identity)
        if rules.is_locked(call.workspace, entry.start):
            raise locked()
        if entry.approval_id is not None:
            raise approved()
    store.delete(call.connection, [each.seq for each in found.values()])
    return Answer(204)


def _given(call: Call) -> tuple[Any, ...]:
    if not isinstance(call.body, tuple):
        raise no_route()
    return call.body


def _plan(call: Call, draft: Draft, like: dict[object, Plan]) -> Plan:
    """Return a draft as it will be stored, with its rules checked.

    ``like`` caches plans by everything except times and description, so that projects, tasks and
    tags are looked up once.
    """
    check_draft(draft)
    words = draft.description or ""
    filed = (
        draft.project_id,
        draft.task_id,
        draft.tag_ids,
        draft.billable,
        draft.type,
        draft.end is None,
        not words.strip(),
    )
    plan = None if draft.fields else like.get(filed)
    if plan is None:
        plan = rules.plan_entry(call.connection, call.workspace, draft)
        if not draft.fields:
            like[filed] = plan
        return plan
    rules.check_span(call.workspace, draft.start, draft.end)
    return msgspec.structs.replace(plan, start=draft.start, end=draft.end, description=words)
