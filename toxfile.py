"""tox's own plugin file: environments of one folder (env_dir in tox.ini) are one environment, installed once.

tox notes the name of the environment that it made a folder for, and makes the folder anew for any other name.
"""

# mypy: disable-error-code="import-not-found, misc, no-any-return, untyped-decorator"
# tox runs this; it is not among what the project installs to be checked.

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from tox.plugin import impl
from tox.tox_env.api import ToxEnv
from tox.tox_env.info import Info
from tox.tox_env.python.virtual_env.runner import VirtualEnvRunner
from tox.tox_env.register import ToxEnvRegister


class FolderInfo(Info):
    """The note that tox leaves in a folder: it names the folder instead of the environment."""

    def compare(
        self, value: Any, section: str, sub_section: str | None = None
    ) -> AbstractContextManager[tuple[bool, Any]]:
        """Compares what is so with the note, and brings the note up to date."""
        if section == ToxEnv.__name__:
            value = {**value, "name": self._path.parent.name}
        return super().compare(value, section, sub_section)


class FolderRunner(VirtualEnvRunner):
    """A virtual environment that is known by its folder."""

    @staticmethod
    def id() -> str:
        """What tox.ini calls it: `runner = folder`."""
        return "folder"

    @property
    def cache(self) -> Info:
        """The note of the last set-up."""
        return FolderInfo(self.env_dir)


@impl
def tox_register_tox_env(register: ToxEnvRegister) -> None:
    """Makes `runner = folder` known."""
    register.add_run_env(FolderRunner)
