"""The command line as people and programs meet it: keys of its JSON, exit codes, help with an example each."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import nightdesk
from ingest.simulate.stage import stream_of
from schemas.categories import Category
from schemas.command_line import SERVICES, VARIABLES_FILE
from schemas.feeds import Source
from schemas.journal import Entry, Origin, Reported
from schemas.realms import DEMO
from streams.folder import DataFolder
from streams.folder_run import FolderRun
from tests.builders_ingest import SBN, csv_of, sbn_row
from tests.builders_running import ROOT, WITHIN_S, environment, free_port, refused, until
from tests.builders_running import nightdesk as command_line

REPLAY_KEYS = [
    "read", "accepted", "duplicates", "outside", "rejected", "late", "entries", "incidents", "nights", "alerts",
    "elapsed_s", "entries_per_s", "digest",
]  # fmt: skip
COMMANDS = [
    ("up",), ("replay",), ("digest",), ("simulate",), ("doctor",), ("keys", "add"), ("keys", "link"),
    ("keys", "list"), ("keys", "revoke"), ("enrol",), ("people", "add"), ("people", "list"), ("people", "remove"),
    ("basemap", "build"), ("ingest", "retry"),
]  # fmt: skip
SATURDAY, SUNDAY = "2026-05-16T23:30:00Z", "2026-05-17T12:00:00Z"


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended, and what it printed."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.out.splitlines()[-1])
        return found


class Shell:
    """Types commands, in this process."""

    def __init__(self, capsys: pytest.CaptureFixture[str], patch: pytest.MonkeyPatch) -> None:
        self._capsys, self._patch = capsys, patch

    def __call__(self, *words: str | Path) -> Ended:
        self._patch.setattr(sys, "argv", ["nightdesk", *map(str, words)])
        self._capsys.readouterr()
        try:
            nightdesk.main()
            code = 0
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 0
        said = self._capsys.readouterr()
        return Ended(code, said.out, said.err)


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Shell:
    monkeypatch.chdir(tmp_path)
    return Shell(capsys, monkeypatch)


@pytest.fixture
def kafka_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder of a Kafka engine of this machine that does not run; who is not there is not waited for."""
    monkeypatch.setattr("schemas.brokers.CONNECT_SECONDS", 0.5)
    services = tmp_path / "night" / SERVICES
    services.mkdir(parents=True)
    left = {"NIGHTDESK_KAFKA": f"127.0.0.1:{free_port()}", "NIGHTDESK_REDIS": f"redis://127.0.0.1:{free_port()}/0"}
    (services / VARIABLES_FILE).write_text(json.dumps(left))
    return services.parent


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    """Reports of two nights; one is sent twice, one is wrong, one is of elsewhere."""
    rows = [sbn_row(report_id=f"r{n}", reported_at=SATURDAY, occurred_at=SATURDAY) for n in range(3)]
    rows += [sbn_row(report_id="r9", reported_at=SUNDAY, occurred_at=SUNDAY), rows[0]]
    rows += [sbn_row(report_id="b1", severity="9"), sbn_row(report_id="o1", latitude="48.85", longitude="2.35")]
    path = tmp_path / "reports.csv"
    path.write_bytes(csv_of(SBN, *rows))
    return path


def counts(result: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in result.items() if name not in ("elapsed_s", "entries_per_s")}


@pytest.mark.parametrize("words", [(), *COMMANDS], ids=" ".join)
def test_every_command_has_help_with_an_example(shell: Shell, words: tuple[str, ...]) -> None:
    ended = shell(*words, "--help")
    assert ended.code == 0
    assert "Usage: " in ended.out
    if words:
        assert f"Example: nightdesk {' '.join(words)}" in ended.out


def test_replay_prints_exactly_these_keys(shell: Shell, reports: Path) -> None:
    ended = shell("replay", "sbn", reports, "--json")
    assert ended.code == 0, ended.err
    assert list(ended.json) == REPLAY_KEYS
    assert ended.out.count("\n") == 1
    found = ended.json
    assert (found["read"], found["accepted"], found["duplicates"], found["outside"]) == (7, 4, 1, 1)
    assert found["rejected"] == {"bad_number": 1}
    assert found["read"] == found["accepted"] + found["duplicates"] + found["outside"] + 1
    assert (found["nights"], found["alerts"], len(found["digest"])) == (1, {}, 64)


