"""How refusals are described in the OpenAPI document: each status with its reasons, and an example of one."""

from typing import Any

from api.routes.problems import Reason, described


def refusals(*reasons: Reason) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route: the problems that it answers with."""
    found: dict[int | str, dict[str, Any]] = {}
    for reason in reasons:
        status, title = described(reason)
        example = {"type": f"/problems/{reason}", "title": title, "status": status, "detail": "What to do."}
        entry = found.setdefault(status, {"description": title, "content": {"application/problem+json": {
            "schema": {"type": "object"}, "examples": {}}}})  # fmt: skip
        entry["content"]["application/problem+json"]["examples"][reason.value] = {"summary": title, "value": example}
    return found
