"""Where files belong on this platform, or where the environment says."""

from collections.abc import Mapping
from pathlib import Path

from clocktool.errors import SetupError


def config_file(env: Mapping[str, str]) -> Path:
    """Return where the configuration file is, or would be."""
    named = env.get("CLOCKTOOL_CONFIG")
    if named:
        return _expanded(named, "CLOCKTOOL_CONFIG")
    from platformdirs import user_config_path

    return user_config_path("clocktool", appauthor=False) / "config.toml"


def data_folder(env: Mapping[str, str]) -> Path:
    """Return the folder of what is kept on this machine."""
    named = env.get("CLOCKTOOL_DATA")
    if named:
        return _expanded(named, "CLOCKTOOL_DATA")
    from platformdirs import user_data_path

    return user_data_path("clocktool", appauthor=False)


def _expanded(named: str, variable: str) -> Path:
    try:
        return Path(named).expanduser()
    except RuntimeError as error:
        raise SetupError(f"${variable} cannot be read: {error}") from error
