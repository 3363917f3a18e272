"""What is made of the packages of a virtual environment, and of a release's requirements."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from checks import test_app_files
from engine.gather.probe import probe
from fixtures.app.venv import PROBES, Packages, parse_packages
from tests.facts.test_activity import fails

HOST = {"python_version": "3.11", "python_full_version": "3.11.2", "sys_platform": "linux", "extra": ""}


def packages(models: dict[str, str | None] | None = None, **installed: tuple[str, list[str]]) -> Packages:
    """Returns the packages of an answer of the probe: version and requirements, by name."""
    about = {
        name: {"version": version, "requires": requires, "lost": []} for name, (version, requires) in installed.items()
    }
    return parse_packages(
        json.dumps({"environment": HOST, "installed": about, "models": models or {}, "gone": {}, "changed_s": None})
    )


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        ("Flask>=3", ""),
        ("flask_limiter", ""),
        ("flask>=4", "Flask 3.1.3 is installed; expected flask>=4"),
        ("nltk==3.*", "nltk is not installed"),
        ("tomli; python_version < '3.11'", ""),
        ("uvloop; sys_platform == 'linux'", "uvloop is not installed"),
        ("Flask-Limiter[redis]", "redis is not installed"),
        ("Flask-Limiter[memcached]", ""),
        ("beta", ""),
    ],
)
def test_unmet(wanted: str, why: str) -> None:
    """Names in any spelling, versions, markers of the host's Python, extras, and a pre-release that is there."""
    extras = ["flask>=2", 'redis>3; extra == "redis"', 'pymemcache>3; extra == "memcache"']
    found = packages(Flask=("3.1.3", []), Flask_Limiter=("4.1.1", extras), beta=("2.0b1", []))
    assert found.unmet(Requirement(wanted)) == why


def test_conflicts() -> None:
    """Packages that do not fit each other are named; what an extra would need, and nonsense, is nobody's conflict."""
    found = packages(
        flask=("3.1", ["itsdangerous>=2.2", 'asgiref; extra == "async"', "not a requirement"]), itsdangerous=("2.1", [])
    )
    assert found.conflicts() == ["flask 3.1: itsdangerous 2.1 is installed; expected itsdangerous>=2.2"]
    assert "flask 3.1" in fails(test_app_files.test_packages_consistent, found)


def test_an_empty_environment_is_no_consistent_one() -> None:
    """`pip check` is content where nothing is installed; the check is not."""
    assert fails(test_app_files.test_packages_consistent, packages()) == (
        "the virtual environment has no package; expected those of the application"
    )


@pytest.mark.parametrize(
    ("fits", "words"),
    [
        (">=3.8.0,<3.9.0", ""),
        (">=3.7.0,<3.8.0", "spaCy 3.8.2 is installed; the model en_core_web_sm needs spaCy >=3.7.0,<3.8.0"),
        (None, ""),
        ("no version", "spaCy 3.8.2 is installed; the model en_core_web_sm needs spaCy no version"),
    ],
)
def test_model(fits: str | None, words: str) -> None:
    """A model is held against the installed spaCy, when it says what it fits."""
    found = packages({"en_core_web_sm": fits}, spacy=("3.8.2", []))
    if words:
        assert fails(test_app_files.test_model_installed, found, "en_core_web_sm") == words
    else:
        test_app_files.test_model_installed(found, "en_core_web_sm")


def test_model_without_spacy() -> None:
    """A model alone loads nothing."""
    found = packages({"en_core_web_sm": None})
    assert (
        fails(test_app_files.test_model_installed, found, "en_core_web_sm")
        == "the model en_core_web_sm is installed, but spaCy is not"
    )
    assert (
        fails(test_app_files.test_model_installed, found, "de_core_news_sm")
        == "the model de_core_news_sm is not installed"
    )


