"""Starts that are refused: each with one clear message, exit code 1, and nothing changed or left behind."""

import socket
from pathlib import Path

import pytest

from streams.folder import DataFolder
from tests.builders_running import free_port, on_private_disks, refused, run, running

pytestmark = pytest.mark.server


def names(folder: Path) -> list[str]:
    return sorted(found.name for found in folder.iterdir())


def test_a_folder_mounted_read_only_is_refused(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    on_private_disks([], [(disk, "size=1m")])
    said = refused(disk / "data", disks=[(disk, "ro,size=1m")])
    assert said.startswith(f"nightdesk: The data folder {disk}/data cannot be written (")
    assert "Check that the disk is not mounted read-only" in said


def test_somebody_elses_folder_is_refused_and_left_as_it_was(tmp_path: Path) -> None:
    data = tmp_path / "documents"
    (data / "photos").mkdir(parents=True)
    (data / "letter.txt").touch()
    before = names(data)
    said = refused(data)
    assert f"The data folder {data} is not one to work in: it holds letter.txt, photos and no realm.json" in said
    assert "Nothing was changed there." in said
    assert names(data) == before


@pytest.mark.parametrize(("realm", "area"), [("replay-demo", "westminster"), ("live", "camden")])
def test_another_realms_or_areas_folder_is_refused(realm: str, area: str, tmp_path: Path) -> None:
    DataFolder(tmp_path, realm=realm, area=area, now=1_778_970_000_000).close()
    before = names(tmp_path)
    said = refused(tmp_path)
    assert f"it belongs to realm {realm}, area {area}, and this is realm live, area westminster" in said
    assert names(tmp_path) == before


def test_a_folder_of_the_other_engine_is_refused_both_ways(tmp_path: Path) -> None:
    kafkas, embeddeds = tmp_path / "kafka", tmp_path / "embedded"
    (kafkas / "services").mkdir(parents=True)
    DataFolder(embeddeds, realm="live", area="westminster", now=1_778_970_000_000).close()
    before = names(embeddeds)
    assert "a Kafka engine works in it (services). Nothing was changed there." in refused(kafkas)
    said = refused(embeddeds, "--engine", "kafka")
    assert "an embedded desk's journal is in it, and the Kafka engine keeps one of its own. Nothing was changed" in said
    assert (names(kafkas), names(embeddeds)) == (["services"], before)


def test_a_file_in_the_folders_place_is_refused(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.write_text("a letter", encoding="utf-8")
    assert f"The data folder {data} is not one to work in: it is a file" in refused(data)
    assert data.read_text(encoding="utf-8") == "a letter"


def test_a_second_process_on_a_folder_is_refused_with_the_firsts_pid_and_start(tmp_path: Path) -> None:
    with running(tmp_path) as first:
        first.until_ready()
        said = refused(tmp_path)
        assert f"is in use by process {first.process.pid}, since 20" in said
        assert first.readyz() == (200, "ready\n"), "the first goes on"
        assert run("replay", "lfb", "none.csv", "--engine", "embedded", "--data", str(tmp_path))[0] == 1
        assert first.stop()[0] == 0
    with running(tmp_path) as third:
        third.until_ready()


@pytest.mark.parametrize(("which", "option"), [(0, "--port"), (1, "--push-port")])
def test_a_port_in_use_is_refused_and_nothing_is_left_behind(which: int, option: str, tmp_path: Path) -> None:
    port = free_port()
    with socket.socket() as other:
        other.bind(("127.0.0.1", port + which))
        other.listen()
        said = refused(tmp_path, port=port)
        assert f"Nightdesk cannot listen on 127.0.0.1:{port + which}: Address already in use." in said
        assert f"choose another with {option}" in said
    with running(tmp_path, port=port) as later:
        later.until_ready()
        assert later.stop()[0] == 0
    assert not [name for name in names(tmp_path) if name.endswith(("-wal", "-shm"))]


@pytest.mark.parametrize(("which", "option"), [(0, "--port"), (1, "--push-port")])
def test_the_kafka_engine_refuses_a_port_in_use_before_it_starts_anything(
    which: int, option: str, tmp_path: Path
) -> None:
    port = free_port()
    with socket.socket() as other:
        other.bind(("127.0.0.1", port + which))
        other.listen()
        said = refused(tmp_path, "--engine", "kafka", port=port)
    assert f"Nightdesk cannot listen on 127.0.0.1:{port + which}: Address already in use." in said
    assert f"choose another with {option}" in said
    assert not (tmp_path / "services" / "kafka").exists()
