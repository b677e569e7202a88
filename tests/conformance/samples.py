# ruff: noqa: FURB162, T201  # as they are written
"""The sample programs of the guide, call for call: each sends and reads what the guide's does.

Faults are theirs: they take local times for UTC, and the report drops seconds.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from tests.conformance import requests_like as requests

BASE_URL = ""
headers: dict[str, str] = {}

Json = dict[str, Any]


def create_time_entry(
    workspace_id: str,
    start_time: datetime,
    end_time: datetime | None,
    project_id: str,
    description: str = "",
) -> Any:
    """Create an entry; without an end, a timer."""
    payload = {
        "start": start_time.isoformat() + "Z",
        "billable": True,
        "description": description,
        "projectId": project_id,
    }
    if end_time:
        payload["end"] = end_time.isoformat() + "Z"
    url = f"{BASE_URL}/workspaces/{workspace_id}/time-entries"
    response = requests.post(url, headers=headers, json=payload)
    if response.status_code == 201:
        return response.json()
    raise RuntimeError(f"Failed to create time entry: {response.text}")


def start_timer(workspace_id: str, description: str, project_id: str | None = None) -> Any:
    """Start a timer."""
    payload = {
        "start": datetime.utcnow().isoformat() + "Z",  # noqa: DTZ003
        "description": description,
    }
    if project_id:
        payload["projectId"] = project_id
    url = f"{BASE_URL}/workspaces/{workspace_id}/time-entries"
    return requests.post(url, headers=headers, json=payload).json()


def stop_timer(workspace_id: str, user_id: str) -> Any:
    """Stop the running timer."""
    url = f"{BASE_URL}/workspaces/{workspace_id}/user/{user_id}/time-entries"
    payload = {"end": datetime.utcnow().isoformat() + "Z"}  # noqa: DTZ003
    return requests.patch(url, headers=headers, json=payload).json()


def get_time_entries_for_period(
    workspace_id: str,
    user_id: str,
    start_date: date,
    end_date: date,
    project_id: str | None = None,
) -> Any:
    """List the entries of a range of days."""
    url = f"{BASE_URL}/workspaces/{workspace_id}/user/{user_id}/time-entries"
    params: dict[str, str | int] = {
        "start": start_date.isoformat() + "T00:00:00Z",
        "end": end_date.isoformat() + "T23:59:59Z",
        "page-size": 1000,
        "hydrated": "true",
    }
    if project_id:
        params["project"] = project_id
    return requests.get(url, headers=headers, params=params).json()


def bulk_update_project(workspace_id: str, time_entry_ids: list[str], new_project_id: str) -> Any:
    """Move entries to another project."""
    url = f"{BASE_URL}/workspaces/{workspace_id}/time-entries/bulk-edit"
    operations = [{"op": "CHANGE-PROJECT", "value": new_project_id}]
    payload = {"timeEntryIds": time_entry_ids, "operations": operations}
    return requests.put(url, headers=headers, json=payload).json()


def bulk_add_tags(workspace_id: str, time_entry_ids: list[str], tag_ids: list[str]) -> Any:
    """Add tags to entries."""
    url = f"{BASE_URL}/workspaces/{workspace_id}/time-entries/bulk-edit"
    operations = [{"op": "ADD-TAGS", "value": tag_ids}]
    payload = {"timeEntryIds": time_entry_ids, "operations": operations}
    return requests.put(url, headers=headers, json=payload).json()


def duplicate_entry_for_days(
    workspace_id: str, template_entry_id: str, dates: Sequence[date]
) -> list[Any]:
    """Copy an entry to other days."""
    entry_url = f"{BASE_URL}/workspaces/{workspace_id}/time-entries/{template_entry_id}"
    original = requests.get(entry_url, headers=headers).json()
    start = datetime.fromisoformat(original["timeInterval"]["start"].replace("Z", "+00:00"))
    end = datetime.fromisoformat(original["timeInterval"]["end"].replace("Z", "+00:00"))
    duration = end - start
    duplicated = []
    for target_date in dates:
        new_start = datetime.combine(target_date, start.time())
        new_end = new_start + duration
        payload = {"start": new_start.isoformat() + "Z", "end": new_end.isoformat() + "Z"}
        response = requests.post(f"{entry_url}/duplicate", headers=headers, json=payload)
        if response.status_code == 201:
            duplicated.append(response.json())
    return duplicated


def has_running_timer(workspace_id: str, user_id: str) -> tuple[bool, list[Json]]:
    """Tell whether a user's timer runs, with those that do."""
    url = f"{BASE_URL}/workspaces/{workspace_id}/time-entries/in-progress"
    response = requests.get(url, headers=headers)
    if response.status_code == 200:
        timers = response.json()
        user_timers = [t for t in timers if t["userId"] == user_id]
        return len(user_timers) > 0, user_timers
    return False, []


def ensure_no_running_timer(workspace_id: str, user_id: str) -> bool:
    """Stop a timer that runs; tell whether none did."""
    has_timer, timers = has_running_timer(workspace_id, user_id)
    if has_timer:
        stop_timer(workspace_id, user_id)
        print(f"Stopped running timer: {timers[0]['description']}")
    return not has_timer


def daily_time_report(workspace_id: str, user_id: str, target_date: date) -> Json:
    """Sum up a day."""
    entries = get_time_entries_for_period(workspace_id, user_id, target_date, target_date)
    total_minutes = 0
    billable_minutes = 0
    by_project: dict[str, int] = {}
    for entry in entries:
        duration = entry["timeInterval"]["duration"]
        hours = int(duration.split("H")[0].replace("PT", "")) if "H" in duration else 0
        minutes = (
            int(duration.split("H")[1].split("M")[0]) if "H" in duration and "M" in duration else 0
        )
        if "H" not in duration and "M" in duration:
            minutes = int(duration.replace("PT", "").replace("M", ""))
        entry_minutes = hours * 60 + minutes
        total_minutes += entry_minutes
        if entry["billable"]:
            billable_minutes += entry_minutes
        project_name = entry.get("project", {}).get("name", "No Project")
        by_project[project_name] = by_project.get(project_name, 0) + entry_minutes
    return {
        "total_hours": total_minutes / 60,
        "billable_hours": billable_minutes / 60,
        "by_project": {name: minutes / 60 for name, minutes in by_project.items()},
    }


def sync_week_from_template(
    workspace_id: str, template_day_entries: list[Json], week_start_date: date
) -> None:
    """Create the entries of a day on each day from Monday to Friday."""
    for i in range(5):
        target_date = week_start_date + timedelta(days=i)
        for entry in template_day_entries:
            interval = entry["timeInterval"]
            start_time = datetime.fromisoformat(interval["start"].replace("Z", "+00:00")).time()
            end_time = datetime.fromisoformat(interval["end"].replace("Z", "+00:00")).time()
            new_start = datetime.combine(target_date, start_time)
            new_end = datetime.combine(target_date, end_time)
            create_time_entry(
                workspace_id, new_start, new_end, entry["project"]["id"], entry["description"]
            )
