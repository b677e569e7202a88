"""The release script: it tags a version only where version, changelog and tag agree."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / ".ci" / "release"
CHANGELOG = "# Changelog\n\n## [Unreleased]\n\n## [1.2.0] - 2026-11-25\n\n- New.\n"


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A repository that is ready to release 1.2.0."""
    (tmp_path / ".ci").mkdir()
    shutil.copy(SCRIPT, tmp_path / ".ci" / "release")
    (tmp_path / "clocktool").mkdir()
    (tmp_path / "clocktool" / "__init__.py").write_text('__version__ = "1.2.0"\n')
    (tmp_path / "CHANGELOG.md").write_text(CHANGELOG)
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    commit(tmp_path)
    return tmp_path


def git(clone: Path, *words: str) -> str:
    """Return what git prints in a clone."""
    settings = (
        "user.name=Jo",
        "user.email=jo@example.com",
        "tag.gpgsign=false",
        "commit.gpgsign=false",
        "core.hooksPath=/dev/null",
    )
    options = [word for each in settings for word in ("-c", each)]
    ran = subprocess.run(
        ["git", *options, *words], cwd=clone, check=True, capture_output=True, text=True
    )
    return ran.stdout.strip()


def commit(clone: Path) -> None:
    """Commit everything in a clone."""
    git(clone, "add", "--all")
    git(clone, "commit", "--quiet", "--message", "Change")


def release(clone: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the script of a clone."""
    names = {"GIT_COMMITTER_NAME": "Jo", "GIT_COMMITTER_EMAIL": "jo@example.com"}
    path = {"PATH": str(Path(shutil.which("git") or "git").parent), "HOME": str(clone)}
    return subprocess.run(
        [sys.executable, str(clone / ".ci" / "release"), *words],
        env=path | names,
        check=False,
        capture_output=True,
        text=True,
    )


def test_a_version_that_is_ready_is_tagged(clone: Path) -> None:
    """The tag is annotated and stands on the commit; nothing is pushed."""
    ran = release(clone, "1.2.0")

    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout == "Tagged v1.2.0. To publish: git push --follow-tags\n"
    assert git(clone, "cat-file", "-t", "v1.2.0") == "tag"


def test_a_check_makes_no_tag(clone: Path) -> None:
    """With --check it is only said that the version can be released."""
    ran = release(clone, "--check", "1.2.0")

    assert (ran.returncode, ran.stdout) == (0, "1.2.0 can be released.\n")
    assert git(clone, "tag") == ""


@pytest.mark.parametrize(
    ("version", "changelog", "said"),
    [
        ("1.3.0", CHANGELOG, "clocktool/__init__.py says 1.2.0: set __version__ to 1.3.0"),
        ("1.2", CHANGELOG, "'1.2' is not a version: use MAJOR.MINOR.PATCH"),
        ("1.2.0", "# Changelog\n\n## [Unreleased]\n", "CHANGELOG.md has no section [1.2.0]"),
        ("1.2.0", CHANGELOG.replace(" - 2026-11-25", ""), "write the heading as '## [1.2.0] -"),
        ("1.2.0", CHANGELOG.replace("- New.\n", ""), "the section [1.2.0] is empty"),
        (
            "1.2.0",
            CHANGELOG.replace("[Unreleased]\n", "[Unreleased]\n\n- More.\n"),
            "move what is under [Unreleased] to [1.2.0]",
        ),
    ],
)
def test_a_version_that_is_not_ready_is_refused(
    clone: Path, version: str, changelog: str, said: str
) -> None:
    """Each reason is one line with its cure, the exit code is 1, and there is no tag."""
    (clone / "CHANGELOG.md").write_text(changelog)
    if changelog != CHANGELOG:
        commit(clone)

    ran = release(clone, version)

    assert ran.returncode == 1
    assert said in ran.stderr
    assert git(clone, "tag") == ""


def test_changes_that_are_not_committed_stop_a_release(clone: Path) -> None:
    """What is tagged is what is committed."""
    (clone / "new").touch()

    assert "error: the working tree has changes: commit them\n" in release(clone, "1.2.0").stderr


def test_a_version_is_released_once(clone: Path) -> None:
    """A second release of the same version is refused."""
    release(clone, "1.2.0")

    assert "the tag v1.2.0 exists: choose the next version" in release(clone, "1.2.0").stderr
