"""Requests for entries: operations 1 to 8, 10 and 12."""

import msgspec

from clocktool.backends.local import directory, replies, rules, store
from clocktool.backends.local.body import Body, read_draft
from clocktool.backends.local.call import Answer, Call, page_of
from clocktool.backends.local.refusal import broken_rule, invalid_query, not_running
from clocktool.backends.local.rows import Entry, Plan, Project, Tag, Task, User
from clocktool.backends.local.values import Values
from clocktool.domain.entry import Draft
from clocktool.domain.time.instant import DAY, shift


def create(call: Call) -> Answer:
    """Create an entry for the current user, or start a timer (operation 1)."""
    member = rules.require(
        call.connection, User, call.workspace, directory.current_user(call.connection).id
    )
    return _create(call, member.member, read_draft(call.body))


def create_for(call: Call) -> Answer:
    """Create an entry for any member of the workspace (operation 8)."""
    return _create(call, _member(call), read_draft(call.body))


def find(call: Call) -> Answer:
    """List a user's entries, newest start first (operation 2).

    As on the service, the bounds are local times in the account's zone, both included. If daylight
    saving repeats a bound, both of its times are included.
    """
    query, page = call.query, page_of(call.query)
    query.flag("consider-duration-format")
    hydrated = query.flag("hydrated") or False
    user = rules.require(call.connection, User, call.workspace, call.ids[0])
    member = user.member
    project, task = query.text("project"), query.text("task")
    first, last = query.bounds("start", call.zone)[0], query.bounds("end", call.zone)[1]
    before = query.bounds("get-week-before", call.zone)[1]
    if before is not None:
        week = shift(before, -7 * DAY)
        first = week if first is None else max(first, week)
        last = before if last is None else min(last, before)
    wanted = store.EntryFilter(
        start=first,
        end=last,
        description=query.text("description"),
        project=_number(call, Project, project) if project else None,
        task=_number(call, Task, task) if task else None,
        tags=tuple(_number(call, Tag, tag) for tag in query.texts("tags")),
        has_project=query.flag("project-required") if before is None else True,
        has_task=query.flag("task-required"),
        running=query.flag("in-progress") or False,
    )
    key = member, msgspec.structs.astuple(wanted), page.size
    after = call.cursors.find(key, page.number, call.now)
    offset = page.offset if after is None else 0
    found = store.find(
        call.connection, member, wanted, limit=page.limit, offset=offset, after=after
    )
    listed, is_last = found[: page.size], len(found) <= page.size
    if not is_last:
        call.cursors.save(key, page.number, listed[-1][1], call.now)
    seqs = [seq for seq, _ in listed]
    if call.as_value:
        values = Values(call.connection, call.workspace).entries(seqs, user, hydrated=hydrated)
        return Answer(200, values, is_last, is_plain=True)
    rows = store.load(call.connection, seqs)
    return Answer(200, replies.entries(rows, call.workspace, hydrated=hydrated), is_last)


def get(call: Call) -> Answer:
    """Return one entry (operation 3)."""
    call.query.flag("consider-duration-format")
    hydrated = call.query.flag("hydrated") or False
    return Answer(200, replies.entry(_entry(call), call.workspace, hydrated=hydrated))


def update(call: Call) -> Answer:
    """Replace an entry (operation 4)."""
    entry = _entry(call)
    replace(call, entry, read_draft(call.body))
    return Answer(200, _reply(call, entry.seq))


def replace(call: Call, entry: Entry, draft: Draft) -> None:
    """Replace an entry by a draft, if the rules allow it."""
    rules.check_unprotected(call.workspace, entry)
    plan = rules.plan_entry(call.connection, call.workspace, draft, replaced=entry)
    if plan.end is None:
        running = store.running_of(call.connection, entry.member)
        if running and running.seq != entry.seq:
            raise broken_rule("another timer of this user is running: end is required")
    store.replace(call.connection, entry.seq, plan)


def delete(call: Call) -> Answer:
    """Delete an entry (operation 5)."""
    entry = _entry(call)
    rules.check_unprotected(call.workspace, entry)
    store.delete(call.connection, [entry.seq])
    return Answer(204)


