"""PostgreSQL's configuration: the next start takes what is on disk, and it is what runs; the application may write."""

from engine.judge.marks import vital
from engine.text import counted
from fixtures.os.units import Listener, Unit
from fixtures.postgres.configuration import Configuration, DataFolder
from fixtures.postgres.settings import Postgres


@vital
def test_app_writable(postgres_read_only: str) -> None:
    """The application's transactions may write: the server is no standby, and no setting makes them read-only."""
    assert not postgres_read_only, (
        f"the application's transactions may only read (from: {postgres_read_only}); "
        "expected default_transaction_read_only to be off, on a server that is no standby"
    )


def test_config_valid(postgres_configuration: Configuration) -> None:
    """The next start and the next reload take every line of the configuration files."""
    refused = postgres_configuration.refused
    assert not refused, (
        f"{counted(len(refused), 'line')} of the configuration would be refused, and with postgresql.conf's the next "
        f"start; expected none: {'; '.join(refused[:5])}"
    )


def test_config_in_force(postgres_configuration: Configuration) -> None:
    """The running server has the parameters that its configuration files say."""
    waiting = postgres_configuration.waiting
    assert not waiting, (
        f"{counted(len(waiting), 'parameter')} of the configuration files, or removed from them, differ from the "
        f"running server's; expected none: {', '.join(waiting[:10])}"
    )


def test_access_closed(
    postgres_configuration: Configuration, listeners: list[Listener], unit: Unit, settings: Postgres
) -> None:
    """No rule lets anybody in without a password. The rules of a server in a container are not judged."""
    # Inside a container the image's rules trust the container's own programs, and nobody else reaches them.
    at_home = any(each.port == settings.port and unit.main_pid in each.pids for each in listeners)
    trusting = postgres_configuration.trusting
    assert not (at_home and trusting), (
        f"{counted(len(trusting), 'rule')} let in whoever asks, without a password: {'; '.join(trusting[:5])}; "
        "expected none with the method trust"
    )


def test_data_private(postgres_folder: DataFolder) -> None:
    """The data directory belongs to the server's user, and is open to nobody but its group, as each start demands."""
    folder = postgres_folder
    state = f"{folder.path} has mode {folder.mode} and belongs to {folder.owner}, and the server runs as {folder.user}"
    assert folder.owner == folder.user, f"{state}; the next start is refused: expected it to belong to {folder.user}"
    # Group may read since version 11 [postgresql.org/docs/current/creating-cluster.html].
    assert int(folder.mode, 8) & 0o027 == 0, f"{state}; the next start is refused: expected mode 0700 or 0750"


def test_key_private(postgres_key: tuple[str, str], postgres_folder: DataFolder, settings: Postgres) -> None:
    """The server's private key belongs to its user or to root, and is open to no others, as each start demands."""
    (mode, owner), user = postgres_key, postgres_folder.user
    state = f"{settings.tls_key} has mode {mode} and belongs to {owner}, and the server runs as {user}"
    assert owner in (user, "root"), f"{state}; the next start is refused: expected it to belong to {user} or root"
    # Root's may be read by a group [postgresql.org/docs/current/ssl-tcp.html].
    allowed, right = (0o640, "0640") if owner == "root" else (0o600, "0600")
    assert int(mode, 8) & ~allowed == 0, f"{state}; the next start is refused: expected mode {right} or less"