def test_a_replay_for_people_says_the_same_in_lines(shell: Shell, reports: Path) -> None:
    ended = shell("replay", "sbn", reports)
    assert "read: 7" in ended.out
    assert "accepted: 4" in ended.out


def test_memory_embedded_paced_and_standard_input_come_to_the_same(
    shell: Shell, reports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = counts(shell("replay", "sbn", reports, "--json").json)
    embedded = ("--engine", "embedded", "--data", tmp_path / "var")
    assert counts(shell("replay", "sbn", reports, *embedded, "--json").json) == whole
    assert counts(shell("replay", "sbn", reports, *embedded, "--json").json) == whole, "run again"
    assert counts(shell("replay", "sbn", reports, "--speed", "1e9", "--json").json) == whole
    with reports.open("rb") as file:
        monkeypatch.setattr(sys, "stdin", _Standard(file))
        assert counts(shell("replay", "sbn", "-", "--json").json) == whole
    digest = shell("digest", "--data", tmp_path / "var", "--json")
    assert digest.json["digest"] == whole["digest"]
    assert digest.json["realm"] == "replay-files"


def test_a_replay_with_a_data_folder_is_kept_in_it(shell: Shell, reports: Path, tmp_path: Path) -> None:
    found = shell("replay", "sbn", reports, "--data", tmp_path / "mine", "--json")
    assert shell("digest", "--data", tmp_path / "mine", "--json").json["digest"] == found.json["digest"]


def test_a_replay_beside_a_desk_to_come_is_not_in_its_way(shell: Shell, reports: Path, tmp_path: Path) -> None:
    assert shell("replay", "sbn", reports, "--engine", "embedded").code == 0
    assert shell("digest", "--data", tmp_path / "var" / "replay").code == 0
    with DataFolder(tmp_path / "var", realm="live", area="westminster", now=0) as folder:
        assert folder.mark.realm == "live"


def test_the_digest_of_a_folder_needs_no_area_file(shell: Shell, tmp_path: Path) -> None:
    area, points, data = tmp_path / "town.toml", tmp_path / "points.csv", tmp_path / "var"
    area.write_text('id = "town"\nname = "Town"\ntime_zone = "Europe/Paris"\n')
    points.write_text("time,lat,lon\n2026-05-16 23:30:00,48.85,2.35\n")
    whole = shell("replay", "points", points, "--area", area, "--engine", "embedded", "--data", data, "--json")
    area.unlink()
    assert shell("digest", "--data", data, "--json").json["digest"] == whole.json["digest"]


def test_only_one_night_of_a_file(shell: Shell, reports: Path) -> None:
    ended = shell("replay", "sbn", reports, "--night", "2026-05-16", "--json")
    assert (ended.json["accepted"], ended.json["nights"]) == (3, 1)


def test_columns_of_another_name(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "points.csv"
    path.write_text("When,North,East\n2026-05-16 23:30:00,51.5138,-0.1307\n")
    ended = shell("replay", "points", path, "--columns", "time=When,lat=North,lon=East", "--json")
    assert (ended.code, ended.json["accepted"]) == (0, 1)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("replay", "sbn", "f.csv", "--night", "Saturday"), "'Saturday' does not match the format"),
        (("replay", "sbn", "f.csv", "--speed", "fast"), "'fast' is neither max nor a number above 0"),
        (("replay", "sbn", "f.csv", "--columns", "time"), "'time' is not NAME=VALUE"),
        (("replay", "pigeons", "f.csv"), "'pigeons' is not one of"),
        (("replay", "sbn"), "Missing argument"),
        (("up", "--engine", "memory"), "use embedded"),
        (("up", "--port", "99999"), "must be a port from 1 to 65535"),
        (("up", "--speed", "0"), "Invalid value for '--speed'"),
        (("up", "--speed", "inf"), "inf is no number above 0 and at most"),
        (("simulate", "--night", "Saturday"), "'Saturday' does not match the format"),
        (("keys", "add", "--role", "king"), "'king' is not one of"),
        (("ingest", "retry", "--set", "venue_id"), "is not FIELD=VALUE"),
        (("dance",), "No such command 'dance'"),
    ],
    ids=lambda part: " ".join(part) if isinstance(part, tuple) else "",
)
def test_wrong_use_ends_with_two_and_says_what_is_wrong(shell: Shell, words: tuple[str, ...], said: str) -> None:
    ended = shell(*words)
    assert ended.code == 2
    assert said in " ".join(ended.err.split())
    assert "Traceback" not in ended.err


