"""Of the package requests what the samples call, over httpx."""

from typing import Any

import httpx


def get(url: str, **given: Any) -> httpx.Response:
    """Send a GET."""
    return httpx.get(url, **given)


def post(url: str, **given: Any) -> httpx.Response:
    """Send a POST."""
    return httpx.post(url, **given)


def put(url: str, **given: Any) -> httpx.Response:
    """Send a PUT."""
    return httpx.put(url, **given)


def patch(url: str, **given: Any) -> httpx.Response:
    """Send a PATCH."""
    return httpx.patch(url, **given)
