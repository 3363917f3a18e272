"""A shell that is asked through pipes: bytes come back as they are, and noise is no answer."""

from __future__ import annotations

import sys
import threading
import time

import pytest

from engine.gather import shell as shells_module
from engine.gather.hello import greet, lack, useless
from engine.gather.shell import Frame, Shell, ShellError
from engine.gather.shells import Shells
from engine.gather.transport import BrokenError


@pytest.mark.parametrize(
    ("script", "stdout"),
    [
        (r"printf '\200\351\377'", b"\x80\xe9\xff"),
        (r"printf 'a\000b'", b"a\x00b"),
        (r"printf '\346\227'", b"\xe6\x97"),
        (r"printf '\r\n\033[2J'", b"\r\n\x1b[2J"),
        ("cat", b""),
        ("echo one; exit 3; echo two", b"one\n"),
        ("echo a # comment", b"a\n"),
        ("", b""),
        ("printf '\\nrc-000000000000000000000000 end\\n'", b"\nrc-000000000000000000000000 end\n"),
        ("echo $N; N=1", b"\n"),
        ("echo üñ", "üñ\n".encode()),
    ],
)
def test_bytes_come_back(script: str, stdout: bytes) -> None:
    """What a script says is what arrives, whatever bytes it is made of; it reads nothing and leaves nothing behind."""
    shell = Shell(["sh"])
    try:
        for _ in range(2):
            answer = shell.ask(script, 10)
            assert (answer.stdout, answer.stderr) == (stdout, b"")
            assert answer.sent <= answer.received
    finally:
        shell.end()


def test_a_script_may_be_long() -> None:
    """An argument ends at 128 KiB on Linux; what comes through a pipe does not."""
    shell = Shell(["sh"])
    lines = "\n".join(f"echo {'x' * 1000} {number}; echo e{number} >&2" for number in range(2000))
    answer = shell.ask(lines, 60)
    shell.end()
    assert answer.stdout.count(b"\n") == answer.stderr.count(b"\n") == 2000


@pytest.mark.parametrize(
    "start",
    [
        "echo hello; echo there >&2",
        "printf '\\377\\000'; printf 'rc-begin\\n'",
        'read -r line; echo "read: $line"',
        "(sleep 0.1; echo late) & ",
        "seq 100000",
    ],
)
def test_noise_is_no_answer(start: str) -> None:
    """What start-up files print, or read, is none of the answer."""
    shell = Shell(["sh", "-c", f"{start}\nexec sh"])
    greet(shell, 10)
    assert shell.ask("echo one", 10)[:2] == (b"one\n", b"")
    shell.end()


def test_a_shell_that_ends_tells_what_it_said() -> None:
    """What was said until then is kept, with the exit status."""
    shell = Shell(["sh", "-c", "echo This account is not available. >&2; exit 7"])
    with pytest.raises(ShellError) as error:
        shell.ask("echo one", 10)
    assert (error.value.status, error.value.began) == (7, False)
    told = useless(error.value, 10)
    assert told.fact == "shell"
    assert "ended with status 7; it printed: This account is not available. Expected" in str(told)
    shell.end()


def test_half_an_answer_is_kept() -> None:
    """A script that hangs costs its time, and what it had said by then is there."""
    shell = Shell(["sh"])
    with pytest.raises(ShellError) as error:
        shell.ask("echo one; sleep 60", 0.5)
    assert (error.value.stdout, error.value.began, error.value.status) == (b"one\n", True, None)
    shell.end()


def test_an_answer_without_end_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """A host that talks without end does not fill this machine's memory."""
    monkeypatch.setattr(shells_module, "MOST_BYTES", 1_000_000)
    shell = Shell(["sh"])
    with pytest.raises(ShellError) as error:
        shell.ask("yes")
    shell.end()
    assert 1_000_000 <= len(error.value.stdout) < 2_000_000