def test_what_cannot_be_read_ends_with_one_after_all_that_could(shell: Shell, reports: Path) -> None:
    ended = shell("replay", "sbn", reports, "missing.csv", "--json")
    assert ended.code == 1
    assert ended.json["accepted"] == 4
    assert ended.err == "nightdesk: missing.csv: does not exist; no row was read\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("digest", "--data", "none"), "none holds no journal yet"),
        (("ingest", "retry", "--data", "none"), "none is not the data folder of a live desk"),
        (("keys", "add", "--role", "business", "--venue", "no-such-door"), "no-such-door"),
        (("replay", "sbn", "f.csv", "--area", "none.toml"), "none.toml"),
        (("replay", "sbn", "f.csv", "--night", "2026-05-13"), "2026-05-13 is not an operating night of Westminster"),
        (("simulate", "--night", "2026-05-13"), "2026-05-13 opens no operating night"),
        (("simulate", "--out", "reports.csv/night"), "reports.csv/night: Not a directory"),
        (("simulate", "--scenario", "none.toml"), "none.toml"),
    ],
    ids=lambda part: " ".join(part) if isinstance(part, tuple) else "",
)
@pytest.mark.usefixtures("reports")
def test_a_refusal_ends_with_one_and_its_reason(shell: Shell, words: tuple[str, ...], said: str) -> None:
    ended = shell(*words)
    assert ended.code == 1
    assert ended.err.startswith("nightdesk: ")
    assert said in ended.err
    assert "Traceback" not in ended.err


def test_a_folder_is_of_one_realm(shell: Shell, reports: Path, tmp_path: Path) -> None:
    data = tmp_path / "var"
    assert shell("replay", "sbn", reports, "--engine", "embedded", "--data", data).code == 0
    for options, ours in (("--demo", "replay-demo"), ("--no-demo", "live")):
        ended = shell("up", options, "--data", data)
        assert ended.code == 1
        assert f"it belongs to realm replay-files, area westminster, and this is realm {ours}" in ended.err


def test_what_a_replay_refused_comes_again_with_its_files_and_not_by_a_retry(
    shell: Shell, reports: Path, tmp_path: Path
) -> None:
    data = tmp_path / "var"
    assert shell("replay", "sbn", reports, "--engine", "embedded", "--data", data).code == 0
    ended = shell("ingest", "retry", "--data", data)
    assert ended.code == 1
    assert "of replay-files, whose picture follows from its files alone" in ended.err
    assert "replay them into a new folder" in ended.err


def test_a_folder_of_the_kafka_engine_s_says_where_its_journal_is(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "var" / "services").mkdir(parents=True)
    ended = shell("digest", "--data", tmp_path / "var")
    assert (ended.code, "holds no journal: realm live's is on the brokers" in ended.err) == (1, True)


def test_a_simulated_night_replays_feed_by_feed(shell: Shell, tmp_path: Path) -> None:
    ended = shell("simulate", "--night", "2026-05-16", "--seed", "7", "--out", tmp_path / "night")
    assert ended.code == 0
    files = {path.name for path in (tmp_path / "night").iterdir()}
    assert files == {"sbn.ndjson", "nightstars.csv", "lfb.csv", "noise_events.csv", "noise_levels.csv"}
    assert all(str(tmp_path / "night" / name) in ended.out for name in files)
    for source, names in {
        "sbn": ["sbn.ndjson"],
        "nightstars": ["nightstars.csv"],
        "lfb": ["lfb.csv"],
        "noise": ["noise_events.csv", "noise_levels.csv"],
    }.items():
        found = shell("replay", source, *(tmp_path / "night" / name for name in names), "--json").json
        assert found["accepted"] > 0
        assert found["rejected"] == {}


