"""Host specs are taken apart once, and what could be an option or a command of another program is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.config.spec import OPTIONS, parse_spec


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("ssh://web-1", ("ssh", None, "web-1", None, "web-1")),
        ("ssh://deploy@web-1:2222", ("ssh", "deploy", "web-1", 2222, "web-1:2222")),
        ("ssh://[::1]:22", ("ssh", None, "::1", 22, "[::1]:22")),
        ("ssh://me@[fe80::1%25eth0]", ("ssh", "me", "fe80::1%eth0", None, "fe80::1%eth0")),
        ("ssh://me%40corp.example@web", ("ssh", "me@corp.example", "web", None, "web")),
        ("ssh://CORP%5Cme@web", ("ssh", "CORP\\me", "web", None, "web")),
        ("ssh://web_1.int", ("ssh", None, "web_1.int", None, "web_1.int")),
        ("local://", ("local", None, "", None, "local")),
        ("docker://me@box", ("docker", "me", "box", None, "box")),
        ("podman://box", ("podman", None, "box", None, "box")),
        ("lxc://box", ("lxc", None, "box", None, "box")),
        ("kubectl://pod-0?namespace=prod&container=app", ("kubectl", None, "pod-0", None, "pod-0")),
        ("chroot:///srv/root", ("chroot", None, "/srv/root", None, "/srv/root")),
    ],
)
def test_taken_apart(text: str, parts: tuple[str, str | None, str, int | None, str]) -> None:
    """Backend, user, name and port are what testinfra takes them for, decoded; the last is what to call the host."""
    spec = parse_spec(text)
    assert (spec.backend, spec.user, spec.name, spec.port, spec.title) == parts
    assert spec.text == text


def test_options_are_kept() -> None:
    """Each option that the backend honours is there, as text."""
    spec = parse_spec("ssh://h?timeout=7&ssh_config=~/c%20d&ssh_identity_file=k&sudo=True&sudo_user=app")
    assert spec.options == {
        "timeout": "7", "ssh_config": "~/c d", "ssh_identity_file": "k", "sudo": "true", "sudo_user": "app",
    }  # fmt: skip
    assert spec.flag("sudo")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("web-1", "names no backend"),
        ("", "names no backend"),
        ("shs://h", "unknown backend 'shs'; did you mean 'ssh'?"),
        ("://h", "unknown backend ''"),
        ("ssh://", "names no host"),
        ("ssh://me@", "names no host"),
        ("ssh://?timeout=3", "names no host"),
        ("ssh://@h", "'' is not the name of a user"),
        ("ssh://h/", "'/' has no meaning"),
        ("ssh://h/etc", "'/etc' has no meaning"),
        ("ssh://h#x", "'#x' has no meaning"),
        ("ssh://h:", "'' is not a port"),
        ("ssh://h:0", "'0' is not a port"),
        ("ssh://h:99999", "'99999' is not a port; expected a number from 1 to 65535"),
        ("ssh://h:65536", "is not a port"),
        ("ssh://h:ssh", "'ssh' is not a port"),
        ("ssh://h:-1", "is not a port"),
        ("ssh://h:٢٢", "is not a port"),
        ("ssh://::1", "needs brackets"),
        ("ssh://::1:22", "needs brackets"),
        ("ssh://[::1", "is not a host spec"),
        ("ssh://[::g]", "not a host spec"),
        ("ssh://[::1]22", "needs brackets"),
        ("ssh://a@b@c", "an @ in the name of a user must be written as %40"),
        ("ssh://a b", "must not contain a space"),
        ("ssh://a\nb", "must not contain a line break"),
        ("ssh://a\tb", "must not contain a tab"),
        ("ssh://a\x00b", "must not contain a control character 0"),
        ("ssh://a\u202eb", "must not contain a control character"),
        ("ssh://a%0ab", "is not the name of a host"),
        ("ssh://a%20b", "is not the name of a host"),
        ("ssh://a%zz", "a % begins an encoded character"),
        ("ssh://a%ffb", "is not the name of a host"),
        ("ssh://-oProxyCommand=id", "is not the name of a host"),
        ("ssh://%2doProxyCommand=id", "is not the name of a host"),
        ("ssh://me@-h", "is not the name of a host"),
        ("ssh://-lroot@h", "'-lroot' is not the name of a user"),
        ("ssh://%2dx@h", "is not the name of a user"),
        ("ssh://$(id)@h", "is not the name of a user"),
        ("ssh://a;b@h", "is not the name of a user"),
        ("ssh://`id`", "is not the name of a host"),
        ("ssh://a|b", "is not the name of a host"),
        ("ssh://a'b", "is not the name of a host"),
        ("ssh://*", "is not the name of a host"),
        ("docker://-it", "is not the name of a host"),
        ("docker://$(id)", "is not the name of a host"),
        ("kubectl://me@pod", "kubectl:// takes no user"),
        ("local://here", "takes no name"),
        ("chroot://srv", "names no folder"),
        ("chroot://", "names no folder"),
        ("safe-ssh://h", "writes temporary files on the host; expected ssh://"),
        ("winrm://h?no_ssl=true", "reaches Windows"),
        ("ssh://h?contolpersist=3", "unknown option 'contolpersist' of ssh://"),
        ("ssh://h?controlpersist=3", "the option 'controlpersist' is not honoured"),
        ("ssh://h?controlpath=/x", "the option 'controlpath' is not honoured"),
        ("ssh://h?ssh_extra_args=-v", "the option 'ssh_extra_args' is not honoured"),
        ("ssh://h?no_verify_ssl=true", "unknown option 'no_verify_ssl' of ssh://"),
        ("docker://h?ssh_config=x", "unknown option 'ssh_config' of docker://"),
        ("local://?namespace=x", "unknown option 'namespace' of local://"),
        ("openshift://h?context=x", "unknown option 'context' of openshift://"),
        ("ssh://h?timeout=soon", "the option 'timeout' is 'soon'; expected seconds, from 1 to 120"),
        ("ssh://h?timeout=0", "the option 'timeout' is '0'"),
        ("ssh://h?timeout=", "the option 'timeout' is ''"),
        ("ssh://h?timeout=3&timeout=4", "the option 'timeout' is given twice"),
        ("ssh://h?sudo=yes", "the option 'sudo' is 'yes'; expected true or false"),
        ("ssh://h?sudo_user=app", "needs sudo"),
        ("ssh://h?sudo=true&sudo_user=-s", "the option 'sudo_user' is '-s'"),
        ("kubectl://h?namespace=a%20b", "the option 'namespace' is 'a b'"),
        ("kubectl://h?container=$(id)", "the option 'container'"),
        ("ssh://h?ssh_config=a%0ab", "the option 'ssh_config' is 'a\\x0ab'"),
    ],
)  # fmt: skip
def test_refused(text: str, told: str) -> None:
    """What cannot be used is told in one line, with what was expected."""
    with pytest.raises(ValueError) as error:
        parse_spec(text)
    assert told in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "text", ["ssh://u:hunter2@h", "u:hunter2@h", "ssh://u:hunter2@h:99999", "docker://u:hunter2@b"]
)
def test_a_password_is_refused_and_not_repeated(text: str) -> None:
    """A secret never stands on a command line, nor in the message that says so."""
    with pytest.raises(ValueError) as error:
        parse_spec(text)
    assert "hunter2" not in str(error.value)


@given(st.text(max_size=40), st.sampled_from(sorted(OPTIONS)))
def test_whatever_is_written(text: str, backend: str) -> None:
    """Any text is a spec that begins no option and holds no control character, or one line that says why not."""
    told = ""
    try:
        spec = parse_spec(f"{backend}://{text}")
    except ValueError as error:
        told = str(error)
    if told:
        assert len(told.splitlines()) == 1
        return
    for part in (spec.name, spec.user or "", *spec.options.values()):
        assert not part.startswith("-")
        assert part.isprintable()
    assert not set(spec.name + (spec.user or "")) & set("`;|&<>$ ")
