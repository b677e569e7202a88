"""What is done to a file that turns out to be damaged on the way: it is done on a new one."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from clocktool.journal.database import Database
from clocktool.journal.transaction import DamagedError

File = TypeVar("File", bound=Database)
P = ParamSpec("P")
T = TypeVar("T")


def mended(method: Callable[Concatenate[File, P], T]) -> Callable[Concatenate[File, P], T]:
    """Set a damaged file aside, and do it once more on the new one that is begun."""

    @wraps(method)
    def again(file: File, /, *args: P.args, **given: P.kwargs) -> T:
        try:
            return method(file, *args, **given)
        except DamagedError as error:
            file.set_aside(error.reason)
            return method(file, *args, **given)

    return again
