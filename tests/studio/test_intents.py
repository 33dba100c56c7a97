from __future__ import annotations

import pytest

from studio.config import merge, validate
from studio.presets import preset
from studio.presets.intents import INTENTS, facts, intent_tables, rhythm

FAMILIES = ("starter", "sd1", "sd2", "sdxl")
PROMPTS = {"preview": {"prompts": ["a cat"]}, "dataset": [{"path": "images"}]}


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("intent", INTENTS)
def test_every_intent_gives_usable_settings_for_every_base(intent: str, family: str) -> None:
    settings = validate(merge(preset(family), intent_tables(intent, family), PROMPTS))
    assert settings.network.effective_alpha == settings.network.rank
    assert settings.schedule.steps == 10 * settings.preview.every
    assert settings.save.every == settings.preview.every
    assert settings.schedule.warmup == pytest.approx(settings.schedule.steps / 20, abs=0.5)


def test_a_style_leaves_the_text_encoder_alone_and_takes_longer() -> None:
    style, character = intent_tables("style", "sd1"), intent_tables("character", "sd1")
    assert (style["network"]["text_encoder"], style["schedule"]["steps"]) == (False, 2500)
    assert (character["network"]["text_encoder"], character["schedule"]["steps"]) == (True, 1500)


def test_sdxl_never_trains_its_text_encoders() -> None:
    for intent in INTENTS:
        assert intent_tables(intent, "sdxl")["network"]["text_encoder"] is False


def test_the_facts_of_the_cards() -> None:
    assert facts("character", "sd1").images == (15, 40)
    assert facts("style", "sd1").images == (30, 100)
    assert facts("object", "sdxl").images == (10, 25)
    assert facts("style", "starter").minutes is None
    for intent in INTENTS:
        for family in FAMILIES[1:]:
            fast, slow = facts(intent, family).minutes or (0, 0)
            assert 0 < fast < slow


def test_short_runs_are_looked_at_after_every_step() -> None:
    assert rhythm(7) == {
        "schedule": {"warmup": 0},
        "preview": {"every": 1},
        "save": {"every": 1},
    }
