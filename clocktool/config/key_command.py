"""``api_key_command``: get the API key from a password manager."""

import shlex
import subprocess

from clocktool.errors import SetupError, reason_of

SECONDS = 60
"""How long the command may take, in seconds; some wait for a fingerprint."""

HINT = "`clocktool config get api_key_command` prints the command; run it yourself"


def run_key_command(command: str) -> str:
    """Run the command, without a shell, and return the first line of its output.

    Raises SetupError when it can't be run, fails, or prints nothing. No message shows its output,
    which may be a part of the key.
    """
    try:
        words = shlex.split(command)
        ran = subprocess.run(  # noqa: S603  # the user's own configuration names it
            words, stdout=subprocess.PIPE, timeout=SECONDS, check=False
        )
    except (OSError, ValueError, IndexError) as error:
        raise SetupError("can't run api_key_command", HINT, why=reason_of(error)) from error
    except subprocess.TimeoutExpired as error:
        raise SetupError(f"api_key_command gave no key within {SECONDS} s", HINT) from error
    if ran.returncode != 0:
        raise SetupError(f"api_key_command failed with exit code {ran.returncode}", HINT)
    lines = ran.stdout.decode(errors="replace").split("\n")
    key = lines[0].strip()
    if not key:
        raise SetupError("api_key_command printed no key on its first line", HINT)
    return key
