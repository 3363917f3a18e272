"""The paste of a resolution, in real shells: it stops where a change failed, and leaves the shell open."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from engine.judge.finding import Remediation
from reports.paste import left_out, note, paste

SHELLS = [shell for shell in ("sh", "bash", "ksh", "zsh", "busybox") if shutil.which(shell)]


def look(command: str, text: str = "") -> Remediation:
    return Remediation(command, "none", text)


def change(command: str, text: str = "", functions: tuple[str, ...] = ()) -> Remediation:
    return Remediation(command, "restart", text, functions)


def pasted(shell: str, *steps: Remediation) -> tuple[list[str], str]:
    """Returns the lines that a shell prints, which gets the paste and one more line; and its errors."""
    command = [shell, *(["sh"] if shell == "busybox" else [])]
    done = subprocess.run(
        command, input=f"{paste(steps)}\necho open\n", capture_output=True, text=True, timeout=10, check=False
    )
    return done.stdout.splitlines(), done.stderr


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    "failing",
    [
        "false",
        "true && false",
        "echo x | grep -q y",
        "if true; then\n  false\nfi",
        "sh <<'END'\nexit 3\nEND",
        "false # for a reason",
        "! true",
        "false;",
        "(exit 7)",
    ],
)
def test_a_change_that_fails_ends_it(shell: str, failing: str) -> None:
    """What comes after rests on it; the shell itself stays open."""
    out, error = pasted(shell, look("echo looked"), change(failing), change("echo changed"), look("echo after"))
    assert out == ["looked", "open"]
    assert error.count("Stopped: ") == 1


@pytest.mark.parametrize("shell", SHELLS)
def test_a_look_that_finds_nothing_does_not(shell: str) -> None:
    out, error = pasted(shell, look("false"), change("true"), look("grep -q x /dev/null"), change("echo changed"))
    assert (out, error) == (["changed", "open"], "")


def test_functions_stand_once_and_words_are_comments() -> None:
    """What a step says is read beside it, with what it costs; a function that two steps call is defined once."""
    say = 'say() { echo "$1"; }'
    steps = (
        look("", "Read this first."),
        change("say one", "It's 'first'.", (say,)),
        change("say two", "", (say,)),
    )
    text = paste(steps)
    assert text.count(say) == 1
    assert text.splitlines()[3:6] == ["# Read this first.", "# It's 'first'. [restarts a service]", "say one || stop"]
    assert pasted("sh", *steps) == (["one", "two", "open"], "")


def test_nothing_reads_the_steps_that_follow() -> None:
    """A command that reads its input would eat the lines of the paste when these were lines of the terminal."""
    out, _ = pasted("bash", change("true"), change("true"), look("true; head -n 1 >/dev/null; echo whole"))
    assert out[:1] == ["whole"]


def test_what_can_lose_data_is_left_out() -> None:
    """A person decides on that step by itself."""
    assert paste([look("true"), Remediation("rm -rf /srv", "data-loss", "")]) == "true"


@pytest.mark.parametrize(
    "steps",
    [
        (),
        (look("", "Ask the owner."),),
        (look("true"), Remediation("SELECT 1;", "none", "", shell=False)),
        (Remediation("rm -rf /srv", "data-loss", ""),),
    ],
)
def test_where_there_is_none(steps: tuple[Remediation, ...]) -> None:
    assert paste(steps) == ""


def test_one_change_alone_needs_no_frame() -> None:
    """Nothing follows that could rest on it."""
    assert paste([look("true"), change("echo done")]) == "true\n# [restarts a service]\necho done"


def test_the_last_of_two_like_steps_stops_nothing() -> None:
    """Two restarts of one service are two steps."""
    restart = ("systemctl restart shop", "restart", "")
    lines = paste([Remediation(*restart), Remediation(*restart)]).splitlines()
    assert [line for line in lines if line.startswith("systemctl")] == [f"{restart[0]} || stop", restart[0]]


@pytest.mark.parametrize("length", range(60, 110))
def test_a_danger_is_whole(length: int) -> None:
    """However long the words before it are; no line is longer than a terminal shows."""
    lines = note(change("true", "x" * 50 + " " + "y" * (length - 51)))
    assert lines[-1].endswith("[restarts a service]")
    assert max(map(len, lines)) <= 100


def test_what_is_not_ready_is_left_out_and_says_so() -> None:
    """A step with something to fill in stands alone, and its words name it."""
    drain = Remediation("kubectl drain <node>", "none", "Empty it.", blanks=("<node>",))
    whole = paste((look("true"), drain, look("uptime")))
    assert "drain" not in whole
    assert whole == "true\nuptime"
    assert left_out((look("true"), drain)) == ", but those that have something to fill in"
    assert left_out((Remediation("rm -rf /srv", "data-loss", ""),)) == ", but those that can lose data"
    assert note(drain) == ["# Empty it. (fill in <node> first)"]
