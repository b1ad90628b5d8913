"""Every route of the API, a line each."""

from fastapi import APIRouter

from api.routes.account import account_routes
from api.routes.audit import audit_routes
from api.routes.basemap import basemap_routes
from api.routes.config import config_routes
from api.routes.encounters import encounter_routes
from api.routes.enrolments import enrolment_routes
from api.routes.health import health_routes
from api.routes.incident import incident_routes
from api.routes.lists import list_routes
from api.routes.pictures import picture_routes
from api.routes.reading import Reading
from api.routes.reports import report_routes
from api.routes.retention import retention_routes
from api.routes.seen import seen_routes
from api.routes.services import Services
from api.routes.session import session_routes
from api.routes.uploads import upload_routes
from api.routes.words import words_routes


def all_routes(services: Services) -> tuple[APIRouter, ...]:
    """In the order in which requests are matched."""
    reading = Reading(services)
    return (
        session_routes(services),
        account_routes(services),
        enrolment_routes(services),
        audit_routes(services),
        words_routes(services),
        retention_routes(services),
        report_routes(services),
        encounter_routes(services),
        upload_routes(services),
        seen_routes(services),
        config_routes(services),
        basemap_routes(services),
        list_routes(services, reading),
        incident_routes(services, reading),
        picture_routes(services, reading),
        health_routes(services),
    )
