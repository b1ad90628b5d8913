"""The N1 night has the means, repeats, night effects and witnesses that the detector's calibration assumes."""

from collections import Counter
from math import sqrt
from statistics import correlation, fmean, median, pvariance

import pytest

from ingest.simulate.city import City
from ingest.simulate.happenings import Happening
from ingest.simulate.mix import Stream
from schemas.distance import metres_between
from schemas.feeds import Source
from schemas.night import OperatingNight

Nights = list[list[Happening]]


DESIGN = {
    Stream.BUSINESS: 90,
    Stream.STREET_SUPPORT: 55,
    Stream.FIRE_ALARM: 15,
    Stream.VEHICLE_NOISE: 40,
    Stream.ASB: 50,
}


@pytest.mark.parametrize("stream", list(Stream))
def test_a_streams_mean_is_as_designed(sixty_nights: Nights, stream: Stream) -> None:
    counts = [sum(happening.stream is stream for happening in night) for night in sixty_nights]
    mean = DESIGN[stream]
    sigma = sqrt((mean * 1.2 + (0.16 * mean) ** 2) / len(counts))  # clumped Poisson under a night factor of sd 0.15
    assert abs(fmean(counts) - mean) < 3 * sigma, (fmean(counts), mean, sigma)


def test_eight_in_a_hundred_events_repeat_another(sixty_nights: Nights) -> None:
    events = [happening for night in sixty_nights for happening in night]
    repeats = sum(happening.repeat for happening in events)
    sigma = sqrt(0.08 * 0.92 / len(events))
    assert abs(repeats / len(events) - 0.08) < 3 * sigma, repeats / len(events)


def test_a_repeat_is_near_its_first_and_minutes_later(sixty_nights: Nights) -> None:
    metres, minutes = [], []
    for night in sixty_nights:
        for repeat in (happening for happening in night if happening.repeat and happening.source is Source.SBN):
            firsts = [event for event in night if event.category is repeat.category and event.at <= repeat.at]
            near = [event for event in firsts if not event.repeat and _metres(event, repeat) < 130]
            assert near, repeat
            first = min(near, key=lambda event: repeat.at - event.at)
            metres.append(_metres(first, repeat))
            minutes.append((repeat.at - first.at) / 60_000)
    assert 24 < median(metres) < 36  # Rayleigh of 25 m a side: 29.4
    assert 4 < median(minutes) < 7  # exponential of mean 8: 5.5


def test_good_and_bad_nights_are_good_and_bad_for_all_streams(sixty_nights: Nights) -> None:
    totals = [len(night) for night in sixty_nights]
    mean, variance = fmean(totals), pvariance(totals)
    factor_variance = (variance - 1.2 * mean) / mean**2
    assert 0.10**2 < factor_variance < 0.21**2, sqrt(factor_variance)
    business = [sum(event.stream is Stream.BUSINESS for event in night) for night in sixty_nights]
    support = [sum(event.stream is Stream.STREET_SUPPORT for event in night) for night in sixty_nights]
    assert correlation(business, support) > 0.25


def test_everything_happens_in_the_area_and_in_the_night(
    sixty_nights: Nights, city: City, saturday: OperatingNight
) -> None:
    for night in sixty_nights[:10]:
        assert night == sorted(night, key=lambda happening: happening.at)
        for happening in night:
            assert saturday.holds(happening.at)
            assert city.inside(happening.position)


def test_witnesses_stay_many(sixty_nights: Nights, city: City) -> None:
    venues = Counter(event.reporter for night in sixty_nights for event in night if event.source is Source.SBN)
    assert set(venues) == set(city.area.venues), "every member reports now and then"
    assert venues.most_common(1)[0][1] < 0.08 * venues.total(), "no member speaks for a whole quarter"
    one_night = {event.reporter for event in sixty_nights[0] if event.source is Source.SBN}
    assert len(one_night) >= 30


def test_triggers_come_from_the_cameras_alone(sixty_nights: Nights, city: City) -> None:
    triggers = [event for night in sixty_nights for event in night if event.source is Source.NOISE]
    places = {(event.reporter, event.lat, event.lon) for event in triggers}
    assert places == {(camera.id, camera.lat, camera.lon) for camera in city.cameras}
    measured = [event.level_db for event in triggers if event.level_db is not None]
    assert 80.0 <= min(measured) < max(measured) <= 108.0
    assert len(measured) < len(triggers), "now and then the vendor gives no level"


def test_premises_crowd_round_centres_with_unequal_weights(city: City) -> None:
    assert len(city.premises) == 700
    assert len(city.centres) == 18
    heaviest = sorted(city.weights, reverse=True)[:70]
    assert 0.25 < sum(heaviest) / sum(city.weights) < 0.5, "log-normal: a tenth of the premises, a third of the trouble"


def _metres(a: Happening, b: Happening) -> float:
    return metres_between(*a.position, *b.position)
