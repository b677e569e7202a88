"""Lets names in the configuration follow a rename."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from clocktool.app.app import App
from clocktool.errors import ClocktoolError, literal

if TYPE_CHECKING:
    from clocktool.config.names import Edits
    from clocktool.domain.naming import TextChange
    from clocktool.outbox.change import Change, Row
    from clocktool.outbox.undo import Plan
    from clocktool.tracking.renames import Rename


class Follower:
    """What must change in the configuration for renames, found before they are made.

    Afterwards ``follow`` changes the configuration file. The file of a folder is not changed: it
    may be shared. A note says what it should have.
    """

    def __init__(
        self, app: App, renames: "Iterable[Rename]", texts: "Iterable[TextChange]" = ()
    ) -> None:
        self._app = app
        self._texts = [*texts]
        self._renames = [each for each in renames if each.is_one]
        self._own: Edits | None = None
        self._folder: tuple[Path, Edits] | None = None
        if (self._renames or self._texts) and not self._is_elsewhere():
            self._find()

    @property
    def changes(self) -> "tuple[TextChange, ...]":
        """The changes of the configuration file, for undo."""
        return () if self._own is None else self._own.changes

    def follow(self) -> None:
        """Change the names in the file and say which; where that fails, only say them."""
        from clocktool.config.declaration import dotted
        from clocktool.config.file import rename

        app, edits = self._app, self._own
        if edits is not None and edits.found:
            try:
                rename(app.config_path, edits.values, edits.keys)
            except ClocktoolError as error:
                app.out.say(f"{error.message}; change it yourself: {_changes(edits)}")
            else:
                app.out.note(f"Changed {app.config_path}: {_changes(edits)}")
        for found, twin in () if edits is None else edits.kept:
            table = found.path[:-1]
            has, stays = dotted((*table, twin)), dotted(found.path)
            app.out.note(f"{app.config_path} has {has}; {stays} was not changed")
        if self._folder is not None and self._folder[1].found:
            path, edits = self._folder
            app.out.note(f"{path} has an old name; change it: {_changes(edits)}")

    def _is_elsewhere(self) -> bool:
        """Whether the workspace in use is another than the one that the names are for."""
        setting = self._app.config.settings.get("workspace")
        return setting is not None and setting.source == "flag"

    def _find(self) -> None:
        from clocktool.config.config import LOCAL, folder_file, load
        from clocktool.config.keys import DECLARATION
        from clocktool.config.names import edits_of, edits_to, names_in_force

        app = self._app
        table, profile = load(app.config_path), app.profile
        found = names_in_force(table, profile, DECLARATION, shares=profile != LOCAL)
        self._own = edits_of(table, found, self._new_text, self._is_new)
        if self._texts:
            self._own = _together(self._own, edits_to(table, self._texts))
        path = folder_file(app.process.folder)
        if path is not None and self._renames:
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

    def _is_new(self, kind: str, text: str) -> bool:
        from clocktool.tracking.renames import names_merged

        names = self._app.names_to_change
        return any(names_merged(each, names, kind, text) for each in self._renames)


def _together(edits: "Edits", stored: "Edits") -> "Edits":
    """Merge edits with stored ones; for the same path the stored one counts."""
    import msgspec

    paths = {*stored.values, *stored.keys}
    found = [each for each in edits.found if each[0].path not in paths]
    return msgspec.structs.replace(
        edits,
        values=edits.values | stored.values,
        keys=edits.keys | stored.keys,
        found=[*stored.found, *found],
    )


def follower_of(app: App, plan: "Plan") -> Follower:
    """Return the follower of an undo: of renames it makes, cancels or restores, and of merges."""
    from clocktool.outbox.name_use import UseName

    changes = [*(change for _, change in plan.changes), *(row.change for row in plan.restored)]
    renames = [
        *(each for change in changes for each in _rename(change)),
        *_renames_dropped(plan.cancelled),
    ]
    texts = [text for each in changes if isinstance(each, UseName) for text in each.texts]
    return Follower(app, renames, [*texts, *_texts_dropped(plan.cancelled)])


def follower_of_dropped(app: App, rows: "Sequence[Row]") -> Follower:
    """Return the follower for pending changes that are dropped, newest first."""
    return Follower(app, _renames_dropped(rows), _texts_dropped(rows))


def _renames_dropped(rows: "Sequence[Row]") -> "Iterator[Rename]":
    """Yield the rename that reverts each: to the old name, or to the one set elsewhere."""
    from clocktool.domain.entry import Entry
    from clocktool.tracking.renames import Rename

    for row in rows:
        for each in _rename(row.change):
            theirs = row.theirs
            now = each.before if theirs is None or isinstance(theirs, Entry) else theirs
            yield Rename(each.after, now)


def _texts_dropped(rows: "Sequence[Row]") -> "list[TextChange]":
    from clocktool.outbox.name_use import UseName

    changes = [row.change for row in rows]
    return [text.reverse for each in changes if isinstance(each, UseName) for text in each.texts]


def _rename(change: "Change") -> "Iterable[Rename]":
    from clocktool.outbox.name_edit import EditName
    from clocktool.tracking.renames import Rename

    if isinstance(change, EditName):
        yield Rename(change.before, change.after)


def _changes(edits: "Edits") -> str:
    """Return the changes as text: ``defaults.project = "Shop"``."""
    from clocktool.config.declaration import dotted

    return ", ".join(
        f"{dotted(found.path)} → {literal(new)}"
        if found.is_key
        else f"{dotted(found.path)} {literal(found.text)} → {literal(new)}"
        for found, new in edits.found
    )
