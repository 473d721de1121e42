"""What the laboratory needs of an engine."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from sim.commands import Command
from sim.snapshot import Snapshot
from sim.trail import Trail


class Engine(Protocol):
    """Runs the walkers, and tells of them; `sim.engine.Engine` is one."""

    def start(self) -> None:
        """Begin."""

    def send(self, command: Command) -> None:
        """Have a command carried out."""

    def want(self, measures: Collection[str], chosen: int = 0, walker: int = 0) -> None:
        """Ask for one fresh snapshot, the costly measures of the chosen cohort alone, through one walker."""

    def take(self) -> Snapshot | None:
        """The newest snapshot, once."""

    @property
    def trail(self) -> Trail | None:
        """How the walkers came where they are, once there are any."""

    @property
    def ahead(self) -> Trail | None:
        """The trail whose end they were to be led to, and have not come to; the `trail` while on the way."""

    def follow(self, trail: Trail, pace: float | None) -> None:
        """Lead other walkers along a trail instead."""

    def stop(self, timeout: float = 0.2) -> bool:
        """End, within the timeout where possible."""
