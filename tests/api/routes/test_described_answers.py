"""Schemathesis over our own description: whatever is sent, no answer is a 500 and none is not described."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from schemas.audiences import Role
from schemas.picture import Change, Kind, PictureRecord
from schemas.times import MINUTE
from tests.builders_contracts import feed_health, incident, night_summary, window
from tests.builders_http import Site
from tests.builders_record import SATURDAY
from tests.builders_reports import door

pytestmark = pytest.mark.server  # a whole desk stands behind it, and it takes its time
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EXAMPLES = 20
FREE = ("host", "authorization", "cookie", "content-length", "transfer-encoding")
"""Headers that are ours to send."""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A desk with a record of each kind, one incident of them over."""
    records: tuple[tuple[Kind, str, PictureRecord], ...] = (
        (Kind.INCIDENTS, "a", incident(id="a")),
        (Kind.INCIDENTS, "b", incident(id="b")),
        (Kind.WINDOWS, "w", window()),
        (Kind.FEEDS, "noise", feed_health()),
        (Kind.NIGHT, "2026-05-16", night_summary()),
    )
    with door(tmp_path_factory.mktemp("desk")) as opened:
        opened.site.told.tell(
            *(
                Change(kind=kind, key=key, offset=1, index=n, at=SATURDAY, record=record, live=key != "b")
                for n, (kind, key, record) in enumerate(records)
            )
        )
        yield opened.site


def operations(desk: Site) -> Iterator[Any]:
    for result in schemathesis.openapi.from_dict(desk.app.openapi()).get_all_operations():
        assert isinstance(result, Ok), result
        yield result.ok()


def send(desk: Site, case: Any, headers: dict[str, str]) -> httpx.Response:
    """As the case has it, from our own page, and never too fast."""
    desk.house.clock.now += MINUTE
    request = case.as_transport_kwargs(base_url=desk.origin)
    own = {name: value for name, value in request["headers"].items() if name.lower() not in FREE}
    desk.cookies.clear()
    url = httpx.Request(request["method"], request["url"], params=request.get("params")).url
    body = request.get("data")
    content = body.encode() if isinstance(body, str) else body
    return desk.ask(
        request["method"], url.raw_path.decode(), headers={**own, **headers}, json=request.get("json"), content=content
    )


@pytest.mark.parametrize(
    ("role", "mode"),
    [
        (Role.OPERATIONS, GenerationMode.POSITIVE),
        (Role.OPERATIONS, GenerationMode.NEGATIVE),
        (Role.BUSINESS, GenerationMode.POSITIVE),
        (None, GenerationMode.POSITIVE),
    ],
    ids=["operations", "operations, wrong", "business", "nobody"],
)
def test_every_answer_is_one_that_is_described(role: Role | None, mode: GenerationMode, told: Site) -> None:
    headers = {} if role is None else told.as_role(role)
    sent = 0
    for operation in operations(told):

        @seed(7)
        @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy(generation_mode=mode))
        def holds(case: Any) -> None:
            nonlocal sent
            response = send(told, case, headers)
            case.validate_response(response, checks=CHECKS)
            sent += 1

        with suppress(Unsatisfiable):  # an operation without parameters cannot be asked wrongly
            holds()
    assert sent > EXAMPLES
