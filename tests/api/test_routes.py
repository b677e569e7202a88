"""Which route set a configuration means: decided by the host alone, never by trying."""

import pytest

from clocktool.api.routes import GUIDE, SERVICE, Routes, routes_for
from clocktool.errors import SetupError


@pytest.mark.parametrize(
    ("url", "routes"),
    [
        ("https://api.clockify.me/api/v1", SERVICE),
        ("https://euc1.clockify.me/api/v1", SERVICE),
        ("https://CLOCKIFY.me:443/api/v1", SERVICE),
        ("https://notclockify.me/api/v1", GUIDE),
        ("https://clockify.me.example.test/v1", GUIDE),
        ("https://clockify.me@example.test/v1", GUIDE),
        ("https://example.test/clockify.me", GUIDE),
        ("http://127.0.0.1:8080/v1", GUIDE),
    ],
)
def test_the_host_decides(url: str, routes: Routes) -> None:
    """The service's own hosts speak its routes, all others the guide's."""
    assert routes_for("auto", url) == routes


@pytest.mark.parametrize(("setting", "routes"), [("guide", GUIDE), ("service", SERVICE)])
def test_a_setting_beats_the_host(setting: str, routes: Routes) -> None:
    """Who says the route set gets it, whatever the host."""
    for url in ("https://api.clockify.me/api/v1", "https://example.test/v1"):
        assert routes_for(setting, url) == routes


@pytest.mark.parametrize("setting", ["", "Guide", "both"])
def test_no_other_route_sets(setting: str) -> None:
    """Any other word is a mistake in the configuration."""
    with pytest.raises(SetupError, match="invalid routes") as caught:
        routes_for(setting, "https://example.test/v1")
    assert caught.value.hint == "use auto, guide or service"