def test_the_probe_on_this_machine() -> None:
    """The probe answers for the interpreter that runs it, leaves no trace, and knows which model is not there."""
    command = probe(PROBES / "packages.py", sys.executable, "en_core_web_sm")
    answer = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True).stdout
    found = parse_packages(answer)
    assert found.version("PyTest") == pytest.__version__
    assert found.models == {}
    assert 0 < found.changed_s < math.inf
    assert found.environment["python_version"] == f"{sys.version_info.major}.{sys.version_info.minor}"


def test_a_broken_model_is_there_and_says_nothing(tmp_path: Path) -> None:
    """A model whose metadata cannot be read is installed, and fits any spaCy as far as it says."""
    (tmp_path / "m_core-1.0.dist-info").mkdir()
    (tmp_path / "m_core-1.0.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: m_core\nVersion: 1.0\n")
    (tmp_path / "m_core").mkdir()
    (tmp_path / "m_core" / "meta.json").write_text("{not json")
    command = probe(PROBES / "packages.py", sys.executable, "m_core").replace(" -I ", " ")
    environment = {"PYTHONPATH": str(tmp_path), "PATH": "/usr/bin:/bin"}
    answer = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True, env=environment).stdout
    assert parse_packages(answer).models == {"m_core": ""}


def test_a_model_of_which_files_are_gone(tmp_path: Path) -> None:
    """What its package lists must be there, but for what Python compiles by itself."""
    about, model = tmp_path / "m_core-1.0.dist-info", tmp_path / "m_core"
    about.mkdir()
    model.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: m_core\nVersion: 1.0\n")
    names = ("meta.json", "vocab/strings.json", "__pycache__/__init__.cpython-311.pyc")
    (about / "RECORD").write_text("".join(f"m_core/{name},,\n" for name in names))
    (model / "meta.json").write_text('{"spacy_version": ">=3.8"}')
    command = probe(PROBES / "packages.py", sys.executable, "m_core").replace(" -I ", " ")
    environment = {"PYTHONPATH": str(tmp_path), "PATH": "/usr/bin:/bin"}
    answer = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True, env=environment).stdout
    found = parse_packages(answer)
    assert fails(test_app_files.test_model_installed, found, "m_core") == (
        f"the model m_core is installed, and {model}/vocab/strings.json is gone or cut off; expected the files of its "
        "package"
    )
    # One without a size says nothing, and what strip made shorter is as it should be.
    (model / "vocab").mkdir()
    (model / "vocab/strings.json").write_text("{}")
    (model / "vectors").write_text("cut")
    (model / "fast.so").write_text("stripped")
    sizes = {"meta.json": "", "vocab/strings.json": "2", "vectors": "4", "fast.so": "99"}
    (about / "RECORD").write_text("".join(f"m_core/{name},,{size}\n" for name, size in sizes.items()))
    answer = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True, env=environment).stdout
    assert parse_packages(answer).gone == {"m_core": [f"{model}/vectors (3 of 4 bytes)"]}


def test_a_package_whose_folder_is_gone(tmp_path: Path) -> None:
    """The probe tells what Python would import and is gone; not a folder of tests, nor a module that is compiled."""
    about = tmp_path / "pool-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: pool\nVersion: 1.0\n")
    record = "pool/__init__.py,sha256=a,1\ntests/__init__.py,,\nold.py,,\nsmall.py,,\npool/deep/__init__.py,,\n"
    (about / "RECORD").write_text(record)
    (tmp_path / "small.pyc").touch()
    text = (PROBES / "packages.py").read_text()
    asked = [sys.executable, "-c", f"import sys; sys.path[:] = [{str(tmp_path)!r}, *sys.path]\n{text}"]
    done = subprocess.run(asked, capture_output=True, text=True, check=True)
    found = parse_packages(done.stdout)
    assert found.installed["pool"].lost == ("pool", "old.py")
    assert found.unmet(Requirement("pool")) == "pool 1.0 is installed, and its pool, old.py is gone"
