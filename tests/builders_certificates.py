"""A certificate that a service on this machine shows, and that its clients are told to believe."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True, slots=True)
class Certificate:
    """PEM files; it is its own authority, and names 127.0.0.1."""

    key: Path
    certificate: Path

    @property
    def both(self) -> Path:
        """Key and certificate in one file, as Kafka takes them."""
        file = self.key.with_name("both.pem")
        file.write_text(self.key.read_text() + self.certificate.read_text())
        return file


def certificate_in(folder: Path) -> Certificate:
    """A new one, good for a day."""
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("no openssl")
    made = Certificate(folder / "key.pem", folder / "certificate.pem")
    subprocess.run(
        [
            program, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1",
            "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
            "-keyout", str(made.key), "-out", str(made.certificate),
        ],
        check=True, capture_output=True,
    )  # fmt: skip
    return made
