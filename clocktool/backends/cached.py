"""The cache in front of a backend: stores replies, and answers requests that allow an older one."""

import msgspec

from clocktool.backends.base import Backend, Layer, Reply, Request
from clocktool.backends.cache import Cache, key_of
from clocktool.errors import OfflineError, RateLimitedError

KEPT = (200, 403)
"""The statuses that are stored; 403, too, so that a forbidden list is not requested every time."""


class Cached(Layer):
    """A layer with a cache. A write is passed on, and replies that it makes old are outdated."""

    def __init__(self, inner: Backend, cache: Cache) -> None:
        super().__init__(inner)
        self._cache = cache
        self._used: set[str] = set()

    def send(self, request: Request) -> Reply:
        """Answer from the cache if the request allows it, else send the request."""
        if request.method == "GET":
            return self._get(request)
        reply = self._inner.send(request)
        self._invalidate(request, reply)
        return reply

    def forget(self, request: Request) -> bool:
        """Remove the reply to a request; return whether the last one came from the cache."""
        key = key_of(request)
        self._cache.forget(key)
        was_kept = key in self._used
        self._used.discard(key)
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
        except (OfflineError, RateLimitedError):
            kept = self._stale(request)
            if kept is None:
                raise
            return kept
        if reply.status == 429 or reply.status >= 500:
            return self._stale(request) or reply
        # An empty search result is not stored: a name that was just added must be found.
        nothing = reply.body.strip() == b"[]" and ("page", "1") in request.query
        wanted = request.age is not None and reply.status in KEPT and not nothing
        if wanted and reply.is_json and reply.body.strip():
            self._cache.keep(request, reply)
        elif reply.status == 401:
            self._cache.forget("/")
        return reply

    def _stale(self, request: Request) -> Reply | None:
        """Return the cached reply of any age to a request that failed, None if there is none."""
        if request.age is None:
            return None
        return self._kept(msgspec.structs.replace(request, only_if_cached=True))

    def _kept(self, request: Request) -> Reply | None:
        kept = self._cache.reply(request)
        if kept is not None:
            self._used.add(key_of(request))
        return kept

    def _invalidate(self, request: Request, reply: Reply) -> None:
        """Outdate the replies that a write, or its refusal, shows to be old.

        They still answer while the server does not; lists of names then have what was written.
        """
        if reply.status == 401:
            self._cache.forget("/")
            return
        parts = request.path.split("/")
        if "time-entries" in parts:
            if reply.status == 400:  # perhaps a name or a rule has changed
                self._cache.outdate("/".join(parts[:3]))
        elif len(parts) <= 3:
            self._cache.outdate("/workspaces")  # the workspace itself
        else:
            from clocktool.backends.name_lists import written

            change = written(request, reply)
            self._cache.outdate("/".join(parts[:4]), change)  # all lists of the kind
            if parts[3] == "clients":  # projects have their client's name
                self._cache.outdate("/".join((*parts[:3], "projects")), change)
