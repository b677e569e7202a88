"""The objects that the guide shows, and what they mean."""

from typing import Any

from clocktool.domain.entry import Entry, FieldValue, ProjectRef, Tag, TaskRef
from clocktool.domain.ids import Known
from clocktool.domain.money import Rate
from clocktool.domain.time.instant import parse_iso

WORKSPACE = "64a687e29ae1f428e7ebe303"
USER = "5a0ab5acb07987125438b60f"
PROJECT = Known("5b641568b07987035750505e")
TASK = Known("5b715448b0798751107918ab")
ENTRY = Known("5b715448b0798751107918ab")
OTHER = Known("6c826559c18a9862218a29bc")
TAG = Known("64c777ddd3fcab07cfbb210c")
OTHER_TAG = Known("74d888eee4gdbc18dgcc321d")
FIELD = "5e4117fe8c625f38930d57b7"

START = parse_iso("2019-08-24T14:15:22Z")
END = parse_iso("2019-08-24T15:45:22Z")

CREATED: dict[str, Any] = {
    "approvalRequestId": "5e4117fe8c625f38930d57b7",
    "billable": True,
    "costRate": {"amount": 10500, "currency": "USD"},
    "customFieldValues": [
        {
            "customFieldId": "44a687e29ae1f428e7ebe305",
            "sourceType": "WORKSPACE",
            "timeEntryId": "64c777ddd3fcab07cfbb210c",
            "value": "CF-001",
        }
    ],
    "description": "Working on new feature",
    "hourlyRate": {"amount": 10500, "currency": "USD"},
    "id": "5b715448b0798751107918ab",
    "isLocked": False,
    "project": {
        "clientId": "64c777ddd3fcab07cfbb210c",
        "clientName": "Client X",
        "color": "#000000",
        "id": "5b641568b07987035750505e",
        "name": "Software Development",
    },
    "tags": [
        {
            "archived": False,
            "id": "64c777ddd3fcab07cfbb210c",
            "name": "Sprint1",
            "workspaceId": "64a687e29ae1f428e7ebe303",
        }
    ],
    "task": {"id": "5b715448b0798751107918ab", "name": "Bugfixing"},
    "timeInterval": {
        "duration": "PT1H30M",
        "end": "2019-08-24T15:45:22Z",
        "start": "2019-08-24T14:15:22Z",
    },
    "userId": "5a0ab5acb07987125438b60f",
    "workspaceId": "64a687e29ae1f428e7ebe303",
}
"""The reply to operation 1."""

READ = Entry(
    id=ENTRY,
    start=START,
    end=END,
    description="Working on new feature",
    project=ProjectRef(PROJECT, "Software Development", "#000000", TAG, "Client X"),
    task=TaskRef(TASK, "Bugfixing"),
    tags=(Tag(TAG, "Sprint1", archived=False, workspace_id=WORKSPACE),),
    billable=True,
    user_id=USER,
    workspace_id=WORKSPACE,
    fields=(FieldValue("44a687e29ae1f428e7ebe305", "CF-001", source_type="WORKSPACE"),),
    hourly_rate=Rate(10500, "USD"),
    cost_rate=Rate(10500, "USD"),
    approval_id="5e4117fe8c625f38930d57b7",
)
"""The same reply, read."""

RUNNING: dict[str, Any] = {
    "id": "5b715448b0798751107918ab",
    "description": "Current work",
    "userId": "5a0ab5acb07987125438b60f",
    "timeInterval": {"start": "2019-08-24T14:15:22Z", "duration": "PT2H30M"},
    "projectId": "5b641568b07987035750505e",
}
"""One of the reply to operation 7."""

RUNNING_READ = Entry(
    id=ENTRY,
    start=START,
    description="Current work",
    project=ProjectRef(PROJECT),
    user_id=USER,
)
"""The same, read: flat, and without an end."""
