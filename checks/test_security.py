"""Security: secrets, protected pages, and the passwords of users."""

from typing import cast

from engine.judge.marks import each, owns, vital
from engine.judge.measure import at_least, at_most
from engine.run.target import Target
from fixtures.app.files import FileState
from fixtures.app.settings import App
from fixtures.http.client import Response
from fixtures.http.settings import Endpoint
from fixtures.security.secrets import SigningKey, Users
from fixtures.security.settings import Closed, Limits, Security


def test_env_file_mode(
    app_files: dict[str, FileState], app_groups: list[str], settings: Security, target: Target
) -> None:
    """Only root, the application's user and a group of that user can read the file that holds its secrets."""
    state, app = app_files.get(settings.env_file), cast("App", target.component("app"))
    assert state, f"{settings.env_file} does not exist; expected a file of mode 0640 or stricter"
    assert not state.mode & 0o027, f"{state}; expected mode 0640 or stricter"
    # Who owns the whole checkout is `app.directory_owned`'s to judge.
    owners = {"root", app.user, *(each.owner for path, each in app_files.items() if path == app.root)}
    assert not app.user or state.owner in owners, f"{state}; expected it to belong to {app.user} or root"
    readers = {"root", *app_groups}
    assert not app_groups or not state.mode & 0o040 or state.group in readers, (
        f"{state}; expected a group of {app.user}, because the members of {state.group} read the secrets too"
    )


def test_env_copies(env_copies: list[str], settings: Security) -> None:
    """No copy of the file with the secrets lies beside it for everybody to read."""
    assert not env_copies, f"everybody may read {', '.join(env_copies[:5])}; expected the mode of {settings.env_file}"


@owns("signing_key")
def test_signing_key(signing_key: SigningKey, limits: Limits) -> None:
    """Tokens are signed with one key, which is long enough, random, and not a sample from documentation."""
    assert signing_key.occurrences == 1, f"{signing_key.name} is set {signing_key.occurrences} times; expected once"
    assert at_least(signing_key.length, limits.signing_key_length, "characters"), (
        f"{signing_key.name} has {signing_key.length} characters; expected at least {limits.signing_key_length}"
    )
    assert not signing_key.sample, (
        f"{signing_key.name} looks like a sample or has few different characters; expected a random value"
    )


def test_url_passwords(guessed_passwords: list[str], settings: Security) -> None:
    """No URL of the environment file has a password that anybody would try: a sample, a default, the user's name."""
    assert not guessed_passwords, (
        f"{settings.env_file} has a password that anybody would try in {', '.join(guessed_passwords)}; "
        "expected random ones"
    )


@each("protected")
def test_route_protected(http_protected: dict[str, dict[str, Response]], item: Endpoint) -> None:
    """A protected page refuses a request without a token, and one with a malformed token."""
    for token, response in http_protected[item.path].items():
        assert response.status in item.statuses, (
            f"GET {item.path} with token '{token}' was answered with status {response.status}; "
            f"expected {' or '.join(map(str, item.statuses))}"
        )


@owns("users", "password_schemes")
@vital("http.login_works", "postgres.statements_fail")
def test_users_table(users: Users, settings: Security, limits: Limits) -> None:
    """The table of users exists, has the columns that a log-in needs, and is not empty; nor are they."""
    assert users.columns, (
        f"the table {settings.users_table} {users.unseen or 'does not exist'}; expected the role to see it"
    )
    missing = [name for name in settings.users_columns if name not in users.columns]
    assert not missing, f"the table {settings.users_table} has no column {', '.join(missing)}"
    assert users.schemes, f"the table {settings.users_table} is empty; expected at least one user"
    for name, blank in users.blank.items():
        most = limits.blank_ratio * sum(users.schemes.values())
        assert at_most(blank, most, "users", name), (
            f"{name} is blank for {blank:,} of {sum(users.schemes.values()):,} users; "
            f"the limit is {limits.blank_ratio:.0%}"
        )


def test_password_hashes(password_schemes: dict[str, int], settings: Security) -> None:
    """Every user's password is hashed with a scheme made for passwords."""
    unknown = password_schemes.get("", 0)
    assert not unknown, (
        f"{unknown} of {sum(password_schemes.values())} users have no {settings.hash_column} of a known scheme; "
        "expected a hash for each"
    )


@each("admin_routes")
def test_admin_closed(http_admin: dict[str, Response], item: Closed) -> None:
    """An administration page refuses a request without a token."""
    status = http_admin[item.path].status
    assert status in item.statuses, (
        f"GET {item.path} without a token was answered with status {status}; "
        f"expected {' or '.join(map(str, item.statuses))}"
    )


@each("token_routes")
def test_token_declared(http_routes: dict[str, dict[str, bool]], item: str, target: Target) -> None:
    """Every method of the route takes a token, as the application's OpenAPI page says."""
    expected = getattr(target.component("http"), "routes", ())
    # What should be there and is not is http.routes_listed's matter: nothing is open.
    assert item in http_routes or item in expected, (
        f"the application's OpenAPI page does not list {item}; expected it, because nothing else says that the route "
        "takes a token"
    )
    bare = [method.upper() for method, takes in http_routes.get(item, {}).items() if not takes]
    assert not bare, f"{' and '.join(bare)} {item} takes no token, as the application's OpenAPI page says; expected one"
