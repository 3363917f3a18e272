"""YAML files: bounded, every mistake told with its line, and what YAML itself allows is taken as it is meant."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest

from engine.config.inventory import environments, load_inventory
from engine.config.inventoryfile import inventory_file
from engine.config.problems import SHOWN, ConfigError
from engine.config.yamlfile import YamlFile
from engine.config.yamltree import Tree

HEAD = "hosts:\n  web:\n    connection: ssh://web\n    systems: {shop: [redis]}\n"


def told(text: str | bytes, folder: Path) -> list[str]:
    """Returns the lines by which an inventory of this text is refused; none when it is taken."""
    path = folder / "try.yml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    try:
        file = YamlFile(path, "try.yml")
        file.expand({})
        file.validate(inventory_file())
    except ConfigError as error:
        return [str(line) for line in error.args]
    return []


def bomb(levels: int) -> str:
    """Returns lists of nine aliases each of the one before: nine to the power of the levels."""
    lists = [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]\n" for n in range(1, levels)]
    return "l0: &l0 [x, x, x, x, x, x, x, x, x]\n" + "".join(lists)


def merging_bomb(levels: int) -> str:
    """Returns mappings that each merge the one before nine times."""
    merging = [f"m{n}: &m{n} {{<<: [{', '.join([f'*m{n - 1}'] * 9)}]}}\n" for n in range(1, levels)]
    return "m0: &m0 {a: 1}\n" + "".join(merging)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param(bomb(9), "its aliases make more than 50000 values", id="a bomb of aliases"),
        pytest.param(
            merging_bomb(12),
            "its aliases make more than 50000 values",
            id="a bomb of merges",
        ),
        pytest.param("a: &a [*a]\n", "1: the alias '*a' stands for nothing", id="an alias of itself"),
        pytest.param("a: &a {<<: *a}\n", "1: the alias '*a' stands for nothing", id="a merge of itself"),
        pytest.param(f"a: {'[' * 100_000}", "1: not valid YAML: exceeded maximum nesting", id="very deep lists"),
        pytest.param(f"a: {'[' * 90}", "1: is nested more than 32 deep", id="deep lists"),
        pytest.param("".join(f"{' ' * n}a:\n" for n in range(99)), "33: is nested more than 32", id="deep maps"),
        pytest.param(
            "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 9000)),
            "nested more than 32 deep",
            id="deep by aliases",
        ),
        pytest.param("? [a, b]\n: 1\n", "1: a list is used as a key", id="a list as a key"),
        pytest.param("? {a: b}\n: 1\n", "1: a mapping is used as a key", id="a mapping as a key"),
        pytest.param("a: 1\n---\nb: 2\n", "2: a second document begins", id="two documents"),
        pytest.param("a: 1\n... \nb: [\n", "3: not valid YAML: did not find expected <document start>", id="junk"),
        pytest.param("a: !foo bar\n", "1: the tag '!foo' is not known", id="an unknown tag"),
        pytest.param("a: !foo [bar]\n", "1: the tag '!foo' is not known", id="an unknown tag of a list"),
        pytest.param("a: !!python/object:os.system {}\n", "python/object:os.system' is not known", id="Python"),
        pytest.param("a: !!set {x}\n", "1: the tag 'tag:yaml.org,2002:set' is not known", id="a set"),
        pytest.param("a: !!binary eA==\n", "1: the tag 'tag:yaml.org,2002:binary' is not known", id="binary"),
        pytest.param("a:\n  b: 2027-13-45\n", "2: '2027-13-45' is not a valid timestamp (month ", id="month 13"),
        pytest.param("a: 2027-02-29\n", "'2027-02-29' is not a valid timestamp (day is", id="no such day"),
        pytest.param("a: 2027-01-01 25:00:00\n", "is not a valid timestamp (hour must be in 0..23)", id="hour 25"),
        pytest.param(f"a: {'9' * 6000}\n", "is not a valid int (it has 6000 characters); text", id="6,000 digits"),
        pytest.param(f"a: 0x{'f' * 50}\n", "is not a valid int (it is larger than 64 bits)", id="a large number"),
        pytest.param(f"a: 1{':59' * 5000}\n", "is not a valid int (it has 15001 characters)", id="base 60"),
        pytest.param("a: !!int x\n", "1: 'x' is not a valid int", id="text as a number"),
        pytest.param("a: !!bool maybe\n", "1: 'maybe' is not a valid bool", id="text as a bool"),
        pytest.param("a: *gone\n", "1: the alias '*gone' stands for nothing", id="an unknown alias"),
        pytest.param("b: {<<: 3}\n", "1: '<<' merges a value that is not a mapping", id="a merge of a number"),
        pytest.param("a: 'x\n", "not valid YAML", id="an open quote"),
        pytest.param("a:\n\t- b\n", "2: not valid YAML: found character that cannot start any token", id="a tab"),
        pytest.param("%YAML 9.0\n---\na: 1\n", "not valid YAML: found incompatible YAML document", id="another YAML"),
        pytest.param("a: 1\nb: 2\na: 3\nb: 4\n", "3: 'a' is a duplicate of the key on line 1", id="duplicates"),
    ],
)  # fmt: skip
def test_bounded_and_told(text: str, line: str) -> None:
    """It ends at once, in lines of text."""
    started = time.process_time()
    with pytest.raises(ConfigError) as caught:
        Tree(text, "f.yml")
    assert line in str(caught.value)
    assert all(str(each).startswith("f.yml:") and "\n" not in each for each in caught.value.args)
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    ("data", "line"),
    [
        pytest.param(b"", "try.yml:1: the file is empty; expected 'key: value' lines", id="empty"),
        pytest.param(b"# nothing\n\n", "try.yml:1: the file is empty; expected 'key: value' lines", id="comments"),
        pytest.param(b"- a\n", "try.yml:1: the file is not a mapping; expected 'key: value' lines", id="a list"),
        pytest.param(b"text\n", "try.yml:1: the file is not a mapping; expected 'key: value' lines", id="text"),
        pytest.param(b"a: 1\nb: \xe9\n", "try.yml:2: byte 0xe9 is not UTF-8; save the file as UTF-8", id="latin-1"),
        pytest.param(b"a: \xe6\x97", "try.yml:1: byte 0xe6 is not UTF-8; save the file as UTF-8", id="a cut character"),
        pytest.param(b"a: 1\n\nb: \x00\n", "try.yml:3: holds the control character 0x00; expected text only", id="NUL"),
        pytest.param(b"a: \x1b[31m\n", "try.yml:1: holds the control character 0x1b; expected text only", id="escape"),
        pytest.param(b"a\0:\0", "try.yml:1: holds the control character 0x00; expected text only", id="UTF-16"),
        pytest.param(b"#" * 2_100_000, "try.yml: is larger than 2 MiB; expected a smaller text file", id="large"),
    ],
)  # fmt: skip
def test_no_text(tmp_path: Path, data: bytes, line: str) -> None:
    """What is no text, or too much of it, is one line."""
    assert told(data, tmp_path) == [line]


def test_no_file(tmp_path: Path) -> None:
    """A folder and a pipe are none, and neither is waited for; one that may not be read says so."""
    (tmp_path / "folder.yml").mkdir()
    os.mkfifo(tmp_path / "pipe.yml")
    for name in ("folder.yml", "pipe.yml"):
        with pytest.raises(ConfigError, match=f"{name}: is not a file; expected a text file"):
            YamlFile(tmp_path / name, name)
    (tmp_path / "loop.yml").symlink_to("loop.yml")
    with pytest.raises(ConfigError, match=r"loop.yml: cannot be read: Too many levels of symbolic links; expected"):
        YamlFile(tmp_path / "loop.yml", "loop.yml")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become a user who may not read")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    """The reason is the system's own."""
    path = tmp_path / "secret.yml"
    path.write_text(HEAD)
    path.chmod(0o600)
    os.seteuid(65534)
    try:
        with pytest.raises(
            ConfigError, match=r"s.yml: cannot be read: Permission denied; expected a file that you may"
        ):
            YamlFile(path, "s.yml")
    finally:
        os.seteuid(0)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_encodings(tmp_path: Path, encoding: str, newline: str) -> None:
    """Editors of all systems write files that are read."""
    mark = "\ufeff" if encoding == "utf-16-be" else ""
    assert told((mark + HEAD.replace("\n", newline)).encode(encoding), tmp_path) == []


