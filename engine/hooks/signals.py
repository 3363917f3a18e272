"""Signals: TERM and HUP end a run as Ctrl-C does, so that connections, temporary folders and reports are cleaned up."""

from __future__ import annotations

import signal
import threading
from types import FrameType
from typing import Any

SIGNALS = (signal.SIGTERM, signal.SIGHUP)


class Ending:
    """Turns the first TERM or HUP into KeyboardInterrupt; `by` is the name of that signal, or "".

    Further signals are ignored, because the run is already ending. A process that ignores HUP (nohup) still does.
    """

    def __init__(self) -> None:
        self.by = ""
        self._before: dict[signal.Signals, Any] = {}

    def begin(self) -> None:
        """Installs the handlers; does nothing outside the main thread, which alone may do so."""
        if threading.current_thread() is not threading.main_thread():
            return
        for number in SIGNALS:
            if signal.getsignal(number) != signal.SIG_IGN:
                self._before[number] = signal.signal(number, self._end)

    def end(self) -> None:
        """Restores the previous handlers."""
        for number, handler in self._before.items():
            signal.signal(number, handler if handler is not None else signal.SIG_DFL)
        self._before.clear()

    def _end(self, number: int, _: FrameType | None) -> None:
        if not self.by:
            self.by = signal.Signals(number).name
            raise KeyboardInterrupt(self.by)