def stop(call: Call) -> Answer:
    """Stop the running timer of a user (operation 6)."""
    end = Body(call.body).required_instant("end")
    running = store.running_of(call.connection, _member(call))
    if running is None:
        raise not_running()
    rules.check_stop(call.connection, call.workspace, running, end)
    store.set_end(call.connection, running.seq, end)
    return Answer(200, _reply(call, running.seq))


def in_progress(call: Call) -> Answer:
    """List the running timers of the workspace (operation 7), all unless paged."""
    return _in_progress(call, default=5000, most=5000)


def in_progress_paged(call: Call) -> Answer:
    """List the running timers of the workspace (operation 7), ten at a time."""
    return _in_progress(call, default=10, most=1000)


def duplicate(call: Call) -> Answer:
    """Copy an entry to other times (operation 10)."""
    return _duplicate(call, _entry(call))


def duplicate_for(call: Call) -> Answer:
    """Copy an entry of a user, to the same times if none are given (operation 10)."""
    member = _member(call)
    (entry,) = rules.require_entries(call.connection, call.workspace, (call.ids[1],), member)
    return _duplicate(call, entry, same_times=call.body is None)


def delete_user(call: Call) -> Answer:
    """Delete entries of a user (operation 12), all those given by id or none.

    Without ids, all entries of the user are deleted except locked and approved ones.
    """
    member = _member(call)
    if "time-entry-ids" not in call.query:
        store.delete_unprotected(call.connection, member, call.workspace.lock_at)
        return Answer(204)
    ids = call.query.texts("time-entry-ids")
    if not ids:  # an empty list must not mean "all"
        raise invalid_query("time-entry-ids must not be empty")
    rows = rules.require_entries(call.connection, call.workspace, ids, member)
    for row in rows:
        rules.check_unprotected(call.workspace, row)
    store.delete(call.connection, [row.seq for row in rows])
    return Answer(200, replies.entries(rows, call.workspace))


def _create(call: Call, member: int, draft: Draft) -> Answer:
    plan = rules.plan_entry(call.connection, call.workspace, draft)
    return _add(call, member, plan)


def _add(call: Call, member: int, plan: Plan) -> Answer:
    """Insert an entry. A running one stops the timer that was running."""
    if plan.end is None:
        end_running(call, member, plan.start)
    seq = store.insert(call.connection, member, call.new_id(), plan, call.now)
    return Answer(201, _reply(call, seq))


def end_running(call: Call, member: int, at: int) -> None:
    """Stop the running timer of a member, if any."""
    running = store.running_of(call.connection, member)
    if running is not None:
        rules.check_stop(call.connection, call.workspace, running, at)
        store.set_end(call.connection, running.seq, at)


def _duplicate(call: Call, entry: Entry, *, same_times: bool = False) -> Answer:
    start, end = entry.start, entry.end
    if not same_times:
        body = Body(call.body)
        start, end = body.required_instant("start"), body.instant("end")
    rules.check_span(call.workspace, start, end)
    rules.require_work(call.connection, call.workspace, entry.project_id, entry.task_id)
    rules.open_tags(call.connection, call.workspace, tuple(tag.id for tag in entry.tags))
    plan = rules.as_plan(entry, start, end)
    rules.check_required(call.connection, call.workspace, plan)
    return _add(call, entry.member, plan)


def _in_progress(call: Call, *, default: int, most: int) -> Answer:
    page = page_of(call.query, default=default, most=most)
    hydrated = call.query.flag("hydrated") or False
    seqs = store.running_in(
        call.connection, call.workspace.seq, limit=page.limit, offset=page.offset
    )
    rows = store.load(call.connection, seqs[: page.size])
    return Answer(
        200,
        replies.entries(rows, call.workspace, hydrated=hydrated),
        last_page=len(seqs) <= page.size,
    )


def _member(call: Call) -> int:
    return rules.require(call.connection, User, call.workspace, call.ids[0]).member


def _number(call: Call, kind: type[directory.Row], identity: str) -> int:
    return rules.require(call.connection, kind, call.workspace, identity).seq


def _entry(call: Call) -> Entry:
    (entry,) = rules.require_entries(call.connection, call.workspace, (call.ids[0],))
    return entry


def _reply(call: Call, seq: int) -> replies.Json:
    (row,) = store.load(call.connection, [seq])
    return replies.entry(row, call.workspace)