def test_anchors_and_merges() -> None:
    """An alias is what it stands for; a merge gives what the mapping does not say itself, the first of several."""
    text = "a: &a {x: 1, y: 2}\nb: &b {y: 3, z: 4}\nc: {<<: *a, x: 9}\nd: {<<: [*b, *a]}\ne: *a\n'<<': 5\n"
    assert Tree(text, "f").data == {
        "a": {"x": 1, "y": 2},
        "b": {"y": 3, "z": 4},
        "c": {"x": 9, "y": 2},
        "d": {"y": 3, "z": 4, "x": 1},
        "e": {"x": 1, "y": 2},
        "<<": 5,
    }


def test_what_people_write(tmp_path: Path) -> None:
    """A single word where a list is expected, what is merged from a key of its own, and a date in quotes."""
    common = "x-web: &web {connection: 'ssh://web', systems: {shop: redis}}\nhosts: {a: *web, b: {<<: *web}}\n"
    text = f"{common}waivers: [{{check: a.b, hosts: web-*, reason: known, expires: '2027-01-31'}}]\n"
    assert told(text, tmp_path) == []
    valid = YamlFile(tmp_path / "try.yml").validate(inventory_file())
    assert valid.hosts["b"].systems == {"shop": ["redis"]}
    assert valid.waivers[0].hosts == ["web-*"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("deadline_s: '15'", "5: 'deadline_s': expected a number without quotes, found '15'"),
        ("limits:\n  sample_s: \"2\"", "6: 'limits.sample_s': expected a number without quotes, found '2'"),
        ("waivers: [{check: a.b, hosts: *web, reason: known}]", "5: the alias '*web' stands for nothing; expected "
         "'&web' on a whole value above it, or quotes around a pattern: '*web'"),
        ("waivers: [{check: *.b, reason: known}]", "5: not valid YAML: did not find expected alphabetic or numeric "
         "character; a pattern that begins with * needs quotes: '*'"),
        ("x-limits: {sample_s: 2}\nx: 1", "6: unknown key 'x'; known: connect_timeout_s, deadline_s, hosts, "
         "hosts_from, limits, public, runbooks_url, ssh_config, waivers"),
    ],
)  # fmt: skip
def test_almost(tmp_path: Path, text: str, line: str) -> None:
    """What is nearly right is told with what is."""
    assert told(HEAD + text, tmp_path) == [f"try.yml:{line}"]


