"""What a backend can do: defaults for those that can't, and layers that hand it on."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from clocktool.backends.base import Backend, Layer, Reply, Request

ME = Request("GET", "/user")


class Plain(Backend):
    """A backend that can do nothing but answer."""

    def send(self, request: Request) -> Reply:
        """Answer."""
        return Reply(200, {}, b"{}")


class Able(Plain):
    """A backend that can do everything, and keeps what it was asked to."""

    is_remote = True
    is_atomic = True

    def __init__(self) -> None:
        self.done: list[str] = []

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Note a transaction."""
        self.done.append("begin")
        yield
        self.done.append("commit")

    @contextmanager
    def batch(self, ended: threading.Event) -> Iterator[None]:
        """Note a batch, and end it."""
        ended.set()
        self.done.append("batch")
        yield

    def forget(self, request: Request) -> bool:
        """Note what is to be forgotten."""
        self.done.append(f"forget {request.path}")
        return True

    def close(self) -> None:
        """Note the end."""
        self.done.append("close")


class Through(Layer):
    """A layer that changes nothing."""

    def send(self, request: Request) -> Reply:
        """Send a request on."""
        return self._inner.send(request)


@pytest.mark.parametrize("backend", [Plain(), Through(Plain())], ids=["backend", "layer"])
def test_a_backend_that_only_answers_can_be_asked_for_all_else(backend: Backend) -> None:
    """It is near, has no transactions, keeps nothing; its blocks are plain blocks."""
    assert (backend.is_remote, backend.is_atomic, backend.forget(ME)) == (False, False, False)
    ended = threading.Event()
    with backend.batch(ended), backend.transaction():
        assert backend.send(ME).status == 200
    assert not ended.is_set()
    backend.close()


def test_a_layer_can_do_what_the_backend_behind_it_can() -> None:
    """However many layers there are."""
    able = Able()
    layer = Through(Through(able))
    assert (layer.is_remote, layer.is_atomic, layer.forget(ME)) == (True, True, True)
    ended = threading.Event()
    with layer.batch(ended), layer.transaction():
        assert layer.send(ME).status == 200
    layer.close()
    assert ended.is_set()
    assert able.done == ["forget /user", "batch", "begin", "commit", "close"]