def test_it_can_be_ended_while_it_is_asked() -> None:
    """Another thread ends the shell: who asks gets what there is, at once."""
    shells = Shells("here", lambda: Shell(["sh"]))
    threading.Timer(0.3, shells.close).start()
    with pytest.raises(BrokenError) as error:
        shells.timed("echo one; sleep 60")
    assert error.value.stdout == b"one\n"
    with pytest.raises(BrokenError):
        shells.timed("echo two")


def test_scripts_run_side_by_side() -> None:
    """A script that takes long does not keep another one waiting; the shells are used again."""
    made: list[Shell] = []

    def another() -> Shell:
        made.append(Shell(["sh"]))
        return made[-1]

    shells = Shells("here", another)
    slow = threading.Thread(target=shells.timed, args=("sleep 1",))
    slow.start()
    time.sleep(0.2)
    started = time.monotonic()
    for _ in range(5):
        assert shells.timed("echo quick").stdout == b"quick\n"
    assert slow.is_alive(), f"quick ones took {time.monotonic() - started:.1f} s"
    slow.join()
    shells.close()
    assert len(made) == 2


def test_a_session_that_is_not_granted_is_waited_for() -> None:
    """Where no more sessions are granted, scripts run one after another in the one that there is."""
    shells = Shells("here", lambda: Shell(["sh", "-c", "echo refused >&2; exit 255"]))
    shells.add(Shell(["sh"]))
    said: list[bytes] = []
    threads = [
        threading.Thread(target=lambda n=n: said.append(shells.timed(f"sleep 0.2; echo {n}").stdout)) for n in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    shells.close()
    assert sorted(said) == [b"0\n", b"1\n", b"2\n", b"3\n"]


@pytest.mark.parametrize(
    ("stderr", "what"),
    [
        ("sh: 1: ps: not found", "ps"),
        ("/bin/sh: 12: ss: not found", "ss"),
        ("bash: line 1: ps: command not found", "ps"),
        ("bash: timeout: command not found", "timeout"),
        ("sh: awk: not found", "awk"),
        ("sudo: ss: command not found", "ss"),
        ("timeout: failed to run command ‘df’: No such file or directory", "df"),
        ("env: ‘ps’: No such file or directory", "ps"),
        ("ps: error while loading shared libraries: libproc2.so.0: cannot open shared object file", "ps"),
        ("noise\nsh: 1: Cannot fork", "room for more processes"),
        ("-bash: fork: retry: Resource temporarily unavailable", "room for more processes"),
        ("sh: can't fork: Resource temporarily unavailable", "room for more processes"),
        ("sh: 1: redis-cli: not found", ""),
        ("sh: 1: /opt/app/venv/bin/python: not found", ""),
        ("cat: /etc/x: No such file or directory", ""),
        ("grep: not found anywhere", ""),
        ("sh: 1: sudo: not found", ""),
        ("", ""),
    ],
)
def test_what_the_host_lacks(stderr: str, what: str) -> None:
    """The tools that every host has, and room for processes, are told by name; a component's own are its own matter."""
    assert lack(stderr).startswith(what) if what else lack(stderr) == ""


def test_a_frame_is_found_by_its_own_marks_only() -> None:
    """An answer that holds another frame's marks is whole."""
    mine, other = Frame("echo"), Frame("echo")
    said = b"noise" + mine._begin + other._begin + b"x" + other.end + mine.end + b"late"
    assert mine.cut(said) == (other._begin + b"x" + other.end, True, True)
    assert mine.cut(b"noise") == (b"noise", False, False)


def test_python_is_no_shell() -> None:
    """A login shell of another kind is told as one that runs no sh."""
    shell = Shell([sys.executable, "-c", "import sys; sys.exit('what is sh?')"])
    with pytest.raises(ShellError) as error:
        greet(shell, 10)
    assert "the login shell ran no sh" in str(useless(error.value, 10))
    shell.end()
