"""What protects users' data."""

from fixtures.facts.app import FileState
from fixtures.facts.security import SigningKey
from fixtures.marks import owns
from fixtures.settings import Limits, Security


def test_env_file_mode(app_files: dict[str, FileState], settings: Security) -> None:
    """The file that holds the application's secrets can be read by its user and group only."""
    state = app_files.get(settings.env_file)
    assert state, f"{settings.env_file} does not exist"
    assert not state.mode & 0o027, f"{state}; expected mode 0640 or stricter"


@owns("signing_key")
def test_signing_key(signing_key: SigningKey, limits: Limits) -> None:
    """Tokens are signed with one key, long enough and not from a sample file."""
    assert signing_key.occurrences == 1, f"{signing_key.name} is set {signing_key.occurrences} times; expected once"
    assert signing_key.length >= limits.signing_key_length, (
        f"{signing_key.name} has {signing_key.length} characters; the least is {limits.signing_key_length}"
    )
    assert not signing_key.sample, f"{signing_key.name} looks like a sample from documentation"
