"""A small area for tests: a borough of one square ward, two venues, a haven, a camera and a team."""

from schemas.area import Area, Camera, Haven, Rings, Team, Venue, Ward
from schemas.night import NightRules
from schemas.policy import Policy
from schemas.retention import Retention

SQUARE: Rings = (((-0.16, 51.49), (-0.11, 51.49), (-0.11, 51.53), (-0.16, 51.53), (-0.16, 51.49)),)
DOOR = Venue(id="blue-door", name="The Blue Door", kind="bar", lat=51.5138, lon=-0.1307, made_up=True)
YARD = Venue(id="lantern-yard", name="Lantern Yard", kind="club", lat=51.5137, lon=-0.1310, made_up=True)
HAVEN = Haven(id="chapel", name="The Chapel", lat=51.5120, lon=-0.1290, places=6, made_up=True)
MALL = Camera(id="pall-mall", name="Pall Mall", vendor_name="Pall Mall  01", lat=51.5067, lon=-0.1339)
SOHO = Team(id="soho", name="Soho team", made_up=True)


def an_area(
    *,
    time_zone: str = "Europe/London",
    borough_code: str | None = "E09000033",
    has_outline: bool = True,
    cameras: tuple[Camera, ...] = (MALL,),
) -> Area:
    """An area; without an outline it has neither ward nor venue, as a list of points needs none."""
    nights = NightRules(time_zone=time_zone)
    return Area(
        id="square",
        name="The Square",
        time_zone=time_zone,
        borough_code=borough_code,
        nights=nights,
        resolution=11,
        outline=SQUARE if has_outline else None,
        wards=(Ward(code="W1", name="Square", rings=SQUARE),) if has_outline else (),
        venues={venue.id: venue for venue in (DOOR, YARD)} if has_outline else {},
        havens={HAVEN.id: HAVEN} if has_outline else {},
        cameras={camera.id: camera for camera in cameras},
        teams={SOHO.id: SOHO} if has_outline else {},
        policy=Policy(
            area="square", borough=borough_code or "square", nights=nights, fusion=(), harm=(), cameras=(), feeds=()
        ),
        retention=Retention(time_zone=time_zone, rules=()),
    )
