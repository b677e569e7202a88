"""What is tracked in the benchmarks: entries as JSON, as rows of a local file, as Watson's frames.

Entry number 0 is the newest; all are finished and end before now.
"""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

DAY = 86_400
MONTH = 30 * DAY
YEAR = 365 * DAY
PROJECTS = ("Site", "Shop", "Ops", "Support", "Training")
USER, WORKSPACE, TAG = (f"{number:024x}" for number in (1, 2, 3))


def project_id(number: int) -> str:
    """Return the id of a project."""
    return f"{16 + number % len(PROJECTS):024x}"


def start_of(number: int, count: int, seconds: int, now: int) -> int:
    """Return when an entry starts: ``count`` of them fill so many seconds before now."""
    return now - 3600 - number * ((seconds - DAY) // max(1, count))


def entry(number: int, start: int, end: int | None) -> dict[str, Any]:
    """Return an entry as the service answers it with ``hydrated=true``."""
    project, name = project_id(number), PROJECTS[number % len(PROJECTS)]
    rate = {"amount": 10_500, "currency": "EUR"}
    return {
        "id": f"{4096 + number:024x}",
        "description": f"Look into the failing build of week {number % 52}",
        "userId": USER,
        "user": {"id": USER, "name": "ada", "email": "ada@example.test", "status": "ACTIVE"},
        "billable": number % 3 != 0,
        "projectId": project,
        "project": {
            "id": project,
            "name": name,
            "clientId": f"{8:024x}",
            "clientName": "ACME",
            "workspaceId": WORKSPACE,
            "billable": True,
            "color": "#03A9F4",
            "archived": False,
            "public": True,
            "note": "",
        },
        "taskId": None,
        "task": None,
        "tagIds": [TAG],
        "tags": [{"id": TAG, "name": "dev", "workspaceId": WORKSPACE, "archived": False}],
        "timeInterval": {
            "start": iso(start),
            "end": None if end is None else iso(end),
            "duration": None if end is None else f"PT{(end - start) // 60}M",
        },
        "workspaceId": WORKSPACE,
        "isLocked": False,
        "hourlyRate": rate,
        "costRate": None,
        "customFieldValues": [],
        "type": "REGULAR",
        "kioskId": None,
        "approvalRequestId": None,
    }


def iso(instant: int) -> str:
    """Return an instant as the service writes it."""
    return f"{datetime.fromtimestamp(instant, UTC):%Y-%m-%dT%H:%M:%SZ}"


def entries(count: int, seconds: int, now: int) -> Iterator[dict[str, Any]]:
    """Yield so many entries of 20 minutes, spread over so many seconds before now."""
    for number in range(count):
        start = start_of(number, count, seconds, now)
        yield entry(number, start, start + 1200)


def own_environment(home: Path, folder: Path) -> dict[str, str]:
    """Return the environment of the local workspace in a folder."""
    kept = {
        each: value
        for each, value in os.environ.items()
        if not each.startswith(("CLOCKTOOL_", "CLOCKIFY_")) and each != "PYTHONDONTWRITEBYTECODE"
    }
    return {
        **kept,
        "HOME": str(home),
        "CLOCKTOOL_DATA": str(folder),
        "CLOCKTOOL_CONFIG": str(home / "config.toml"),
        "CLOCKTOOL_PROFILE": "local",
    }


def fill_local(env: Mapping[str, str], months: int, older: int, now: int) -> None:
    """Fill the local file of an environment: entries of the last 30 days, and older ones.

    The file and its tables are clocktool's own; only the rows come in by SQL, as a million
    commands would take a day.
    """
    projects = (("projects", "add", f"ACME/{name}") for name in PROJECTS)
    for words in (("clients", "add", "ACME"), *projects):
        command = [sys.executable, "-m", "clocktool", *words, "-q"]
        subprocess.run(command, env=env, check=True)
    connection = sqlite3.connect(Path(env["CLOCKTOOL_DATA"], "local.sqlite3"))
    connection.execute("PRAGMA synchronous = OFF")
    recent = max(1, (MONTH - DAY) // max(1, months))
    past = max(1, 10 * YEAR // max(1, older))
    connection.execute(
        "WITH RECURSIVE numbers (n) AS"
        " (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < :count),"
        " starts AS (SELECT n, CASE WHEN n < :months THEN :now - 3600 - n * :recent"
        " ELSE :now - 45 * 86400 - (n - :months) * :past END AS at FROM numbers)"
        " INSERT INTO entries (id, member, start_at, end_at, description, project, billable, type,"
        " created_at) SELECT printf('%024x', 4096 + n), 1, at, at + 200, 'work ' || (n % 1000),"
        " 1 + n % :projects, n % 3 != 0, 'REGULAR', at FROM starts",
        {
            "count": months + older,
            "months": months,
            "now": now,
            "recent": recent,
            "past": past,
            "projects": len(PROJECTS),
        },
    )
    connection.commit()
    connection.close()


def write_frames(path: Path, count: int, seconds: int, now: int) -> None:
    """Write Watson's file with so many frames, spread over so many seconds before now."""
    frames = []
    for number in reversed(range(count)):
        start = start_of(number, count, seconds, now)
        project = PROJECTS[number % len(PROJECTS)]
        frames.append([start, start + 1200, project, f"{number:032x}", ["dev"], start + 1200])
    path.mkdir(parents=True, exist_ok=True)
    Path(path, "frames").write_text(json.dumps(frames), encoding="utf-8")


def write_intervals(path: Path, count: int, seconds: int, now: int) -> None:
    """Write timewarrior's files with so many intervals, spread over so many seconds before now."""
    months: dict[str, list[str]] = {}
    for number in reversed(range(count)):
        start = start_of(number, count, seconds, now)
        ends = [f"{datetime.fromtimestamp(at, UTC):%Y%m%dT%H%M%SZ}" for at in (start, start + 1200)]
        line = f"inc {ends[0]} - {ends[1]} # {PROJECTS[number % len(PROJECTS)]}\n"
        months.setdefault(f"{ends[0][:4]}-{ends[0][4:6]}", []).append(line)
    Path(path, "data").mkdir(parents=True, exist_ok=True)
    Path(path, "timewarrior.cfg").touch()
    for month, lines in months.items():
        Path(path, "data", f"{month}.data").write_text("".join(lines), encoding="utf-8")
