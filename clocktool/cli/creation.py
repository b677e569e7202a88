"""Creating names on the fly: ``--create``, and the question on a terminal."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from clocktool.app.app import App
from clocktool.cli import options

if TYPE_CHECKING:
    from clocktool.errors import UnknownNameError
    from clocktool.tracking.creation import NamesOrNew
    from clocktool.tracking.names import Names

Create = Annotated[
    bool, typer.Option("--create", help="Create projects, tasks and tags that don't exist yet.")
]


CREATE = "to create it, add --create"


def names_or_new(app: App, *, create: bool, names: "Names | None" = None) -> "NamesOrNew":
    """Return the names to look up, and to create where one is unknown and the answer is yes.

    Off a terminal an unknown name is an error, unless ``create``. Without ``names``, they are those
    for changes that can be queued.
    """
    from clocktool.tracking.creation import NamesOrNew

    def ask(error: "UnknownNameError", what: str) -> None:
        if create:
            return
        if not app.process.is_interactive:
            error.hint = f"{error.hint} To create it, add --create" if error.similar else CREATE
            raise error
        if error.similar:
            app.out.say(f"{error.message[:1].upper()}{error.message[1:]}: {error.hint}")
        if options.ask(app, f"Create {what}? [y/N]").lower() not in ("y", "yes"):
            raise error

    if names is None:
        names = app.names_to_create if create else app.names_to_write
    return NamesOrNew(names, ask, always=create)


@contextmanager
def created(app: App, names: "NamesOrNew") -> Iterator[None]:
    """Create the new names, and let the changes of a block be one change with them."""
    if names.is_empty:
        yield
        return
    from clocktool.cli.naming import changes_of

    with app.outbox.transaction():
        names.create(changes_of(app))
        yield
