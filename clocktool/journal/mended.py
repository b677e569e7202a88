"""What is done to a file that turns out to be damaged on the way: it is done on a sound one."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from clocktool.storage.failure import DamagedError


class Mendable(Protocol):
    """A file whose damage can be left out, or which is set aside."""

    def leave_out(self, reason: str) -> bool:
        """Take out what cannot be read; return whether the rest can be."""
        ...

    def set_aside(self, reason: str) -> None:
        """Give the file another name, so that a new one is begun."""
        ...


File = TypeVar("File", bound=Mendable)
P = ParamSpec("P")
T = TypeVar("T")


def mended(method: Callable[Concatenate[File, P], T]) -> Callable[Concatenate[File, P], T]:
    """Leave out damaged rows, or set the file aside where that is of no use, and do it again."""

    @wraps(method)
    def again(file: File, /, *args: P.args, **given: P.kwargs) -> T:
        try:
            return method(file, *args, **given)
        except DamagedError as error:
            reason = error.reason
        if file.leave_out(reason):
            try:
                return method(file, *args, **given)
            except DamagedError as error:
                reason = error.reason
        file.set_aside(reason)
        return method(file, *args, **given)

    return again
