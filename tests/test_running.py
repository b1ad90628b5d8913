"""What a Nightdesk at work says of itself to the pages."""

from contextlib import closing
from pathlib import Path

from nightdesk import Running
from schemas.realms import LIVE
from schemas.settings import Settings


def test_a_desk_that_has_not_restored_yet_catches_up_and_nothing_is_wrong_with_it(tmp_path: Path) -> None:
    settings = Settings.from_environ({"NIGHTDESK_DATA": str(tmp_path / "data")})
    with closing(Running(settings, LIVE)) as running:
        said = running._health.desk()
    assert (said.state, said.why) == ("catching_up", None), "the page's own words say it better"
