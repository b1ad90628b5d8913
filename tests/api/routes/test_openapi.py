"""The OpenAPI document: what is described is what is there, and nothing else is."""

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from api.addresses import Address
from api.openapi import FILE, document, main
from api.routes.problems import Reason
from tests.builders_http import Site


def operations(desk: Site) -> Iterator[tuple[str, dict[str, Any]]]:
    document = desk.ask("GET", "/api/v1/openapi.json").json()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def test_the_document_is_one(desk: Site) -> None:
    document = desk.ask("GET", "/api/v1/openapi.json").json()
    assert document["openapi"].startswith("3.1.")
    refs = set(re.findall(r"#/components/schemas/(\w+)", str(document)))
    assert refs <= set(document["components"]["schemas"])
    assert not {"HTTPValidationError", "ValidationError"} & set(document["components"]["schemas"])
    Draft202012Validator.check_schema(document["components"]["schemas"]["Incident"])


def test_every_operation_has_a_name_a_summary_and_an_example_of_each_answer(desk: Site) -> None:
    names = Counter(operation["operationId"] for _, operation in operations(desk))
    assert set(names.values()) == {1}
    for call, operation in operations(desk):
        assert operation["summary"], call
        for status, response in operation["responses"].items():
            for media_type, content in response.get("content", {}).items():
                assert "example" in content or content.get("examples"), (call, status, media_type)


def test_every_refusal_is_a_problem_of_a_known_type_with_its_status(desk: Site) -> None:
    for call, operation in operations(desk):
        for status, response in operation["responses"].items():
            if int(status) < 400 or (call, status) == ("GET /readyz", "503"):
                continue
            for name, example in response["content"]["application/problem+json"]["examples"].items():
                assert example["value"]["status"] == int(status), (call, name)
                assert example["value"]["type"] == f"/problems/{Reason(name)}"


def test_every_reason_is_described_but_those_of_no_call(desk: Site) -> None:
    said = {
        name
        for _, operation in operations(desk)
        for response in operation["responses"].values()
        for name in response.get("content", {}).get("application/problem+json", {}).get("examples", {})
    }
    assert set(Reason) - said == {Reason.METHOD_NOT_ALLOWED}


def test_examples_are_as_their_schemas_say(desk: Site) -> None:
    document = desk.ask("GET", "/api/v1/openapi.json").json()
    shown = 0
    for call, operation in operations(desk):
        for response in operation["responses"].values():
            for content in response.get("content", {}).values():
                schema = {**content.get("schema", {}), "components": document["components"]}
                values = [one["value"] for one in content.get("examples", {}).values()]
                for value in [*values, *([content["example"]] if "example" in content else [])]:
                    assert not list(Draft202012Validator(schema).iter_errors(value)), call
                    shown += 1
    assert shown > 50


def test_the_file_that_the_client_is_made_of_is_current() -> None:
    assert FILE.read_bytes() == document(), "run: make generate"


def test_the_file_is_written_once_and_said_to_be_stale(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("api.openapi.FILE", tmp_path / "openapi.json")
    assert [main(arguments) for arguments in (["--check"], [], ["--check"], ["-x"])] == [1, 0, 0, 2]
    assert capsys.readouterr().out == "stale: api/openapi.json\nwritten: api/openapi.json\n"


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json"])
def test_there_is_no_page_of_somebody_elses(path: str, desk: Site) -> None:
    assert desk.ask("GET", path).status_code == 404


def test_a_site_without_an_address_is_refused(desk: Site) -> None:
    with pytest.raises(ValueError, match="addresses is empty"):
        replace(desk.services, addresses=())
    assert Address(page="https://desk.example", push="wss://desk.example/live").host == "desk.example"


def test_importing_the_app_brings_neither_alembic_nor_the_server() -> None:
    code = "import sys, api.app; print(sorted({'alembic', 'uvicorn'} & set(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
