"""Scenario files are checked before a night is made, and a refusal names the file, the place and the rule."""

from pathlib import Path

import pytest

from ingest.simulate.scenario import ScenarioError, load_scenario

SCENE = 'at = 23:10:00\ntitle = "A scene"\nwatch = "This."\nlat = 51.51\nlon = -0.13\n'


def told(entry: str) -> str:
    return f"[[scene]]\n{SCENE}told = [{{ {entry} }}]\n"


def test_the_built_in_story_has_what_a_viewer_follows() -> None:
    scenario = load_scenario()
    titles = " ".join(scene.title for scene in scenario.scene)
    for beat in ("alarm storm", "car meet", "fight that three sources see", "Spiking"):
        assert beat in titles
    assert [(hush.source, hush.minutes) for hush in scenario.silence] == [("noise", 40)]
    assert all(scene.watch for scene in scenario.scene)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("scene = 3", "'scene' must be a list of tables"),
        ("[[scenes]]", "'scenes' is not one of"),
        (told('source = "sbn", colour = "red"'), "scene 1, told 1: 'colour' is not one of"),
        (f"[[scene]]\n{SCENE}wach = 1\ntold = []", "scene 1: 'wach' is not one of"),
        (told('source = "sbn"'), "a report of sbn needs a category"),
        (told('source = "sbn", category = "brawl"'), "brawl"),
        (told('source = "nightstars", kind = "brawl"'), "kind 'brawl' is not one of"),
        (told('source = "lfb", category = "theft"'), "category of an lfb call must be one of"),
        (told('source = "points"'), "source 'points' cannot be simulated"),
        (told('source = "noise", count = 0'), "count 0 must be 1 to 500"),
        (told('source = "noise", count = 501'), "count 501 must be 1 to 500"),
        (told('source = "noise", over_s = -1'), "must not be below 0"),
        (told('source = "sbn", category = "theft", severity = 5'), "severity 5 must be 1 to 4"),
        (told('source = "noise", key = "a"'), "key 'a' needs count 1 and source sbn or nightstars"),
        (told('source = "sbn", category = "theft", status = "withdrawn"'), "'withdrawn' needs the key of an entry"),
        ('[[silence]]\nsource = "noise"\nat = 01:00:00\nminutes = 0\ntitle = "t"\nwatch = "w"', "minutes 0 must be"),
        ("[[scene]", "Expected"),
    ],
)
def test_a_broken_scenario_is_refused(tmp_path: Path, text: str, rule: str) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as refusal:
        load_scenario(file)
    assert str(file) in str(refusal.value)
    assert rule in str(refusal.value)


def test_a_byte_order_mark_is_no_part_of_a_scenario(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('title = "Mine"', encoding="utf-8-sig")
    assert load_scenario(file).title == "Mine"


def test_a_missing_scenario_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"nowhere\.toml"):
        load_scenario(tmp_path / "nowhere.toml")
