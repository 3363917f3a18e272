"""PostgreSQL's log: what crashed, is damaged, was refused or failed. docs/logs.md says what is over."""

from collections.abc import Collection, Sequence

from checks import expect
from engine.judge.marks import symptom, vital
from engine.judge.measure import at_most
from engine.text import counted, span
from fixtures.postgres.settings import Limits
from fixtures.postgres.troubles import CONNECTIONS, GRAVE, LOGINS, MISTAKES, STATEMENTS, Trouble

# FATAL means that one session ended. In these cases its log-in was refused, its client went away, or a person, a
# timeout or a shutdown ended it [src/backend: libpq/auth.c, tcop/postgres.c, utils/init/postinit.c].
ORDINARY = (
    "authentication failed",
    "pg_hba.conf",
    "does not exist",
    "is not permitted to log in",
    "permission denied for database",
    "too many clients",
    "too many connections",
    "remaining connection slots are reserved",
    "startup packet",
    "unsupported frontend protocol",
    "canceling authentication due to timeout",
    "connection to client lost",
    "terminating ",
    "is starting up",
    "accepting connections",
    "is in recovery mode",
    "unrecognized configuration parameter",
    "a valid client certificate",
    "is shutting down",
)


def test_log_written(
    postgres_log_written: float, postgres_checkpoint: float | None, postgres_log_known: str, limits: Limits
) -> None:
    """The server writes its log where it is looked for. Judged by its last checkpoint, where it logs these."""
    late = (postgres_checkpoint or 0) - postgres_log_written
    assert at_most(max(late, 0), limits.log_behind_s, "s"), (
        f"{postgres_log_known} was last written {span(late)} before the server's last checkpoint, of which it says "
        "something there; expected the log that it writes: this one took the place of one that was moved or deleted"
    )


@symptom("postgres.data_disk", "os")
def test_server_log(postgres_errors: list[tuple[float, str]], postgres_log_known: str, limits: Limits) -> None:
    """The server log of the last hour has no PANIC, no crash, and no FATAL other than a refused log-in."""
    bad = [(age, line) for age, line in postgres_errors if not any(words in line for words in ORDINARY)]
    expect.quiet(
        [age for age, _ in bad],
        0,
        limits,
        lambda: (
            f"{postgres_log_known} has {counted(len(bad), 'line')} of the last hour about a PANIC, crash or FATAL; "
            f"expected none, the last: {bad[-1][1]}"
        ),
    )


@symptom("os")
def test_damage_logged(postgres_damage: list[tuple[float, str]], postgres_log_known: str) -> None:
    """The server log of the last day reports no damaged page or block."""
    assert not postgres_damage, (
        f"{postgres_log_known} has {counted(len(postgres_damage), 'line')} of the last day about damaged pages or "
        f"blocks; expected none, the last: {postgres_damage[-1][1]}"
    )


@symptom
def test_connections_refused(postgres_troubles: list[Trouble], postgres_log_known: str, limits: Limits) -> None:
    """No client was refused because all connections were in use, or because the host gave no process or file for it."""
    _few(postgres_troubles, [CONNECTIONS], 0, postgres_log_known, limits)


@symptom
def test_logins_refused(postgres_troubles: list[Trouble], postgres_log_known: str, limits: Limits) -> None:
    """Few log-ins were refused, to whichever role."""
    _few(postgres_troubles, [LOGINS], limits.refused_logins, postgres_log_known, limits)


@vital(
    "logs", "http.error_total", "http.error_ratio", "http.page_served", "http.member_page_served", "http.login_works",
    "nginx.requests_served", "postgres.tables_filled", "backups.rows", "redis.cache_keys",
)  # fmt: skip
@symptom
def test_statements_fail(postgres_troubles: list[Trouble], postgres_log_known: str, limits: Limits) -> None:
    """No statement failed for want of room or memory, and few for another reason of one kind."""
    _few(postgres_troubles, GRAVE, 0, postgres_log_known, limits)
    _few(postgres_troubles, STATEMENTS.keys() - GRAVE.keys(), limits.errors, postgres_log_known, limits)
    _few(postgres_troubles, MISTAKES, limits.statement_mistakes, postgres_log_known, limits)


def _few(troubles: Sequence[Trouble], kinds: Collection[str], accepted: int, log: str, limits: Limits) -> None:
    for each in troubles:
        if each.kind in kinds:
            expect.quiet(
                [each.age] * each.number,
                accepted,
                limits,
                lambda each=each: (  # type: ignore[misc]
                    f"{log} has {counted(each.number, 'line')} of the last hour: {each.kind}; "
                    f"the limit is {accepted}, the last: {each.last}"
                ),
            )
