"""Text embeddings against the pipelines' own, and what the pipelines cannot: long prompts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers import StableDiffusionPipeline, StableDiffusionXLPipeline
from transformers import CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer

from studio.config import Base
from studio.models.checkpoint import BaseModel, open_base
from studio.models.family import CONFIGS
from studio.models.text import open_tokenizer
from tests.tiny_models import FAMILIES, tiny_folder

PROMPTS = ["a red cat on a hill, 1girl, don't", ""]
WORDS = ["red", "cat", "blue", "dog", "green", "hill"] * 20  # a token each
LONG = " ".join(WORDS)
CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return {
        family: tiny_folder(tmp_path_factory.mktemp("m") / family, family) for family in FAMILIES
    }


@pytest.fixture(scope="module")
def bases(folders: dict[str, Path]) -> dict[str, BaseModel]:
    return {f: open_base(Base(model=str(path)), CPU) for f, path in folders.items()}


def pipeline(folder: Path, xl: bool) -> Any:
    """As diffusers opens the folder, with the text's parts only."""
    second = {"text_encoder_2": CLIPTextModelWithProjection, "tokenizer_2": CLIPTokenizer}
    parts = {"text_encoder": CLIPTextModel, "tokenizer": CLIPTokenizer, **(second if xl else {})}
    opened = {name: kind.from_pretrained(folder / name) for name, kind in parts.items()}
    if xl:
        return StableDiffusionXLPipeline(vae=None, unet=None, scheduler=None, **opened)
    none = dict.fromkeys(("vae", "unet", "scheduler", "safety_checker", "feature_extractor"))
    return StableDiffusionPipeline(**none, **opened, requires_safety_checker=False)


@pytest.mark.parametrize("family", ["sd1", "sd2"])
def test_one_encoder_equals_the_pipeline(
    bases: dict[str, BaseModel], folders: dict[str, Path], family: str
) -> None:
    pipe = pipeline(folders[family], xl=False)
    with torch.no_grad():
        theirs, negative = pipe.encode_prompt(PROMPTS, CPU, 1, True, [LONG] * 2)
        ours = bases[family].encode_prompts(PROMPTS)
        cut = bases[family].encode_prompts([LONG] * 2)
    assert torch.equal(ours.states, theirs)
    assert torch.equal(cut.states, negative)
    assert ours.pooled is None


def test_clip_skip_applies_the_norm_to_an_earlier_layer(
    bases: dict[str, BaseModel], folders: dict[str, Path]
) -> None:
    skipping = open_base(Base(model=str(folders["sd1"]), clip_skip=2), CPU)
    tokenizer = CLIPTokenizer.from_pretrained(folders["sd1"] / "tokenizer")
    encoder = CLIPTextModel.from_pretrained(folders["sd1"] / "text_encoder")
    tokens = tokenizer(PROMPTS, padding="max_length", max_length=77, return_tensors="pt").input_ids
    with torch.no_grad():
        states = encoder(tokens, output_hidden_states=True).hidden_states
        earlier = encoder.final_layer_norm(states[-2])
        last = encoder.final_layer_norm(states[-1])
        assert torch.equal(skipping.encode_prompts(PROMPTS).states, earlier)
        assert torch.equal(bases["sd1"].encode_prompts(PROMPTS).states, last)


@pytest.mark.parametrize("clip_skip", [1, 2])
def test_two_encoders_equal_the_pipeline(folders: dict[str, Path], clip_skip: int) -> None:
    base = open_base(Base(model=str(folders["sdxl"]), clip_skip=clip_skip), CPU)
    pipe = pipeline(folders["sdxl"], xl=True)
    skipped = None if clip_skip == 1 else clip_skip - 1  # they count the layers that are left out
    with torch.no_grad():
        theirs, _, pooled, _ = pipe.encode_prompt([*PROMPTS, LONG], device=CPU, clip_skip=skipped)
        ours = base.encode_prompts([*PROMPTS, LONG])
    assert torch.equal(ours.states, theirs)
    assert ours.pooled is not None
    assert torch.equal(ours.pooled, pooled)


def test_the_pooled_token_is_found_by_whatever_number_ends_a_text(folders: dict[str, Path]) -> None:
    """Configurations of the hub say 2, which never comes: then the largest number is the end."""
    base = open_base(Base(model=str(folders["sdxl"])), CPU)
    second: Any = base.text_encoders["text_encoder_2"]
    with torch.no_grad():
        legacy = base.encode_prompts(PROMPTS).pooled
        second.text_model.eos_token_id = 49407
        proper = base.encode_prompts(PROMPTS).pooled
    assert legacy is not None
    assert proper is not None
    assert torch.equal(legacy, proper)
    assert not torch.equal(legacy[0], legacy[1])


@pytest.mark.parametrize("family", FAMILIES)
def test_a_long_prompt_is_encoded_chunk_by_chunk(bases: dict[str, BaseModel], family: str) -> None:
    base = bases[family]
    head, tail = " ".join(WORDS[:75]), " ".join(WORDS[75:])
    assert [base.chunks_for(p) for p in ([LONG, ""], [head, ""], [])] == [2, 1, 1]
    with torch.no_grad():
        whole = base.encode_prompts([LONG, "short"], chunks=2)
        first, second = base.encode_prompts([head]), base.encode_prompts([tail])
        short, empty = base.encode_prompts(["short"]), base.encode_prompts([""])
    assert whole.states.shape[1] == 154
    expected = [(first.states, second.states), (short.states, empty.states)]
    for states, parts in zip(whole.states, expected, strict=True):
        torch.testing.assert_close(states, torch.cat(parts, dim=1)[0], rtol=1e-5, atol=1e-6)
    if whole.pooled is not None:
        assert first.pooled is not None
        assert short.pooled is not None
        pooled = torch.cat([first.pooled, short.pooled])
        torch.testing.assert_close(whole.pooled, pooled, rtol=1e-5, atol=1e-6)


def test_each_family_fills_up_as_it_was_trained() -> None:
    def padding(family: str, name: str = "tokenizer") -> list[int]:
        row = open_tokenizer(CONFIGS / family / name).chunked(["a cat"], 1)[0].tolist()
        assert row[:4] == [49406, 320, 2368, 49407]
        assert len(row) == 77
        return sorted(set(row[4:]))

    assert padding("sd1") == padding("sdxl") == [49407]
    assert padding("sd2") == padding("sdxl", "tokenizer_2") == [0]


def test_an_exclamation_mark_is_a_word_whatever_fills_up(folders: dict[str, Path]) -> None:
    """transformers would take it for padding; the models were trained on the word, number 256."""
    own = open_tokenizer(CONFIGS / "sd2" / "tokenizer")
    of_folder = open_tokenizer(folders["sd2"] / "tokenizer")
    first = open_tokenizer(folders["sdxl"] / "tokenizer")
    saved = folders["sd2"].with_name("saved")  # by transformers 5, in one file
    CLIPTokenizer.from_pretrained(folders["sd2"] / "tokenizer").save_pretrained(saved)
    again = open_tokenizer(saved)
    assert not (saved / "vocab.json").exists()
    for tokenizer in (own, of_folder, first, again):
        assert tokenizer(["wow! !!"]) == [[2781, 256, 748]]
    assert own.padding == of_folder.padding == again.padding == 0
