"""What `-k` knows, pytest's cache, and runs that end before their last check."""

from __future__ import annotations

import pytest

from tests.conftest import Project
from tests.hooks.conftest import CHECKS, OUT, add, document, outcomes

ALL = {(check, host) for check in ("os.reachable", "os.tried", "os.second") for host in ("here", "yonder")}


@pytest.mark.parametrize(
    ("expression", "selected"),
    [
        ("os.tried", {("os.tried", "here"), ("os.tried", "yonder")}),
        ("os.tried and yonder", {("os.tried", "yonder")}),
        ("not os.tried and here", {("os.reachable", "here"), ("os.second", "here")}),
        ("P1", {("os.reachable", "here"), ("os.reachable", "yonder")}),
        ("wrong and not second", {("os.tried", "here"), ("os.tried", "yonder")}),
        ("OS.SECOND or reachable and here", {("os.second", "here"), ("os.second", "yonder"), ("os.reachable", "here")}),
    ],
)
def test_k_knows_what_every_output_says(looked: Project, expression: str, selected: set[tuple[str, str]]) -> None:
    """Names of checks and hosts, severities and sections, with pytest's operators."""
    looked.gate("--hosts=try", "-k", expression)
    assert set(outcomes(looked)) == selected


@pytest.mark.parametrize(
    ("expression", "hint"),
    [
        ("os.tryed", "did you mean 'os.tried'?"),
        ("os.tried and yondr", "did you mean 'yonder'?"),
        ("os.secnd or nothing", "did you mean 'os.second'?"),
        ("zzz", "nothing is called 'zzz'; see --co for what there is"),
    ],
)
def test_k_that_matches_nothing_names_the_nearest(looked: Project, expression: str, hint: str) -> None:
    """One line, exit code 4."""
    result = looked.gate("--hosts=try", "-k", expression)
    assert (result.code, result.error) == (4, f"no check was selected: -k '{expression}' matches none; {hint}")


@pytest.mark.parametrize("options", ["-x", "--maxfail=1", "-x -n 1", "--sw", "-x --tb=long"])
def test_what_was_not_run_is_no_cause(small: Project, options: str) -> None:
    """It is counted, by its own host, and explains nothing."""
    result = small.gate("--hosts=try", *options.split())
    assert result.code == (2 if options == "--sw" else 1)
    assert set(outcomes(small)) == ALL
    found = [name for name, outcome in outcomes(small).items() if outcome == "not_run"]
    assert found == [("os.tried", "yonder"), ("os.second", "here"), ("os.second", "yonder")]
    assert "NOT READY: 1 cause, 1 failed, 2 passed on 2 hosts; 3 checks were not run" in result.text
    assert "1. os.tried on here  [P2, try]" in result.text
    assert "\n2. " not in result.text
    assert document(small)["complete"] is False
    assert {f["cause"] for f in document(small)["findings"] if f["outcome"] == "not_run"} == {None}


def test_the_last_failures_are_remembered_by_environment(small: Project) -> None:
    """`--lf` and `--ff` go by the environment's own last run, also when two take turns; the root stays clean."""
    assert small.gate("--hosts=try").code == 1
    assert small.gate("--hosts=other", "-k", "second").code == 0
    assert small.gate("--hosts=try", "--lf").code == 1
    assert set(outcomes(small)) == {("os.tried", "here"), ("os.tried", "yonder")}
    small.gate("--hosts=try", "--ff")
    assert list(outcomes(small))[:2] == [("os.tried", "here"), ("os.tried", "yonder")]
    small.gate("--hosts=other", "--lf", "-n", "1")
    assert len(document(small, "other")["findings"]) == 3, "another environment's failures were remembered"
    assert not (small.root / ".pytest_cache").exists()
    assert (small.root / OUT / ".cache").is_dir()


def test_lf_with_workers_and_with_nothing_left(small: Project) -> None:
    """The workers select what the controller did; nothing to ask again is no pass."""
    small.gate("--hosts=try")
    small.gate("--hosts=try", "--lf", "-n", "1")
    assert set(outcomes(small)) == {("os.tried", "here"), ("os.tried", "yonder")}
    small.replace(CHECKS, 'identity == "x", "wrong"', "identity")
    assert small.gate("--hosts=try", "--lf").code == 0
    assert small.gate("--hosts=try", "--lf", "--lfnf=none").code == 4


def test_workers_ask_only_for_what_was_selected(looked: Project) -> None:
    """The controller collects, so that no fact of a check that nobody selected is asked for."""
    plan = looked.gate("--hosts=try", "-k", "tried", "--plan", "-n", "2")
    assert "filesystems" not in plan.text
    assert looked.gate("--hosts=try", "-k", "second", "-n", "2").code == 0
    assert set(outcomes(looked)) == {("os.second", "here"), ("os.second", "yonder")}


@pytest.mark.parametrize(
    "options",
    ["-p no:terminal", "-p no:html -p no:junitxml", "-p no:cacheprovider -p no:warnings", "-p no:logging -p no:xdist"],
)
def test_plugins_may_be_off(looked: Project, options: str) -> None:
    """The findings and the exit code are the same."""
    result = looked.gate("--hosts=try", *options.split())
    assert result.code == 1, result.text
    assert "INTERNALERROR" not in result.text
    assert set(outcomes(looked)) == ALL


def test_ids_stay_unique(looked: Project) -> None:
    """Also where each worker runs every check."""
    looked.gate("--hosts=try", "-n", "2", "--dist=each")
    ids = [finding["nodeid"] for finding in document(looked)["findings"]]
    assert len(ids) == len(set(ids)) == len(ALL)


def test_reruns_are_refused(small: Project) -> None:
    """They would judge the same answers again: by an option, by an ini file, by a mark."""
    told = "would judge the same facts again"
    assert told in small.gate("--hosts=try", "--reruns=1").error
    assert told in small.gate("--hosts=try", "-o", "reruns=1").error
    line = add(small, '\n\n@pytest.mark.flaky(reruns=3)\ndef test_third(identity):\n    """x."""\n')
    small.replace("runbooks/try/runbook.md", "os.second", "os.second, os.third")
    small.replace(CHECKS, "from engine.judge", "import pytest\nfrom engine.judge")
    error = small.gate("--hosts=try").error
    assert error.startswith(f"{CHECKS}:{line + 3}: os.third is marked flaky, which {told}")


@pytest.mark.parametrize(
    "options", ["-c {ini}", "--rootdir={elsewhere}", "{root}", "{root}/checks", "-c {root}/pytest.ini {root}/checks"]
)
def test_from_wherever(looked: Project, tmp_path_factory: pytest.TempPathFactory, options: str) -> None:
    """Another ini file, root or working folder changes nothing of what is checked, and where it is told."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "my.ini").write_text("[pytest]\n", encoding="utf-8")
    words = options.format(ini=elsewhere / "my.ini", elsewhere=elsewhere, root=looked.root).split()
    here = Project(elsewhere if "{root}" in options else looked.root)
    before = (looked.root / OUT / "latest").readlink()
    result = here.gate("--hosts=try", *words)
    assert result.code == 1, result.text
    assert (looked.root / OUT / "latest").readlink() != before
    assert set(outcomes(looked)) == ALL
