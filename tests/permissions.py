"""Permissions of files, which do not stop root: the suite may be run as root."""

import ctypes
import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest

T = TypeVar("T")

VERSION_3 = 0x20080522
RIGHTS = 1 << 1 | 1 << 2
"""CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH: to write and to read whatever permissions say."""


def as_anyone(do: Callable[[], T]) -> T:
    """Do something as one who is not root does it: permissions hold.

    Another user could not read a Python that is in root's home. So root stays the owner of its
    files, as anyone is of theirs, and a thread of its own gives up for good what goes beyond that.
    """
    if os.name != "posix" or (os.geteuid() == 0 and sys.platform != "linux"):
        pytest.skip("root can be without its rights on Linux alone")
    if os.geteuid() != 0:
        return do()
    with ThreadPoolExecutor(1, initializer=_give_up) as thread:
        return thread.submit(do).result()


def _give_up() -> None:
    system = ctypes.CDLL(None, use_errno=True)
    thread = (ctypes.c_uint32 * 2)(VERSION_3, 0)
    rights = (ctypes.c_uint32 * 6)()  # effective, permitted, inheritable; the same of the rest
    assert system.capget(thread, rights) == 0, os.strerror(ctypes.get_errno())
    rights[0] &= ~RIGHTS
    rights[1] &= ~RIGHTS
    assert system.capset(thread, rights) == 0, os.strerror(ctypes.get_errno())
