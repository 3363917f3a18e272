"""MongoDB's access control: nobody gets in without a log-in."""


def test_access_closed(mongodb_open: bool) -> None:
    """The member refuses to list its databases to a client without a log-in."""
    assert not mongodb_open, (
        "MongoDB lists its databases to a client without a log-in; expected it refused: access control is off"
    )
