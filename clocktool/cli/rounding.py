"""The option ``--round`` of reports and invoices."""

from typing import TYPE_CHECKING, Annotated

import typer

from clocktool.app.app import App
from clocktool.completion import kinds

if TYPE_CHECKING:
    from clocktool.domain.rounding import Rounding

Option = Annotated[
    str | None,
    typer.Option(
        "--round",
        metavar=kinds.ROUNDING,
        help="Round time: up:15m, nearest:6m/day; default: defaults.round.",
        show_default=False,
    ),
]


def rule_of(app: App, text: str | None) -> "Rounding | None":
    """Return the rule that was typed, else the configured one; None for no rounding.

    ``workspace`` is the rule of the workspace's settings. Raises UsageError for an invalid one.
    """
    rule = text if text is not None else app.config.get("defaults.round")
    if rule is None:
        return None
    from clocktool.domain.rounding import parse_rounding

    if rule == "workspace":
        rule = app.workspace.rounding or "none"
        if rule == "none":
            app.out.note("Nothing is rounded: the workspace has no rounding in its settings.")
    return None if rule == "none" else parse_rounding(rule)
