"""Rows to import, and what entries of a console say."""

import json
from typing import Any

from tests.conftest import Console

HEADER = "start,end,description,project,client,task,tags,billable,user\n"


ROWS = HEADER + (
    "2026-11-23T09:00:00+01:00,2026-11-23T10:00:00+01:00,Fix,Site,ACME,Login,dev,true,\n"
    '2026-11-23T10:00:00+01:00,2026-11-23T11:00:00+01:00,Sort,Site,Beta,,"""a, b"", dev",false,\n'
    "2026-11-23T11:00:00+01:00,2026-11-23T12:00:00+01:00,Rest,,,,,,\n"
)


def told(console: Console) -> list[dict[str, Any]]:
    """Return what entries of a console say, without ids and rates."""
    lines = [json.loads(line) for line in console.ok("export").out.splitlines()]
    return [
        {
            "times": line["timeInterval"],
            "description": line["description"],
            "project": line["project"] and [line["project"][each] for each in FILED],
            "task": line["task"] and line["task"]["name"],
            "tags": [tag["name"] for tag in line["tags"]],
            "fields": [(each["name"], each["value"]) for each in line["customFieldValues"]],
            "billable": line["billable"],
            "type": line["type"],
        }
        for line in lines
    ]


FILED = ("name", "clientName", "color")


def local(console: Console) -> Console:
    """Let a console track in its local workspace."""
    console.env["CLOCKTOOL_PROFILE"] = "local"
    return console


MANY = HEADER + "".join(
    f"2026-11-23T09:00:{second:02}Z,2026-11-23T10:00:00Z,work,Site,ACME,,,,\n"
    for second in range(60)
)


def limited(seconds: int) -> Any:
    """Return the answer of a service that takes no more requests for so long."""
    return 429, {"Retry-After": str(seconds)}, {"message": "Too many requests", "code": 429}


def id_of(console: Console, noun: str, name: str) -> str:
    """Return the id of a thing by its name."""
    return next(str(it["id"]) for it in console.ok(noun, "-o", "json").json if it["name"] == name)
