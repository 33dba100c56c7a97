"""From prompts to what the UNet attends to, for families with one text encoder and with two.

Our own, because the pipelines' ``clip_skip`` fails with transformers 5 and they know no long
prompts; tests hold it equal to theirs otherwise.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor
from transformers import CLIPTokenizer

from studio.data.tokens import END, LIMIT, clip_vocabulary, padding_token


class TextEmbedding(NamedTuple):
    """``states`` (B, T, D) of every token; ``pooled`` (B, P) of the whole prompt, in SDXL only."""

    states: Tensor
    pooled: Tensor | None = None

    def to(self, *where: torch.device | torch.dtype) -> TextEmbedding:
        """On another device or in another precision."""
        states, pooled = self
        for one in where:
            states, pooled = states.to(one), None if pooled is None else pooled.to(one)
        return TextEmbedding(states, pooled)


class Tokenizer(NamedTuple):
    """CLIP's ``words``, and the number of the token that fills a chunk up."""

    words: Any
    padding: int

    def __call__(self, prompts: Sequence[str]) -> list[list[int]]:
        """The token numbers of each prompt, however long, without start and end."""
        if not prompts:
            return []
        read = self.words(list(prompts), add_special_tokens=False, verbose=False)
        ids: list[list[int]] = read["input_ids"]
        return ids

    def chunked(self, prompts: Sequence[str], chunks: int) -> Tensor:
        """Token numbers (B * chunks, 77): start, up to 75 of a prompt, end, padding."""
        start, end = self.words.bos_token_id, self.words.eos_token_id
        rows = []
        for ids in self(prompts):
            for at in range(0, chunks * LIMIT, LIMIT):
                chunk = ids[at : at + LIMIT]
                rows.append([start, *chunk, end, *[self.padding] * (LIMIT - len(chunk))])
        return torch.tensor(rows)


def open_tokenizer(folder: Path) -> Tokenizer:
    """The tokenizer of ``folder``, with CLIP's own vocabulary where it has only a configuration.

    The configuration names the padding: "!" for SD 2.x and SDXL's second encoder, else the end. As
    padding, transformers would see "!" in prompts too; OpenCLIP, A1111 and ComfyUI read a word.
    """
    padding = padding_token(folder)
    if (folder / "vocab.json").is_file() or (folder / "tokenizer.json").is_file():
        words: Any = CLIPTokenizer.from_pretrained(str(folder), pad_token=END)
        if padding != END and padding in words.get_added_vocab():  # written into tokenizer.json
            model = json.loads(words.backend_tokenizer.to_str())["model"]
            words = _words(model["vocab"], model["merges"])
    elif (folder / "tokenizer_config.json").is_file():
        words = _clip_words()
    else:
        raise FileNotFoundError(f"it has no {folder.name}")
    return Tokenizer(words, words.convert_tokens_to_ids(padding))


@lru_cache(maxsize=1)
def _clip_words() -> Any:
    return _words(*clip_vocabulary())


def _words(vocabulary: dict[str, int], merges: Iterable[Sequence[str]]) -> Any:
    pairs: Any = [tuple(pair) for pair in merges]  # which the library's own types leave out
    return CLIPTokenizer(vocabulary, pairs)


def chunks_for(tokenizers: Iterable[Tokenizer], prompts: Sequence[str]) -> int:
    """How many chunks of 75 tokens the longest of ``prompts`` fills, at least one."""
    lengths = (len(ids) for tokenizer in tokenizers for ids in tokenizer(prompts))
    return max(1, -(-max(lengths, default=0) // LIMIT))


def encode(
    encoders: Mapping[str, Any],
    tokenizers: Mapping[str, Tokenizer],
    prompts: Sequence[str],
    *,
    chunks: int,
    clip_skip: int,
) -> TextEmbedding:
    """The text embedding of ``prompts``: states (B, 77 * chunks, D), in the encoders' dtype.

    Each chunk is encoded by itself and has its own start and end, as in A1111 and ComfyUI. kohya's
    trainer leaves the inner ones out, but an adapter is to meet what the programs that draw show
    the UNet. What a prompt has beyond ``chunks`` is cut off.

    Clip skip n reads the n-th layer from the end and applies the final layer norm to it; SDXL reads
    one layer earlier and without the norm, and joins both encoders (Podell et al. 2023, 2.1).
    """
    outputs = {}
    for name, encoder in encoders.items():
        tokens = tokenizers[name].chunked(prompts, chunks).to(encoder.device)
        outputs[name] = encoder(tokens, output_hidden_states=True)
    if "text_encoder_2" not in encoders:
        states = _normed(encoders["text_encoder"], outputs["text_encoder"], clip_skip)
        return TextEmbedding(_joined(states, chunks))
    both = [output.hidden_states[-(clip_skip + 1)] for output in outputs.values()]
    pooled = outputs["text_encoder_2"].text_embeds[::chunks]  # of each prompt's first chunk
    return TextEmbedding(_joined(torch.cat(both, dim=-1), chunks), pooled)


def _normed(encoder: Any, output: Any, clip_skip: int) -> Tensor:
    if clip_skip == 1:
        last: Tensor = output.last_hidden_state
        return last
    inner = getattr(encoder, "text_model", encoder)  # which transformers 5.6 took away
    normed: Tensor = inner.final_layer_norm(output.hidden_states[-clip_skip])
    return normed


def _joined(states: Tensor, chunks: int) -> Tensor:
    """(B * chunks, 77, D) as (B, chunks * 77, D)."""
    return states.reshape(-1, chunks * states.shape[1], states.shape[2])
