"""Requests about tags and custom fields."""

from typing import Final

import msgspec

from clocktool.backends.local import catalog, search
from clocktool.backends.local.body import Body, check_array, check_text, given
from clocktool.backends.local.call import Answer, Call
from clocktool.backends.local.directory_replies import fields, tags
from clocktool.backends.local.refusal import invalid_body
from clocktool.backends.local.rows import Field, Tag
from clocktool.domain.limits import MAX_DESCRIPTION

FIELD_TYPES: Final = (
    "TXT",
    "NUMBER",
    "LINK",
    "CHECKBOX",
    "DROPDOWN_SINGLE",
    "DROPDOWN_MULTIPLE",
)


def list_tags(call: Call) -> Answer:
    """List tags."""
    query = call.query
    wanted = catalog.name_filter(
        query, Tag, archived=query.flag("archived"), excluded=query.texts("excluded-ids")
    )
    return catalog.find(call, Tag, wanted, tags)


def create_tag(call: Call) -> Answer:
    """Create a tag."""
    row = catalog.create(call, Tag, "tags", {"name": Body(call.body).required_name()})
    return catalog.answer(call, row, tags, 201)


def get_tag(call: Call) -> Answer:
    """Return a tag."""
    return catalog.get(call, Tag, tags)


def update_tag(call: Call) -> Answer:
    """Replace a tag. It is archived only if ``archived`` is given."""
    body, row = Body(call.body), catalog.require(call, Tag)
    archived = body.flag("archived") or False
    catalog.update(call, "tags", row, given(name=body.name(), archived=archived))
    return catalog.answer(call, row, tags)


def list_fields(call: Call) -> Answer:
    """List custom fields. All are visible fields of time entries; paging is ignored."""
    query = call.query
    status = query.choice("status", "INACTIVE", "VISIBLE", "INVISIBLE") or "VISIBLE"
    kind = query.choice("entity-type", "TIMEENTRY", "USER") or "TIMEENTRY"
    wanted = search.Filter(
        name=query.text("name"), nothing=(status, kind) != ("VISIBLE", "TIMEENTRY")
    )
    rows = search.find(call.connection, Field, call.workspace.seq, wanted)
    return Answer(200, fields(call, rows))


def create_field(call: Call) -> Answer:
    """Create a custom field."""
    body = Body(call.body)
    body.choice("entityType", "TIMEENTRY")
    body.choice("status", "VISIBLE")
    for words in ("description", "placeholder"):
        body.text(words, MAX_DESCRIPTION)  # words for a form, which are not kept
    if body.flag("onlyAdminCanEdit"):
        body.refuse("onlyAdminCanEdit")
    body.refuse("workspaceDefaultValue")
    name, kind = body.required_name(), body.text("type")
    if kind not in FIELD_TYPES:
        raise invalid_body(f"type must be one of {', '.join(FIELD_TYPES)}")
    allowed = check_array(body.value("allowedValues") or [], "allowedValues")
    texts = tuple(dict.fromkeys(check_text(item, "allowedValues") for item in allowed))
    values = {
        "name": name,
        "type": kind,
        "allowed": msgspec.json.encode(texts).decode(),
        "required": body.flag("required") or False,
    }
    row = catalog.create(call, Field, "custom_fields", values)
    return catalog.answer(call, row, fields, 201)
