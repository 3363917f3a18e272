"""A release's requirements: read by the probe in real files, and taken apart as pip does."""

from __future__ import annotations

import codecs
import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine.gather.fact import FactError
from engine.gather.probe import probe
from fixtures.app.requirements import parse_requirements, requirement
from fixtures.app.venv import PROBES

TEXT = """\
# how we say it: Größe, 日本
--index-url https://example.org/simple
flask==3.1.*  # why
psycopg[binary]>=3 \\
    --hash=sha256:0123 \\
    --hash=sha256:4567
https://example.org/en_core_web_sm-3.8.0-py3-none-any.whl#sha256=0123

private @ https://example.org/private.zip
tomli ; python_version < "3.11"
"""
FOUND = ["flask==3.1.*", "psycopg[binary]>=3", "en-core-web-sm==3.8.0", "private@ https://example.org/private.zip",
         'tomli; python_version < "3.11"']  # fmt: skip


def asked(path: Path) -> list[str]:
    """Returns the requirements of a file as a gate finds them, the probe run by this Python."""
    command = probe(PROBES / "requirements.py", sys.executable, str(path))
    answer = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True).stdout
    return [str(each).replace(" @ ", "@ ") for each in parse_requirements(answer)]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(TEXT.encode(), id="UTF-8"),
        pytest.param(codecs.BOM_UTF8 + TEXT.encode(), id="UTF-8 with a mark"),
        pytest.param(TEXT.encode("utf-16"), id="UTF-16 as PowerShell writes it"),
        pytest.param(codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), id="UTF-16, the other way round"),
        pytest.param(TEXT.encode("utf-32"), id="UTF-32"),
        pytest.param(codecs.BOM_UTF16_LE + TEXT.replace("\n", "\r\n").encode("utf-16-le"), id="UTF-16 and CRLF"),
        pytest.param(TEXT.replace("\n", "\r\n").encode(), id="CRLF"),
        pytest.param(TEXT.replace("\n", "\r").encode(), id="CR"),
        pytest.param(("# coding: latin-1\n" + TEXT.replace("日本", "")).encode("latin-1"), id="a coding line"),
        pytest.param(TEXT.rstrip("\n").encode(), id="no newline at its end"),
    ],
)
def test_encodings(tmp_path: Path, data: bytes) -> None:
    """However it was saved, the file requires the same."""
    (tmp_path / "requirements.txt").write_bytes(data)
    assert asked(tmp_path / "requirements.txt") == FOUND


def test_other_files_are_followed(tmp_path: Path) -> None:
    """A file named by -r is read, relative to the one that names it, in its own encoding, and each once."""
    (tmp_path / "more").mkdir()
    (tmp_path / "requirements.txt").write_text(
        "-r more/base.txt # first\nflask\n--requirement=other.txt\n-c limits.txt\n"
    )
    (tmp_path / "more/base.txt").write_bytes("-r ../requirements.txt\nredis>=5\n".encode("utf-16"))
    (tmp_path / "other.txt").write_text("-r more/base.txt\nhttpx\n")
    assert asked(tmp_path / "requirements.txt") == ["flask", "redis>=5", "httpx"]


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        pytest.param("gone.txt", None, "gone.txt cannot be read as pip reads it: No such file or directory", id="gone"),
        pytest.param("bad.txt", b"# caf\xe9\n", "bad.txt cannot be read as pip reads it: .*0xe9", id="latin-1"),
        pytest.param("odd.txt", b"# coding: nonsense\n", "odd.txt cannot be read .*unknown encoding", id="no coding"),
        pytest.param("half.txt", "flask".encode("utf-16")[:-1], "half.txt cannot be read .*truncated", id="cut off"),
        pytest.param("big.txt", b"#" * 300_000, "big.txt cannot be read .*is larger than 262144 bytes", id="big"),
    ],
)
def test_a_file_that_cannot_be_read(tmp_path: Path, name: str, data: bytes | None, told: str) -> None:
    """It is named, with the reason; what the others require is not taken for all of it."""
    if data is not None:
        (tmp_path / name).write_bytes(data)
    (tmp_path / "requirements.txt").write_text(f"flask\n-r {name}\n")
    with pytest.raises(FactError, match=told):
        asked(tmp_path / "requirements.txt")


def test_no_file_is_waited_for(tmp_path: Path) -> None:
    """A pipe, or a folder, is none; a chain of files has an end."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "requirements.txt").write_text("-r pipe\n")
    with pytest.raises(FactError, match="pipe cannot be read as pip reads it: is no file"):
        asked(tmp_path / "requirements.txt")
    for number in range(30):
        (tmp_path / f"{number}.txt").write_text(f"-r {number + 1}.txt\n")
    with pytest.raises(FactError, match=r"20.txt is one file too many"):
        asked(tmp_path / "0.txt")


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("Flask_Limiter[redis]>=3,<4", "Flask_Limiter[redis]<4,>=3"),
        ("flask --hash=sha256:01", "flask"),
        ("flask\t--config-settings x=y", "flask"),
        ("git+https://example.org/shop.git@v1.2#egg=shop", "shop"),
        ("-e git+ssh://git@example.org/shop.git#egg=shop&subdirectory=a", "shop"),
        ("--editable=./shop#egg=shop", "shop"),
        ("https://example.org/shop-1.2.tar.gz", "shop==1.2"),
        ("https://example.org/torch-2.1%2Bcpu-cp311-cp311-linux_x86_64.whl", "torch==2.1+cpu"),
        ("https://example.org/a-1-py3-none-any.whl?token=x ; sys_platform == 'linux'", 'a==1; sys_platform == "linux"'),
        ("--no-binary :all:", "None"),
        ("-c constraints.txt", "None"),
        ("-rbase.txt", "None"),
    ],
)
def test_lines(line: str, found: str) -> None:
    """Extras, options, checkouts, URLs and their markers; what changes nothing that is installed is passed over."""
    assert str(requirement(line)) == found


@pytest.mark.parametrize(
    "line", ["-e .", "./local", "https://example.org/model.bin", "flask==", "-r https://x.test/r.txt", "a b"]
)
def test_a_line_that_cannot_be_compared(tmp_path: Path, line: str) -> None:
    """It is said with its file and line, and not passed over: what is not looked at must not look well."""
    (tmp_path / "r.txt").write_text(f"flask\n\n{line}\n")
    with pytest.raises(FactError, match=r"r\.txt:3: '" + line[:3].replace(".", r"\.")):
        asked(tmp_path / "r.txt")
