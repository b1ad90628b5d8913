"""Alive, ready, and the metrics.

`/healthz` and `/readyz` are open and say nothing but themselves. `/metrics` is for a key of role admin, or for a
scraper on this machine: a loopback peer whose request no proxy has passed on.
"""

from ipaddress import ip_address
from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from api.routes.caller import caller_of
from api.routes.described import in_words, some_metrics
from api.routes.problems import Reason, Refused
from api.routes.services import Services
from schemas.audiences import Role

_NOT_READY: Final = "not ready: the desk is catching up\n"
_PASSED_ON: Final = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")


def health_routes(services: Services) -> APIRouter:
    """The three calls."""
    router = APIRouter(tags=["health"], default_response_class=PlainTextResponse)
    caller = caller_of(services.authenticator)

    @router.get("/healthz", summary="Alive", **in_words("alive\n"))
    async def alive() -> str:
        return "alive\n"

    @router.get("/readyz", summary="Ready, or the reason why not", **in_words("ready\n", not_now=_NOT_READY))
    async def ready() -> PlainTextResponse:
        is_ready, reason = services.ready()
        word = "ready" if is_ready else "not ready"
        return PlainTextResponse(f"{word}: {reason}\n" if reason else f"{word}\n", 200 if is_ready else 503)

    @router.get("/metrics", summary="Prometheus metrics", **some_metrics())
    def metrics(request: Request) -> Response:
        if not _is_on_this_machine(request) and caller(request).role is not Role.ADMIN:
            raise Refused(Reason.NOT_ALLOWED, "Metrics need a key of role admin.")
        return Response(generate_latest(services.meters.registry), media_type=CONTENT_TYPE_LATEST)

    return router


def _is_on_this_machine(request: Request) -> bool:
    if request.client is None or any(name in request.headers for name in _PASSED_ON):
        return False
    try:
        return ip_address(request.client.host).is_loopback
    except ValueError:
        return False
