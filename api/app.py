"""The HTTP side, put together: guards outside, routes inside, every error a problem."""

from typing import Final

from fastapi import FastAPI
from starlette.middleware import Middleware

from api.routes.account import account_routes
from api.routes.audit import audit_routes
from api.routes.config import config_routes
from api.routes.enrolments import enrolment_routes
from api.routes.guards.counted import Counted
from api.routes.guards.crashes import Crashes
from api.routes.guards.known_hosts import KnownHosts
from api.routes.guards.safe_headers import SafeHeaders
from api.routes.guards.same_site import SameSite
from api.routes.guards.small_bodies import SmallBodies
from api.routes.health import health_routes
from api.routes.pages import page_routes
from api.routes.problems import answer_with_problems
from api.routes.retention import retention_routes
from api.routes.services import Services
from api.routes.session import session_routes
from api.routes.words import words_routes

_ROUTES: Final = (
    *(session_routes, account_routes, enrolment_routes, audit_routes, words_routes, retention_routes),
    *(config_routes, health_routes),
)


def create_app(services: Services) -> FastAPI:
    """The application over its services. It reads the pages once, and nothing else before the first request."""
    app = FastAPI(
        title="Nightdesk",
        version=services.version,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        middleware=[
            Middleware(Counted, services=services),
            Middleware(SafeHeaders, services=services),
            Middleware(Crashes),
            Middleware(KnownHosts, services=services),
            Middleware(SameSite, services=services),
            Middleware(SmallBodies),
        ],
    )
    answer_with_problems(app)
    for routes in _ROUTES:
        app.include_router(routes(services))
    app.router.routes.extend(page_routes(services.pages))
    return app
