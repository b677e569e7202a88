"""Many entries in one request, all or none: for this process alone, as values and not as JSON.

An import and its undo would spend most of their time on the JSON of single entries. Such a request
has a tuple for its body, which no JSON is: over HTTP there are no such routes.
"""

from typing import Any

import msgspec

from clocktool.backends.local import batch_store, directory, rules, store
from clocktool.backends.local.body import check_draft
from clocktool.backends.local.call import Answer, Call
from clocktool.backends.local.entries import end_running
from clocktool.backends.local.refusal import approved, broken_rule, foreign, locked, no_route
from clocktool.backends.local.rows import Plan, User
from clocktool.domain.entry import Draft


def create(call: Call) -> Answer:
    """Create entries of one's own, ``(id, draft)`` each; the reply is whether each is billable.

    A timer is one alone: it ends the one that ran.
    """
    given = _given(call)
    user = rules.known(call.connection, User, call.workspace, directory.me(call.connection).id)
    if batch_store.any_of(call.connection, [identity for identity, _ in given]):
        raise broken_rule("a time entry with this id is there already")
    like: dict[object, Plan] = {}
    plans = [(identity, _plan(call, draft, like)) for identity, draft in given]
    for _, plan in plans:
        if plan.end is None and len(plans) > 1:
            raise broken_rule("end is required: several timers cannot run")
        if plan.end is None:
            end_running(call, user.member, plan.start)
    batch_store.insert(call.connection, user.member, plans, call.now)
    return Answer(201, [bool(plan.billable) for _, plan in plans])


def read(call: Call) -> Answer:
    """Return the entries that there are of these ids, ``[id, draft]`` each."""
    return Answer(200, list(batch_store.drafts(call.connection, call.workspace.seq, _given(call))))


def delete(call: Call) -> Answer:
    """Delete the entries with these ids, if all are there and free."""
    ids = _given(call)
    found = {each.id: each for each in batch_store.held(call.connection, call.workspace.seq, ids)}
    for identity in ids:
        entry = found.get(identity)
        if entry is None:
            raise foreign("Time entry", identity)
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
    """Return a draft as it will be stored; what is filed alike is looked up once.

    ``like`` are the plans so far, by all but their times and words.
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
        plan = rules.plan(call.connection, call.workspace, draft, replacing=False)
        if not draft.fields:
            like[filed] = plan
        return plan
    rules.check_span(call.workspace, draft.start, draft.end)
    return msgspec.structs.replace(plan, start=draft.start, end=draft.end, description=words)
