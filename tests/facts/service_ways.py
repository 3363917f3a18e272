"""Ways to services that a test keeps an eye on."""

from __future__ import annotations

from typing import Any


class Ways:
    """A connection whose tunnels end at `port` of this machine, and whose host has these files."""

    def __init__(self, port: int = 1, answer: bytes = b"") -> None:
        self.port, self.answer = port, answer
        self.asked: list[Any] = []

    def forward(self, port: int, address: str = "localhost") -> tuple[str, int]:
        self.asked.append((address, port))
        return "127.0.0.1", self.port

    def forward_socket(self, path: str) -> tuple[str, int]:
        self.asked.append(path)
        return "127.0.0.1", self.port

    def run(self, script: str) -> tuple[bytes, bytes]:
        self.asked.append(script)
        return self.answer, b""
