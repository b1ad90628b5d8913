"""The HTTP side, put together: guards outside, routes inside, every error a problem."""

from fastapi import FastAPI
from starlette.middleware import Middleware

from api.description import describe, operation_id
from api.routes.guards.counted import Counted
from api.routes.guards.crashes import Crashes
from api.routes.guards.known_hosts import KnownHosts
from api.routes.guards.safe_headers import SafeHeaders
from api.routes.guards.same_site import SameSite
from api.routes.guards.small_bodies import SmallBodies
from api.routes.pages import page_routes
from api.routes.problems import answer_with_problems
from api.routes.registry import all_routes
from api.routes.services import Services


def create_app(services: Services) -> FastAPI:
    """The application over its services. It reads the pages once, and nothing else before the first request."""
    app = FastAPI(
        title="Nightdesk",
        version=services.version,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=operation_id,
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
    routers = all_routes(services)
    for router in routers:
        app.include_router(router)
    describe(app, routers)
    app.router.routes.extend(page_routes(services.pages))
    return app
