"""The verbs that projects, clients and tags share: archive, restore, merge and delete."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec
import typer

from clocktool.cli import merging, naming, options
from clocktool.completion.kinds import Kind

if TYPE_CHECKING:
    from clocktool.render.fields import Fields
    from clocktool.tracking.names import Names


class Verbs(msgspec.Struct, frozen=True):
    """What the verbs need to know: how to find an item, and what its values are called in help."""

    noun: str
    find: "Callable[[Names, str], Any]"
    fields: "Fields[Any]"
    one: Kind
    several: Kind
    archived: Kind
    merged: Kind

    def declare(
        self, command: typer.Typer, *, archive: str, restore: str, merge: str, delete: str
    ) -> None:
        """Add the verbs to a command, each with its help."""
        many = f"{self.noun.capitalize()}s."
        in_use: Any = typer.Argument(metavar=self.several, help=many)
        out_of_use: Any = typer.Argument(metavar=self.archived, help=many)
        of_merge: Any = typer.Argument(
            metavar=self.merged, help=f"The {self.noun}s to merge, then the one that stays."
        )
        one: Any = typer.Argument(metavar=self.one, help=f"A {self.noun}.")

        @command.command("archive", help=archive)
        def _archive(
            ctx: options.Context,
            names: list[str] = in_use,
            output: options.Output = options.Format.TABLE,
            quiet: options.Quiet = False,
        ) -> None:
            self._close(ctx, names, output, quiet=quiet, to=True)

        @command.command("restore", help=restore)
        def _restore(
            ctx: options.Context,
            names: list[str] = out_of_use,
            output: options.Output = options.Format.TABLE,
            quiet: options.Quiet = False,
        ) -> None:
            self._close(ctx, names, output, quiet=quiet, to=False)

        @command.command("merge", help=merge)
        def _merge(
            ctx: options.Context,
            names: list[str] = of_merge,
            dry_run: options.DryRun = False,
            yes: options.Yes = False,
            output: options.Output = options.Format.TABLE,
            quiet: options.Quiet = False,
        ) -> None:
            app = options.app_of(ctx, quiet=quiet)
            found = merging.named(
                names,
                lambda text: self.find(app.names_to_filter, text),
                lambda text: self.find(app.names, text),
            )
            merging.merge(app, found, self.fields, output, dry_run=dry_run, yes=yes)

        @command.command("delete", help=delete)
        def _delete(
            ctx: options.Context,
            name: str = one,
            force: naming.Force = False,
            yes: options.Yes = False,
            output: options.Output = options.Format.TABLE,
            quiet: options.Quiet = False,
        ) -> None:
            app = options.app_of(ctx, quiet=quiet)
            found = self.find(app.names_to_change, name)
            naming.delete(app, found, self.fields, output, force=force, yes=yes)

    def _close(
        self,
        ctx: options.Context,
        names: list[str],
        output: options.Format,
        *,
        quiet: bool,
        to: bool,
    ) -> None:
        app = options.app_of(ctx, quiet=quiet)
        found = [self.find(app.names_to_change, each) for each in names]
        naming.close(app, found, "Archived" if to else "Restored", self.fields, output, to=to)
