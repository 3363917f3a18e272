"""What mongod says against its file, and what the file says otherwise than the running server."""

from __future__ import annotations

import pytest

from engine.gather.fact import FactError
from fixtures.mongodb.configuration import Options, differ, flat, parse_test, read_file

FILE = """
net: {port: 27017, bindIp: 0.0.0.0, tls: {mode: requireTLS, certificateKeyFilePassword: hidden}}
storage: {wiredTiger: {engineConfig: {cacheSizeGB: 0.25}}}
systemLog: {logAppend: true}
setParameter: {honorSystemUmask: true, shutdownTimeoutMillisForSignaledShutdown: 100}
"""
# As getCmdLineOpts answers: parameters are text there, and a whole number may be a double.
RUNNING = {
    "net": {"port": 27017.0, "bindIp": "0.0.0.0", "tls": {"mode": "requireTLS"}},  # noqa: S104 - an answer
    "storage": {"wiredTiger": {"engineConfig": {"cacheSizeGB": 0.25}}},
    "systemLog": {"logAppend": True},
    "setParameter": {"honorSystemUmask": "true", "shutdownTimeoutMillisForSignaledShutdown": "100"},
}


def running(*, by_file: bool = True) -> Options:
    """Returns the options of RUNNING."""
    return Options(dict(flat(RUNNING)), by_file)


def test_the_same_in_other_forms_is_no_difference() -> None:
    """Numbers, switches and parameters are compared, passwords are not."""
    assert differ(read_file(FILE), running()) == []
    assert "hidden" not in repr(read_file(FILE))


def test_changed_added_and_removed_options_are_named() -> None:
    """What is gone from the file counts only where the file alone gave the options."""
    file = read_file(FILE.replace("27017", "27018").replace("systemLog: {logAppend: true}", "security: {keyFile: /k}"))
    assert differ(file, running()) == ["net.port", "security.keyFile", "systemLog.logAppend"]
    assert differ(file, running(by_file=False)) == ["net.port", "security.keyFile"]


def test_what_a_start_alone_knows_is_not_judged() -> None:
    """A value that a program gives is none of the file's, nor is what it may bring besides."""
    file = read_file("net: {port: 27017, tls: {certificateKeyFile: {__exec: /bin/key}}}")
    assert differ(file, running()) == []


@pytest.mark.parametrize("text", ["net: [", "- a", "", "net: &a {port: *a}", "!!python/object:os.system {}"])
def test_a_file_that_is_no_yaml_is_told_as_that(text: str) -> None:
    """The file cannot be compared; why it is refused is mongod's own to say."""
    with pytest.raises(FactError, match="configuration file"):
        read_file(text)


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ("", ""),
        ("Unrecognized option: storage.fault\ntry 'mongod --help' for more information\n", "storage.fault"),
        ("Error parsing YAML config file: yaml-cpp: error at line 11, column 2: end of map not found\n", "line 11"),
        (
            '{"s":"F","attr":{"error":{"code":2,"errmsg":"Unknown --setParameter \'x\'"}}}\n',
            "Unknown --setParameter 'x'",
        ),
    ],
)
def test_mongods_reason_is_told_without_its_advice(told: str, words: str) -> None:
    """Its message is enough, in whichever form the version gives it."""
    reason = parse_test(f"{told}==end\n")
    assert bool(reason) == bool(told)
    assert words in reason
    assert "try" not in reason


@pytest.mark.parametrize(
    "text", ["", "Killed\n", "Error parsing command line: unrecognised option '--outputConfig'\n==end\n"]
)
def test_an_answer_without_its_end_or_of_an_old_server_is_none(text: str) -> None:
    """It is never taken for a file that is in order."""
    with pytest.raises(FactError):
        parse_test(text)
