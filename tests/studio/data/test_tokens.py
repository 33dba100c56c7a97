"""Counts are those of transformers' CLIPTokenizer, which training reads captions with."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.data.tokens import LIMIT, TokenCounter, _of_clip
from studio.errors import StudioError
from studio.models.family import STARTER

NASTY = [
    "",
    " ",
    "a photo of a cat",
    "A PHOTO Of A Cat",
    "1girl, long hair, looking_at_viewer, solo",
    "don't you'll we've I'm he'd it's they're",
    "DON'T 'S 's '' s'",
    "1234567890 3.14159 ½ ² Ⅳ ٣",
    "水墨画风格，一个戴帽子的女孩",
    "我的画风, 1girl, 红色连衣裙",
    "日本語のテキスト ひらがな カタカナ",
    "한국어 텍스트",
    "🎨🖌️ 👩‍🎨 👨‍👩‍👧‍👦 🇨🇳",
    "café cafe\u0301 naïve Å A\u030a",
    "ÄÖÜ ß ẞ İstanbul ΣΑΣ ς",
    "!!! ??? ... --- ___ ~~~",
    "hello!! wow!",
    "(best quality:1.2), [bad], {x|y}",
    "hat \\(medium\\), <lora:ink:0.8>",
    "<|startoftext|> a <|endoftext|>b",
    "<|ENDOFTEXT|> < |endoftext|>",
    "a\tb\nc\r\nd\u00a0e\u3000f\u200bg",
    "  two  spaces   ",
    " \u0301combining at the start",
    "\x1c\x1d separators \x00 nul",
    "ﬁ ligature ﷺ",
    "supercalifragilisticexpialidocious antidisestablishmentarianism",
    "x" * 300,
    "http://example.org/a?b=c&d=%20",
    ", ".join(["long hair"] * 60),
    "我" * 100,
    "🎨" * 80,
]


@pytest.fixture(scope="module")
def clip() -> TokenCounter:
    return TokenCounter.for_base("no such model")


@pytest.fixture(scope="module")
def theirs() -> Any:
    """transformers' CLIPTokenizer with OpenAI's vocabulary."""
    from transformers import CLIPTokenizer

    model = json.loads(_of_clip().to_str())["model"]
    return CLIPTokenizer(vocab=model["vocab"], merges=[tuple(pair) for pair in model["merges"]])


def read(tokenizer: Any, text: str) -> int:
    return len(tokenizer(text, add_special_tokens=False)["input_ids"])


@pytest.mark.parametrize("text", NASTY)
def test_counts_as_transformers_does(clip: TokenCounter, theirs: Any, text: str) -> None:
    assert clip.count(text) == read(theirs, text)


def test_ids_are_those_of_clip() -> None:
    tokenizer = _of_clip()
    ids = tokenizer.encode("a photo of a cat", add_special_tokens=False).ids
    assert ids == [320, 1125, 539, 320, 2368]  # as OpenAI's own tokenizer has them
    assert [tokenizer.token_to_id(f"<|{word}oftext|>") for word in ("start", "end")] == [
        49406,
        49407,
    ]


@given(st.text(st.sampled_from("aA1'’s!,. \t\n\u3000我é\u0301🎨<|>_"), max_size=40))
def test_a_text_has_the_sum_of_its_words(text: str) -> None:
    counter = TokenCounter.for_base("")
    assert counter.count(text) == len(counter._tokenizer.encode(text, add_special_tokens=False))


@pytest.mark.parametrize("padding", ["<|endoftext|>", "!"])
@pytest.mark.parametrize("whole", [False, True])
def test_the_base_models_own_tokenizer_is_used(tmp_path: Path, whole: bool, padding: str) -> None:
    from transformers import CLIPTokenizer

    folder = tmp_path / "tokenizer"
    folder.mkdir()
    _of_clip().model.save(str(folder))
    settings = {"tokenizer_class": "CLIPTokenizer", "pad_token": "<|endoftext|>"}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings), encoding="utf-8")
    special = {"pad_token": {"content": padding}} if padding == "!" else {}
    (folder / "special_tokens_map.json").write_text(json.dumps(special), encoding="utf-8")
    own = CLIPTokenizer.from_pretrained(str(folder))
    if whole:
        shutil.rmtree(folder)
        own.save_pretrained(str(folder))
        assert (folder / "tokenizer.json").is_file()
    counter = TokenCounter.for_base(str(tmp_path))

    assert counter.count_many(NASTY) == [read(own, text) for text in NASTY]
    assert counter.count("wow!!") == (3 if padding == "!" else 2)


def test_the_starter_has_its_own_tokenizer() -> None:
    from transformers import CLIPTokenizer

    own = CLIPTokenizer.from_pretrained(str(STARTER / "tokenizer"))
    counter = TokenCounter.for_base("starter")
    assert counter.count_many(NASTY) == [read(own, text) for text in NASTY]


def test_a_single_file_has_clips_vocabulary(tmp_path: Path, clip: TokenCounter) -> None:
    file = tmp_path / "model.safetensors"
    file.write_bytes(b"")
    assert TokenCounter.for_base(str(file)).count_many(NASTY) == clip.count_many(NASTY)


@pytest.mark.parametrize("name", ["vocab.json", "tokenizer.json", "tokenizer_config.json"])
def test_a_damaged_tokenizer_is_an_error(tmp_path: Path, name: str) -> None:
    shutil.copytree(STARTER / "tokenizer", tmp_path / "tokenizer")
    (tmp_path / "tokenizer" / name).write_text("{", encoding="utf-8")
    with pytest.raises(StudioError, match=r"base\.not_a_model"):
        TokenCounter.for_base(str(tmp_path))


@pytest.mark.parametrize("text", NASTY)
def test_the_cut_leaves_what_fits(clip: TokenCounter, text: str) -> None:
    cut = clip.cut(text)
    if clip.count(text) <= LIMIT:
        assert cut == len(text)
    else:
        assert clip.count(text[:cut]) <= LIMIT < clip.count(text[: cut + 1]) + 1


def test_the_cut_stands_before_the_first_unread_word(clip: TokenCounter) -> None:
    text = " ".join(["Cat"] * LIMIT + ["Dog", "end"])
    assert text[clip.cut(text) :] == "Dog end"
    assert clip.cut(text[: text.index("Dog")]) == text.index("Dog")


def test_counting_imports_no_transformers(repository: Path) -> None:
    code = (
        "import sys\nfrom studio.data.tokens import TokenCounter\nold = 'tokenizers' in sys.modules"
        "\nTokenCounter.for_base('starter').count('a')"
        "\nprint(old, {'torch', 'transformers', 'numpy'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=repository, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False set()"
