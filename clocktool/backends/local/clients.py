"""Requests about clients."""

from typing import Any, Final

import msgspec

from clocktool.backends.local import catalog, directory
from clocktool.backends.local.body import Body, given
from clocktool.backends.local.call import Answer, Call
from clocktool.backends.local.directory_replies import clients
from clocktool.backends.local.people import EMAIL
from clocktool.backends.local.refusal import broken_rule, unknown_id
from clocktool.backends.local.rows import Client
from clocktool.domain.limits import MAX_DESCRIPTION

_MAX_CC: Final = 3


def list_clients(call: Call) -> Answer:
    """List clients."""
    wanted = catalog.name_filter(call.query, Client, archived=call.query.flag("archived"))
    return catalog.find(call, Client, wanted, clients)


def create_client(call: Call) -> Answer:
    """Create a client."""
    body = Body(call.body)
    values = _columns(body) | {"name": body.required_name()}
    contacts = _contacts(call, body)
    row = catalog.create(call, Client, "clients", values)
    directory.upsert(call.connection, "client_contacts", {"client": row.seq, **contacts})
    return catalog.answer(call, row, clients, 201)


def get_client(call: Call) -> Answer:
    """Return a client."""
    return catalog.get(call, Client, clients)


def update_client(call: Call) -> Answer:
    """Replace a client. Fields left out are cleared, except the name.

    ``archive-projects`` archives its projects, ``mark-tasks-as-done`` marks their tasks as done.
    """
    body, row = Body(call.body), catalog.require(call, Client)
    archive, finish = (
        call.query.flag(name) or False for name in ("archive-projects", "mark-tasks-as-done")
    )
    contacts = _contacts(call, body)
    catalog.update(call, "clients", row, _columns(body))
    directory.upsert(call.connection, "client_contacts", {"client": row.seq, **contacts})
    if archive:
        directory.archive_projects(call.connection, row.seq)
    if finish:
        directory.finish_tasks(call.connection, row.seq)
    return catalog.answer(call, row, clients)


def _columns(body: Body) -> dict[str, Any]:
    """Return the columns of a client."""
    return {
        **given(name=body.name()),
        "archived": body.flag("archived") or False,
        "note": body.text("note", MAX_DESCRIPTION) or "",
    }


def _contacts(call: Call, body: Body) -> dict[str, Any]:
    """Return the contact columns of a client. Only the workspace's currency is accepted."""
    currency = body.identity("currencyId")
    if currency not in {None, call.workspace.id}:
        raise unknown_id("Currency", currency or "")
    email, copies = body.text("email") or "", body.texts("ccEmails") or ()
    for name, each in (("email", email), *(("ccEmails", copy) for copy in copies)):
        if (each or name != "email") and not EMAIL.fullmatch(each):
            raise broken_rule(f"{name} must be an e-mail address")
    if len(copies) > _MAX_CC:
        raise broken_rule(f"ccEmails takes at most {_MAX_CC} addresses")
    return {
        "email": email,
        "address": body.text("address", MAX_DESCRIPTION) or "",
        "cc": msgspec.json.encode(copies).decode(),
    }
