"""Keep replies on this machine, and answer from there what may be as old as that."""

import msgspec

from clocktool.backends.base import Backend, Layer, Reply, Request
from clocktool.backends.cache import Cache, key_of
from clocktool.errors import OfflineError

KEPT = (200, 403)
"""The replies that are kept: what may not be read today is not asked for again and again."""


class Cached(Layer):
    """The cache in front of a backend; a write goes through, and forgets what it has changed."""

    def __init__(self, inner: Backend, cache: Cache) -> None:
        super().__init__(inner)
        self._cache = cache
        self._answered: set[str] = set()

    def send(self, request: Request) -> Reply:
        """Answer from the cache where the request allows it, else send it on."""
        if request.method == "GET":
            return self._get(request)
        reply = self._inner.send(request)
        self._learn(request, reply)
        return reply

    def forget(self, request: Request) -> bool:
        """Forget the reply to a request; return whether the last one came from the cache."""
        key = key_of(request)
        self._cache.forget(key)
        was_kept = key in self._answered
        self._answered.discard(key)
        return was_kept

    def close(self) -> None:
        """Close the inner backend, and the file."""
        self._cache.close()
        super().close()

    def _get(self, request: Request) -> Reply:
        if request.only_if_cached or request.age:
            kept = self._kept(request)
            if kept is not None:
                return kept
            if request.only_if_cached:
                return Reply(504, {}, b"")
        try:
            reply = self._inner.send(request)
        except OfflineError:
            kept = self._whatever_its_age(request)
            if kept is None:
                raise
            return kept
        if reply.status == 429 or reply.status >= 500:
            return self._whatever_its_age(request) or reply
        # A search that finds nothing is not kept: what was just added must be found.
        nothing = reply.body.strip() == b"[]" and ("page", "1") in request.query
        wanted = request.age is not None and reply.status in KEPT and not nothing
        if wanted and reply.is_json and reply.body.strip():
            self._cache.keep(request, reply)
        elif reply.status == 401:
            self._cache.forget("/")
        return reply

    def _whatever_its_age(self, request: Request) -> Reply | None:
        """Return the kept reply to a request that gets no other; None for one that is not kept."""
        if request.age is None:
            return None
        return self._kept(msgspec.structs.replace(request, only_if_cached=True))

    def _kept(self, request: Request) -> Reply | None:
        kept = self._cache.reply(request)
        if kept is not None:
            self._answered.add(key_of(request))
        return kept

    def _learn(self, request: Request, reply: Reply) -> None:
        """Forget what a write has made untrue, or a refusal shows to be."""
        if reply.status == 401:
            self._cache.forget("/")
            return
        parts = request.path.split("/")
        if "time-entries" in parts:
            if reply.status == 400:  # a name or a rule is not what it was
                self._cache.forget("/".join(parts[:3]))
        elif len(parts) <= 3:
            self._cache.forget("/workspaces")  # a workspace, its name or its rules
        else:
            self._cache.forget("/".join(parts[:4]))  # all lists of a kind, with what is below
            if parts[3] == "clients":  # projects show their names
                self._cache.forget("/".join((*parts[:3], "projects")))
