"""What many failures of one kind look like: one line that names them, not one each."""

from collections.abc import Callable
from functools import partial
from importlib import import_module

import pytest

from clocktool.commands.many import end_many
from tests.conftest import Console
from tests.tracking.servers import place, says

HEADER = "start,end,description,project,client,task,tags,billable,user\n"
ROW = "2026-10-0{0}T08:00:00Z,2026-10-0{0}T09:00:00Z,x{0},,,,,,\n"


@pytest.mark.parametrize(
    ("most", "named"),
    [
        (None, "line 2\nline 3\nline 4\nline 5\n"),
        (10, "line 2, 3, 4, 5\n"),
        (3, "line 2, 3, 4 and 1 more\n"),
    ],
)
def test_rows_that_fail_for_one_reason_are_named_in_a_line(
    new_console: Callable[[str], Console],
    monkeypatch: pytest.MonkeyPatch,
    most: int | None,
    named: str,
) -> None:
    """Where it is asked for; the reason is said once, behind the count."""
    module = import_module("clocktool.commands.import")
    monkeypatch.setattr(module, "end_many", partial(end_many, most=most))
    with place("service", new_console("service")) as there:
        there.before = lambda it: says(400, 501, "No") if it.method == "POST" else None
        result = there.console("import", "-", stdin=HEADER + "".join(map(ROW.format, range(1, 5))))
    assert (result.code, result.out) == (5, "0 entries added, 0 there already.\n")
    assert f"{named}error: 0 of 4 entries done, 4 failed: refused by a rule: No\n" in result.err
