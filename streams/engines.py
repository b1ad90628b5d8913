"""The engines by name, and which of them a command can use in this version."""

from enum import StrEnum
from typing import Final

import typer

UP_WITH: Final = "embedded: one process; kafka: broker, Redis and our parts as processes of their own."


class EngineChoice(StrEnum):
    """What keeps the journal."""

    MEMORY = "memory"
    EMBEDDED = "embedded"
    KAFKA = "kafka"

    def refuse_unless(self, *able: "EngineChoice") -> None:
        """Wrong use, unless the engine is one that the command can use."""
        if self not in able:
            raise typer.BadParameter(f"--engine {self} cannot do this; use {' or '.join(able)}")
