"""Redis' configuration: a start takes the file, the file is what runs, and no pause holds commands back."""

from engine.judge.marks import vital
from engine.judge.measure import at_most
from engine.text import counted
from fixtures.redis.file import Folder, RedisFile
from fixtures.redis.paused import Pause
from fixtures.redis.settings import Redis


@vital
def test_unpaused(redis_pause: Pause) -> None:
    """No CLIENT PAUSE holds the clients' commands back."""
    held = redis_pause.held
    assert at_most(len(held), 0, "clients"), (
        f"Redis holds back commands of {counted(len(held), 'client')} ({', '.join(sorted(set(held))[:5])}), more than "
        f"once within {redis_pause.seconds:.1f} s; expected none: somebody paused it (CLIENT PAUSE)"
    )
    assert not redis_pause.told, f"Redis is paused ({redis_pause.told}); expected no CLIENT PAUSE"


def test_config_valid(redis_file: RedisFile, settings: Redis) -> None:
    """The next start takes every line of the configuration file, as far as the running server can tell."""
    refused = redis_file.refused
    assert not refused, (
        f"the next start refuses {counted(len(refused), 'line')} of {settings.config_file}; expected none: "
        f"{'; '.join(refused[:5])}"
    )


def test_config_in_force(redis_file: RedisFile, settings: Redis) -> None:
    """The running server has the parameters that its file says. Passwords and files with `include` are not compared."""
    waiting = redis_file.waiting
    assert not waiting, (
        f"{counted(len(waiting), 'parameter')} of the running server differ from {settings.config_file}; expected "
        f"none: {', '.join(waiting[:10])}"
    )


@vital("redis.persistence", "redis.snapshot_recent", "redis.writable")
def test_data_writable(redis_folder: Folder) -> None:
    """The folder of the data belongs to the server's user, who may write there."""
    folder = redis_folder
    state = f"{folder.path} has mode {folder.mode} and belongs to {folder.owner}, and Redis runs as {folder.user}"
    assert folder.owner == folder.user, f"{state}; expected it to belong to {folder.user}: the next snapshot fails"
    assert int(folder.mode, 8) & 0o300 == 0o300, f"{state}; expected mode 0750: the next snapshot fails"
