"""Ports that stay."""

import socket
from pathlib import Path

from deploy.local.ports import is_free, ports_of


def test_chosen_once_they_stay(tmp_path: Path) -> None:
    chosen = ports_of(tmp_path / "ports.json", ["kafka", "redis"])
    assert ports_of(tmp_path / "ports.json", ["kafka", "redis"]) == chosen
    assert len(set(chosen.values())) == 2
    assert all(20_000 <= port < 32_000 for port in chosen.values())


def test_a_new_service_gets_one_beside_those_there(tmp_path: Path) -> None:
    file = tmp_path / "ports.json"
    first = ports_of(file, ["kafka"])
    assert ports_of(file, ["kafka", "redis"])["kafka"] == first["kafka"]
    assert ports_of(file, ["kafka"]) == first


def test_one_that_another_program_took_is_left_to_it(tmp_path: Path) -> None:
    file = tmp_path / "ports.json"
    port = ports_of(file, ["kafka"])["kafka"]
    with socket.create_server(("127.0.0.1", port)):
        assert not is_free(port)
        moved = ports_of(file, ["kafka"])["kafka"]
    assert moved != port
    assert ports_of(file, ["kafka"])["kafka"] == moved


def test_a_file_that_cannot_be_read_is_made_anew(tmp_path: Path) -> None:
    file = tmp_path / "ports.json"
    for text in ("{", "[1]", '{"kafka": "x"}', '{"kafka": true}', '{"kafka": 70000}'):
        file.write_text(text)
        assert 20_000 <= ports_of(file, ["kafka"])["kafka"] < 32_000
