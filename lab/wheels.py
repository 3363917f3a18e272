"""Python packages of a host: fetched once out here, where there is a network, and put beneath it to install from."""

from __future__ import annotations

import hashlib
import shutil
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

from lab.state import folder, run, say

# What the host is, whatever this machine is: Debian 12 has Python 3.11.
PLATFORM = (
    "--only-binary=:all:", "--python-version=3.11", "--implementation=cp", "--abi=cp311", "--abi=abi3", "--abi=none",
    "--platform=manylinux_2_28_x86_64", "--platform=manylinux2014_x86_64", "--platform=manylinux1_x86_64",
    "--platform=any",
)  # fmt: skip
# Where the host has them: the folder is a layer of its root, so no copy is made and no mount shows.
PLACE = "srv/releases/wheels"
TEXTS = (".json", "/METADATA", "/top_level.txt", "/entry_points.txt")


def wheels(name: str, source: Path, more: Mapping[str, str]) -> tuple[Path, ...]:
    """Returns the layer that holds the wheels of `source`'s requirements.txt and of `more`, none when it wants none.

    It is filled when it is not there for just these requirements.
    """
    requirements = source / "requirements.txt"
    wanted = requirements.read_bytes() if requirements.exists() else b""
    if not wanted and not more:
        return ()
    digest = hashlib.sha256(wanted + repr(more).encode()).hexdigest()[:16]
    path = folder() / "wheels" / f"{name}-{digest}"
    if not path.exists():
        say(f"fetching {name}'s Python packages")
        fetching = path.with_suffix(".fetching")
        shutil.rmtree(fetching, ignore_errors=True)
        target = fetching / PLACE
        target.mkdir(parents=True)
        if wanted:
            _download(target, "-r", str(requirements))
        for installed, requirement in more.items():
            _download(target, "--no-deps", requirement)
            _name(target, requirement.partition("==")[0].replace("-", "_"), installed)
        fetching.rename(path)
        for older in path.parent.glob(f"{name}-*"):
            if older != path:
                shutil.rmtree(older, ignore_errors=True)
    return (path,)


def _download(target: Path, *what: str) -> None:
    run(sys.executable, "-m", "pip", "download", "-q", "--dest", str(target), *PLATFORM, *what, tied=True)


def _name(target: Path, published: str, name: str) -> None:
    """Gives a wheel, published as NAME_SOMETHING, the name that it has everywhere else."""
    if published == name:
        return
    extra = published.removeprefix(name)
    for wheel in target.glob(f"{published}-*.whl"):
        with zipfile.ZipFile(wheel) as old, zipfile.ZipFile(target / wheel.name.replace(extra, "", 1), "w") as new:
            names = [entry.replace(extra, "") for entry in old.namelist()]
            for entry in old.namelist():
                content = old.read(entry)
                if entry.endswith(TEXTS):
                    content = content.replace(extra.encode(), b"")
                elif entry.endswith("/RECORD"):
                    content = "".join(f"{each},,\n" for each in names).encode()
                new.writestr(entry.replace(extra, ""), content)
        wheel.unlink()