def test_a_number_of_a_variable(tmp_path: Path) -> None:
    """It is text for YAML, and a number where one is expected."""
    (tmp_path / "try.yml").write_text(HEAD + "deadline_s: ${DEADLINE:-20}\n")
    file = YamlFile(tmp_path / "try.yml")
    file.expand({})
    assert file.validate(inventory_file()).deadline_s == 20


def test_either_suffix(tmp_path: Path) -> None:
    """Both are found, each name once; two files of one name are told."""
    for name in ("a.yml", "b.yaml", "c.example.yaml", "notes.txt"):
        (tmp_path / name).write_text(HEAD)
    assert environments(tmp_path) == ["a", "b"]
    assert load_inventory("b", tmp_path, {}).hosts[0].name == "web"
    with pytest.raises(ConfigError, match=r"no environment 'c': .* start from .*/c.example.yaml$"):
        load_inventory("c", tmp_path, {})
    (tmp_path / "b.yml").write_text(HEAD)
    with pytest.raises(ConfigError, match=r"/b.yml and .*/b.yaml have the same name; expected one of the two"):
        load_inventory("b", tmp_path, {})


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("on", True),
        ("0x1F", 31),
        ("1_000", 1000),
        (".5", 0.5),
        ("~", None),
        ("'2027-13-45'", "2027-13-45"),
    ],
)
def test_plain_values(text: str, value: Any) -> None:
    """They are what PyYAML makes of them; a key is its text."""
    assert Tree(f"on: {text}\n2027-13-45: 1\n", "f").data == {"on": value, "2027-13-45": 1}


def test_every_mistake_is_told(tmp_path: Path) -> None:
    """One line each, in the order of the file; what is missing under another name is one mistake."""
    text = (
        "ssh_config: ${NO_SUCH}\n"
        "hosts:\n"
        "  web 1:\n"
        "    conection: ssh://web\n"
        "    systems: {shop: 3}\n"
        "  db:\n"
        "    user: me\n"
        "deadline_s: soon\n"
        "limits: {restarts: 2.5, disk_used_percent: .nan, sample_s: 900, load_per_cpu: -1}\n"
        "waivers:\n"
        "  - {check: a.b, hosts: [], reason: x, expires: never}\n"
    )
    assert told(text, tmp_path) == [
        "try.yml:1: ${NO_SUCH} is not set; expected it in the environment: export NO_SUCH=…",
        "try.yml:3: 'hosts.web 1': this is not a name for a host; expected letters, digits and . _ - @ +, "
        "the address goes under 'connection'",
        "try.yml:4: unknown key 'hosts.web 1.conection'; did you mean 'connection'?",
        "try.yml:5: 'hosts.web 1.systems.shop': input should be a valid list, found 3",
        "try.yml:6: 'hosts.db.connection', 'hosts.db.systems' are missing; they are required",
        "try.yml:7: unknown key 'hosts.db.user'; known: connection, systems",
        "try.yml:8: 'deadline_s': input should be a valid integer, unable to parse string as an integer, found 'soon'",
        "try.yml:9: 'limits.disk_used_percent': input should be a finite number, found nan",
        "try.yml:9: 'limits.load_per_cpu': input should be greater than or equal to 0, found -1",
        "try.yml:9: 'limits.restarts': input should be a valid integer, got a number with a fractional part, found 2.5",
        "try.yml:9: 'limits.sample_s': input should be less than or equal to 60, found 900",
        "try.yml:11: 'waivers.0.expires': input should be a valid date or datetime, input is too short, found 'never'",
        "try.yml:11: 'waivers.0.hosts': list should have at least 1 item after validation, not 0",
        "try.yml:11: 'waivers.0.reason': string should have at least 3 characters, found 'x'",
    ]


def test_many_mistakes_are_counted(tmp_path: Path) -> None:
    """Nobody reads a hundred lines."""
    lines = told(HEAD + "".join(f"key{n}: 1\n" for n in range(100)), tmp_path)
    assert len(lines) == SHOWN + 1
    assert lines[-1] == f"… and {100 - SHOWN} more mistakes; correct these first"
