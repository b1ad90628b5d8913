"""`nightdesk ingest retry` on the Kafka engine: its ingest process reads refused rows again, within seconds."""

from datetime import UTC, datetime

import orjson
import pytest

from tests.builders_engine import Engine
from tests.builders_running import run, sbn_file, sbn_report

pytestmark = [pytest.mark.server, pytest.mark.timeout(600)]


def test_refused_rows_are_read_again_by_the_process_that_reads_feeds(engine: Engine) -> None:
    engine.until_ready()
    row = sbn_report(1, datetime.now(UTC).isoformat(), report_id="strange", venue_id="nobody-knows")
    path = sbn_file(engine.inbox, "strange", row)
    engine.until(lambda: not path.exists(), "the file is read")
    said = len(engine.log.lines)
    code, out, err = run("ingest", "retry", "--json", environ=engine.environ)
    assert code == 0, err
    result = orjson.loads(out)
    assert (result["asked"] > 0, result["by"]) == (True, "the ingest process, within seconds")
    engine.until(lambda: any("Read refused rows again: 0" in line for line in engine.log.lines[said:]), "they are read")


def test_what_the_process_would_not_do_is_refused_with_the_reason(engine: Engine) -> None:
    code, _, err = run("ingest", "retry", "--set", "venue_id=blue-door", environ=engine.environ)
    assert (code, "--set does not work on the Kafka engine" in err) == (1, True)
    code, _, err = run("ingest", "retry", environ=engine.environ | {"NIGHTDESK_REALM": "replay-demo"})
    assert (code, "realm replay-demo is a replay's" in err) == (1, True)
