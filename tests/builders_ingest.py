"""Vendor rows made up for tests, and short ways to read them."""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence

from ingest.outcomes import Outcome, Outside, Read
from ingest.reading import read
from schemas.area import Area
from schemas.dead_letters import DeadLetter
from schemas.feeds import FeedRecord, Source
from tests.builders_area import an_area

LFB_2017 = (
    "incident_number,date_of_call,time_of_call,incident_group,stop_code_description,borough_code,"
    "easting_m,northing_m,easting_rounded,northing_rounded"
)
LFB_DATASTORE = (
    "IncidentNumber,DateOfCall,TimeOfCall,IncidentGroup,StopCodeDescription,IncGeo_BoroughCode,"
    "Easting_m,Northing_m,Easting_rounded,Northing_rounded,Latitude,Longitude,Notional Cost (£)"
)
SBN = (
    "report_id,revision,status,reported_at,occurred_at,venue_id,category,severity,help_needed,latitude,longitude,words"
)
NIGHTSTARS = "encounter_id,revision,status,logged_at,occurred_at,team_id,kind,severity,helped,latitude,longitude,notes"
TRIGGERS = (
    "description,result_timestamp,noise_event_laeq_primary_detected_certainty,"
    "noise_event_laeq_primary_detected_class,lamax,laeq"
)
RAW_EXPORT = (
    "#object_id;description;result_timestamp;noise_event_laeq_model_id;noise_event_laeq_model_id_unit;"
    "noise_event_laeq_primary_detected_certainty;noise_event_laeq_primary_detected_certainty_unit;"
    "noise_event_laeq_primary_detected_class;noise_event_laeq_primary_detected_class_unit"
)
LEVELS = "description,result_timestamp,lamax,laeq,lceq,lcpeak"
POINTS = "id,time,lat,lon,category,reporter"


class Kept:
    """Words kept in a dictionary; the same ref with another text is a mistake."""

    def __init__(self) -> None:
        self.texts: dict[str, tuple[str, str]] = {}

    def keep(self, ref: str, owner: str, text: str) -> None:
        assert self.texts.setdefault(ref, (owner, text)) == (owner, text)


def csv_of(header: str, *rows: str, end: str = "\n") -> bytes:
    """A CSV file of a header and rows."""
    return "".join(line + end for line in (header, *rows)).encode()


def row_of(header: str, values: Mapping[str, str]) -> str:
    """One row under a header, columns that are not given left empty."""
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow([values.get(name, "") for name in header.split(",")])
    return out.getvalue()


def lfb_row(**changes: str) -> str:
    """A call under LFB_2017."""
    row = {
        "incident_number": "000001-01012017",
        "date_of_call": "2017-01-01",
        "time_of_call": "00:04:27",
        "incident_group": "False Alarm",
        "stop_code_description": "AFA",
        "borough_code": "E09000033",
        "easting_m": "529500.0",
        "northing_m": "180500.0",
        "easting_rounded": "529550",
        "northing_rounded": "180550",
    }
    return row_of(LFB_2017, row | changes)


def sbn_values(**changes: str) -> dict[str, str]:
    """A report's values."""
    return {
        "report_id": "r1",
        "revision": "0",
        "status": "new",
        "reported_at": "2026-05-16T23:12:00+01:00",
        "occurred_at": "2026-05-16T23:10:00+01:00",
        "venue_id": "blue-door",
        "category": "theft",
        "severity": "2",
        "help_needed": "none",
    } | changes


def sbn_row(**changes: str) -> str:
    """A report under SBN."""
    return row_of(SBN, sbn_values(**changes))


def sbn_object(**changes: object) -> bytes:
    """A report as a JSON line."""
    return json.dumps(sbn_values() | {"revision": 0, "severity": 2} | changes).encode() + b"\n"


def nightstars_row(**changes: str) -> str:
    """An encounter under NIGHTSTARS."""
    row = {
        "encounter_id": "e1",
        "revision": "0",
        "status": "new",
        "logged_at": "2026-05-16 23:30",
        "occurred_at": "2026-05-16 23:05",
        "team_id": "soho",
        "kind": "welfare_check",
        "helped": "2",
        "latitude": "51.5130",
        "longitude": "-0.1310",
    }
    return row_of(NIGHTSTARS, row | changes)


def outcomes(
    source: Source, body: bytes, *, area: Area | None = None, columns: Mapping[str, str] | None = None, start: int = 0
) -> list[Outcome]:
    """All that comes of some bytes."""
    words = Kept()
    stream = io.BytesIO(body)
    return list(read(source, stream, area or an_area(), words=words, columns=columns, name="feed.csv", start=start))


def records(
    source: Source, body: bytes, *, area: Area | None = None, columns: Mapping[str, str] | None = None
) -> list[FeedRecord]:
    """The records of some bytes, none of whose rows is refused."""
    found = outcomes(source, body, area=area, columns=columns)
    assert not [letter for letter in found if isinstance(letter, DeadLetter)]
    return [outcome.record for outcome in found if isinstance(outcome, Read)]


def one_letter(found: Sequence[Outcome]) -> DeadLetter:
    """The only dead letter among some outcomes."""
    (letter,) = [outcome for outcome in found if isinstance(outcome, DeadLetter)]
    return letter


def kinds(found: Sequence[Outcome]) -> list[str]:
    """`read`, `outside` or the reason of each outcome."""
    return [_kind(outcome) for outcome in found]


def _kind(outcome: Outcome) -> str:
    if isinstance(outcome, DeadLetter):
        return outcome.reason
    return "outside" if isinstance(outcome, Outside) else "read"


def dribble(body: bytes, size: int) -> Iterator[bytes]:
    """Bytes in chunks of one size, as a pipe might bring them."""
    return (body[at : at + size] for at in range(0, len(body), size))
