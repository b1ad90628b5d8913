"""The generated documents: fresh, the same each time, and true of what is really written."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import orjson
import pytest
import yaml
from jsonschema import Draft202012Validator

from schemas import generate
from schemas.asyncapi import asyncapi
from schemas.codec import Sent, encode_entry, encode_sent
from schemas.frames import Delta, Heartbeat, Refused, Snapshot, Subscribe
from schemas.journal import Origin
from schemas.json_schemas import schema_files
from schemas.picture import Change, Kind, PictureRecord
from schemas.policy import encode_policy
from schemas.reference import load_area
from schemas.told import Census, DeskTold, DeskWord, encode_told
from schemas.verdicts import Judged, Judgement, Verdict, encode_judged
from tests.builders_contracts import entries, feed_health, feed_records, incident, night_summary, window

ROOT = Path(__file__).resolve().parents[2]


def check(file: str, document: object) -> None:
    """Fail unless a document follows a schema file."""
    Draft202012Validator(schema_files()[file]).validate(document)


def test_what_stands_in_the_folder_is_what_the_code_says() -> None:
    assert generate.stale() == [], "run: python -m schemas.generate"


def test_a_changed_or_missing_or_left_over_file_is_stale_and_put_right(tmp_path: Path) -> None:
    assert generate.write(tmp_path) == list(generate.generated())
    assert generate.stale(tmp_path) == []
    (tmp_path / "asyncapi.yaml").write_text("old")
    (tmp_path / "json" / "sent.json").unlink()
    (tmp_path / "json" / "gone.json").write_text("{}")
    wrong = [Path("asyncapi.yaml"), Path("json/sent.json"), Path("json/gone.json")]
    assert generate.stale(tmp_path) == wrong
    assert generate.write(tmp_path) == wrong
    assert generate.stale(tmp_path) == []


@pytest.mark.parametrize("seed", ["1", "2"])
def test_it_is_the_same_under_any_hash_seed(seed: str) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "schemas.generate", "--check"],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


def test_an_unknown_argument_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert generate.main(["--chek"]) == 2
    assert "usage" in capsys.readouterr().err


@pytest.mark.parametrize("file", list(schema_files()))
def test_each_file_is_a_valid_schema(file: str) -> None:
    Draft202012Validator.check_schema(schema_files()[file])


def test_what_the_codec_writes_follows_the_schemas() -> None:
    for entry in entries():
        check("journal.json", orjson.loads(encode_entry(entry)))
    for record in feed_records():
        check("sent.json", orjson.loads(encode_sent(Sent(said=record))))
    check("policy.json", orjson.loads(encode_policy(load_area().policy)))


@pytest.mark.parametrize(
    ("kind", "record"),
    [
        (Kind.INCIDENTS, incident()),
        (Kind.WINDOWS, window(span_minutes=None, expected=None)),
        (Kind.FEEDS, feed_health()),
        (Kind.NIGHT, night_summary()),
        (Kind.NIGHT, None),
    ],
)
def test_a_change_follows_the_schema(kind: Kind, record: PictureRecord | None) -> None:
    change = Change(kind=kind, key="k", offset=1, index=0, at=5, record=record)
    check("picture.json", msgspec.json.decode(encode_told(change)))


def test_a_record_of_another_kind_does_not_follow_it() -> None:
    change = Change(kind=Kind.WINDOWS, key="k", offset=1, index=0, at=5, record=incident())
    document = msgspec.json.decode(encode_told(change))
    assert not Draft202012Validator(schema_files()["picture.json"]).is_valid(document)


def test_words_and_verdicts_follow_their_schemas() -> None:
    check("picture.json", msgspec.json.decode(encode_told(DeskTold(word=DeskWord.LIVE, at=5, next_offset=9))))
    check("picture.json", msgspec.json.decode(encode_told(Census(offset=9, ended=True))))
    waiting = ((Kind.FEEDS, "lfb"),)
    check("picture.json", msgspec.json.decode(encode_told(Census(offset=9, ended=True, by="a", waiting=waiting))))
    judged = Judged(origin=Origin(stream="api/3", position=9), verdict=Verdict(judgement=Judgement.HELD))
    check("verdicts.json", msgspec.json.decode(encode_judged(judged)))


@pytest.mark.parametrize(
    "frame",
    [
        Snapshot(topic="a/group", e="x", s=1, state={}),
        Delta(topic="a/group", e="x", s=2, up={"night": {"n": {}}}, del_={"windows": ["w"]}),
        Heartbeat(topic="a/group", e="x", s=2, at="2026-05-16T22:00:00.000Z"),
        Refused(reason="too_deep"),
        Subscribe(topic="a/group", epoch="x", seq=1),
    ],
    ids=lambda frame: type(frame).__name__,
)
def test_frames_follow_the_schema_under_their_wire_names(frame: object) -> None:
    document = orjson.loads(orjson.dumps(frame))
    if "del_" in document:
        document["del"] = document.pop("del_")
    check("frames.json", document)


def test_no_schema_leaves_a_python_name_or_a_datetime_without_format() -> None:
    definitions: Any = schema_files()["picture.json"]["$defs"]
    assert definitions["Incident"]["properties"]["at"]["format"] == "date-time"
    assert definitions["SensorHealth"]["properties"]["last_at"]["anyOf"][0]["format"] == "date-time"
    assert b"del_" not in (ROOT / "schemas" / "json" / "frames.json").read_bytes()


def test_the_yaml_says_what_the_document_says() -> None:
    text = (ROOT / "schemas" / "asyncapi.yaml").read_text()
    assert yaml.safe_load(text) == asyncapi()


def test_yaml_of_odd_values_is_read_back() -> None:
    odd = {"a: b": ["#", "- x", "", 'say "no"', "é\n", 1.5, None, True, [], {}, [[1], {"y": "on"}]], "no": {}}
    assert yaml.safe_load(generate.to_yaml(odd)) == odd


def test_every_reference_of_the_asyncapi_document_leads_somewhere() -> None:
    document = asyncapi()
    found = list(_references(document))
    assert len(found) > 50
    for reference in found:
        file, _, pointer = reference.partition("#")
        target: Any = schema_files()[file.removeprefix("json/")] if file else document
        for part in pointer.strip("/").split("/"):
            target = target[int(part)] if isinstance(target, list) else target[part]
        assert target, reference


def _references(value: object) -> list[str]:
    if isinstance(value, dict):
        own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
        return own + [found for item in value.values() for found in _references(item)]
    if isinstance(value, list):
        return [found for item in value for found in _references(item)]
    return []
