"""What many failures of one kind look like: one line that names them, not one each."""

from functools import partial
from importlib import import_module

import pytest

from clocktool.commands.many import end_many
from tests.conftest import Console

HEADER = "id,start,end,duration_seconds,description,project,client,task,tags,billable,user\n"
ROW = ",2026-10-0{0}T08:00:00Z,2026-10-0{0}T09:00:00Z,3600,x{0},,,,,false,ada\n"


@pytest.mark.parametrize(
    ("most", "named"),
    [
        (None, "line 2\nline 3\nline 4\nline 5\n"),
        (10, "line 2, 3, 4, 5\n"),
        (3, "line 2, 3, 4 and 1 more\n"),
    ],
)
def test_rows_that_fail_for_one_reason_are_named_in_a_line(
    run: Console, monkeypatch: pytest.MonkeyPatch, most: int | None, named: str
) -> None:
    """Where it is asked for; the reason is said once, behind the count."""
    module = import_module("clocktool.commands.import")
    monkeypatch.setattr(module, "end_many", partial(end_many, most=most))
    run.ok("workspaces", "set", "lock-before", "2026-11-01")
    rows = "".join(map(ROW.format, range(1, 5)))
    result = run("import", "-", stdin=HEADER + rows)
    assert result.code == 5
    assert result.err.startswith(f"{named}error: 0 of 4 entries done, 4 failed: ")