def test_a_key_is_printed_once_and_is_good_before_the_first_start(shell: Shell, tmp_path: Path) -> None:
    data = tmp_path / "var"
    ended = shell("keys", "add", "--role", "operations", "--data", data, "--json")
    assert (ended.code, list(ended.json)) == (0, ["key"])
    assert shell("digest", "--data", data).code == 1, "a folder with keys alone is still an empty one"


@pytest.mark.server
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_up_says_at_once_where_it_is_and_stops_when_told(tmp_path: Path, number: int) -> None:
    with up(tmp_path / "var", "--demo") as process:
        assert process.stdout is not None
        console, sign_in = process.stdout.readline(), process.stdout.readline()
        assert console.startswith("Console: http://127.0.0.1:")
        assert "/sign-in#token=" in sign_in
        until((tmp_path / "var" / "record.db").exists, "at work")
        process.send_signal(number)
        assert process.wait(WITHIN_S) == 0


@pytest.mark.server
def test_a_folder_goes_on_where_it_was_and_the_way_in_is_shown_until_used(tmp_path: Path) -> None:
    for _ in range(2):
        with up(tmp_path / "var", "--demo") as process:
            assert process.stdout is not None
            process.stdout.readline()
            assert "/sign-in#token=" in process.stdout.readline()
            process.send_signal(signal.SIGTERM)
            assert process.wait(WITHIN_S) == 0


def test_a_demo_is_of_one_seed(shell: Shell, tmp_path: Path) -> None:
    data = tmp_path / "var"
    report = Reported(
        source=Source.LFB, source_id="1", reporter="lfb", category=Category.FIRE, severity=1, at=0, occurred_at=0,
        received_at=0, lat=51.5, lon=-0.1, cell="89195da49c3ffff",
    )  # fmt: skip
    with DataFolder(data, realm=DEMO.name, area="westminster", now=0) as folder, FolderRun(folder) as run:
        run.journal.append([Entry(fact=report, origin=Origin(stream=stream_of("2026-04-10", 11), position=1))])
    ended = shell("up", "--demo", "--seed", "7", "--data", data)
    assert ended.code == 1
    assert "the demo in this folder was begun with --seed 11; --seed 7 is another one" in ended.err


@pytest.mark.server
def test_a_folder_of_other_things_is_not_watched(tmp_path: Path) -> None:
    thesis = tmp_path / "home" / "thesis.docx"
    thesis.parent.mkdir()
    thesis.touch()
    said = refused(tmp_path / "var", environ={"NIGHTDESK_INBOX": str(thesis.parent)})
    assert "home holds thesis.docx and none of the folders that a watched one has" in said
    assert thesis.exists()


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """What this machine's environment says is no part of a test."""
    for name in ("DATA", "HOST", "PORT", "PUSH_PORT", "AREA", "REFERENCE", "INBOX", "PUBLIC_ORIGIN"):
        monkeypatch.delenv(f"NIGHTDESK_{name}", raising=False)


@contextmanager
def up(data: Path, *options: str) -> Iterator["subprocess.Popen[str]"]:
    """`nightdesk up` in a process of its own, killed at the end."""
    words = command_line("up", "--data", str(data), "--port", str(free_port()), *options)
    with subprocess.Popen(
        words, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()
            process.communicate()


def test_the_doctor_of_a_kafka_engine_s_folder_looks_at_that_engine(shell: Shell, kafka_folder: Path) -> None:
    ended = shell("doctor", "--data", kafka_folder)
    assert ended.code == 1
    assert f"BAD Engine: nothing runs in {kafka_folder}. Start it: nightdesk up --engine kafka" in ended.out
    assert "BAD Brokers: Kafka cannot be reached" in ended.out
    assert "BAD Redis: " in ended.out


class _Standard:
    """Standard input."""

    def __init__(self, buffer: object) -> None:
        self.buffer = buffer
