"""Lets names in the configuration follow a rename."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from clocktool.app.app import App
from clocktool.errors import ClocktoolError, literal

if TYPE_CHECKING:
    from clocktool.config.names import Edits
    from clocktool.outbox.change import Change
    from clocktool.outbox.undo import Plan
    from clocktool.tracking.renames import Rename


class Follower:
    """What must change in the configuration for renames, found before they are made.

    Afterwards ``follow`` changes the configuration file. The file of a folder is not changed: it
    may be shared. A note says what it should have.
    """

    def __init__(self, app: App, renames: "Iterable[Rename]") -> None:
        self._app = app
        self._renames = [each for each in renames if each.is_one]
        self._own: Edits | None = None
        self._folder: tuple[Path, Edits] | None = None
        if self._renames and not self._is_elsewhere():
            self._find()

    def follow(self) -> None:
        """Change the names in the file, and say which; one that can't be changed is only said."""
        from clocktool.config.file import rename

        app, edits = self._app, self._own
        if edits is not None and edits.found:
            try:
                rename(app.config_path, edits.values, edits.keys)
            except ClocktoolError as error:
                app.out.say(f"{error.message}; change it yourself: {_changes(edits)}")
            else:
                app.out.note(f"Changed {app.config_path}: {_changes(edits)}")
        if self._folder is not None and self._folder[1].found:
            path, edits = self._folder
            app.out.note(f"{path} has an old name; change it: {_changes(edits)}")

    def _is_elsewhere(self) -> bool:
        """Whether the workspace in use is another than the one that the names are for."""
        setting = self._app.config.settings.get("workspace")
        return setting is not None and setting.source == "flag"

    def _find(self) -> None:
        from clocktool.config.config import LOCAL
        from clocktool.config.file import folder_file, load
        from clocktool.config.keys import DECLARATION
        from clocktool.config.names import edits_of, names_in_force

        app = self._app
        table, profile = load(app.config_path), app.profile
        found = names_in_force(table, profile, DECLARATION, shares=profile != LOCAL)
        self._own = edits_of(table, found, self._new_text)
        path = folder_file(app.process.folder)
        if path is not None:
            table = load(path)
            found = names_in_force(table, None, DECLARATION)
            self._folder = path, edits_of(table, found, self._new_text)

    def _new_text(self, kind: str, text: str, project: str | None) -> str | None:
        from clocktool.tracking.renames import new_text

        new: str | None = None
        try:
            for rename in self._renames:
                new = new_text(rename, self._app.names_to_change, kind, text, project) or new
        except ClocktoolError as error:  # the workspace is not known now
            if not error.is_temporary:
                raise
        return new


def renames_of(plan: "Plan") -> "list[Rename]":
    """Return the renames that an undo makes: those of its changes, and of what was never sent."""
    return [
        *(each for _, change in plan.changes for each in _rename(change)),
        *(each for row in plan.restored for each in _rename(row.change)),
        *(each for row in plan.cancelled for each in _rename(row.change, backwards=True)),
    ]


def _rename(change: "Change", *, backwards: bool = False) -> "Iterable[Rename]":
    from clocktool.outbox.name_edit import EditName
    from clocktool.tracking.renames import Rename

    if isinstance(change, EditName):
        before, after = change.before, change.after
        yield Rename(after, before) if backwards else Rename(before, after)


def _changes(edits: "Edits") -> str:
    """Return the changes as text: ``defaults.project = "Shop"``."""
    from clocktool.config.declaration import dotted

    return ", ".join(
        f"{dotted(found.path)} → {literal(new)}"
        if found.is_key
        else f"{dotted(found.path)} {literal(found.text)} → {literal(new)}"
        for found, new in edits.found
    )
