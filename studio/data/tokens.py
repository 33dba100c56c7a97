"""How many tokens CLIP reads of a caption, by the tokenizer of the base model, without torch.

transformers' CLIPTokenizer is the same Rust tokenizer, but importing it takes over a second; here
it takes 10 ms, and building CLIP's own vocabulary about 80 ms.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.errors import StudioError
from studio.models.family import STARTER

if TYPE_CHECKING:
    from tokenizers import Tokenizer

LIMIT = 75
"""Tokens of a caption that CLIP reads: 77 less the start and the end."""

_CLIP = STARTER.with_name("clip") / "bpe_simple_vocab_16e6.txt.gz"
START, END = "<|startoftext|>", "<|endoftext|>"
_MERGES = 49152 - 256 - 2  # of the 262,144 in OpenAI's file, CLIP uses the first ones
_PIECES = r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"
_WORDS_KEPT = 100_000  # some 20 MB


class TokenCounter:
    """Counts tokens of single captions (one line of a caption file), without start and end.

    CLIP never joins what a space divides, so a text has the sum of its words' tokens, and words
    recur: counting them once makes a dataset's captions twenty times quicker than the batches of
    `tokenizers`.
    """

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._count_word = lru_cache(maxsize=_WORDS_KEPT)(self._encode_word)

    @classmethod
    def for_base(cls, model: str) -> TokenCounter:
        """The counter for "starter" or a diffusers folder that has its own tokenizer.

        Everything else (a single file, a folder that is not there) has CLIP's vocabulary, as all
        Stable Diffusion models do. Raises ``base.not_a_model`` if the tokenizer is damaged.
        """
        folder = STARTER if model == "starter" else Path(model).expanduser()
        return _counter(folder / "tokenizer")

    def count(self, text: str) -> int:
        """Tokens of ``text``."""
        return sum(map(self._count_word, text.split(" ")))

    def count_many(self, texts: Iterable[str]) -> list[int]:
        """Tokens of each of ``texts``."""
        return [self.count(text) for text in texts]

    def cut(self, text: str) -> int:
        """Index of the character from which on ``text`` goes unread; its length if it fits."""
        offsets = self._tokenizer.encode(text, add_special_tokens=False).offsets
        return int(offsets[LIMIT][0]) if len(offsets) > LIMIT else len(text)

    def _encode_word(self, word: str) -> int:
        return len(self._tokenizer.encode(word, add_special_tokens=False))


@lru_cache(maxsize=4)
def _counter(folder: Path) -> TokenCounter:
    try:
        tokenizer = _of_folder(folder) or _of_clip()
    except Exception as error:  # `tokenizers` raises no narrower one for a bad file
        path, reason = str(folder.parent), f"its tokenizer cannot be read: {error}"
        raise StudioError("base.not_a_model", path=path, reason=reason) from error
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return TokenCounter(tokenizer)


def _of_folder(folder: Path) -> Tokenizer | None:
    """The tokenizer of a diffusers folder, in either way of saving it; None if it has none."""
    from tokenizers import Tokenizer, models

    whole, vocabulary, merges = (
        folder / name for name in ("tokenizer.json", "vocab.json", "merges.txt")
    )
    if whole.is_file():
        return Tokenizer.from_file(str(whole))
    if not (vocabulary.is_file() and merges.is_file()):
        return None
    ids, pairs = models.BPE.read_file(str(vocabulary), str(merges))
    return _build(ids, pairs, padding_token(folder))


def padding_token(folder: Path) -> str:
    """The padding token, which text is split at as well: SD 2.x and SDXL pad with "!"."""
    token: str | dict[str, str] = END
    for name in ("tokenizer_config.json", "special_tokens_map.json"):
        if (folder / name).is_file():
            words = json.loads((folder / name).read_text(encoding="utf-8"))
            token = words.get("pad_token", token)
    return token["content"] if isinstance(token, dict) else token


def clip_vocabulary() -> tuple[dict[str, int], list[tuple[str, str]]]:
    """CLIP's own vocabulary: the number of each token, and the pairs that are joined, in order."""
    with gzip.open(_CLIP, "rt", encoding="utf-8") as lines:
        pairs = [_pair(line) for line in islice(lines, 1, 1 + _MERGES)]
    symbols = list(_byte_symbols())
    ends = [f"{symbol}</w>" for symbol in symbols]
    vocabulary = [*symbols, *ends, *(first + second for first, second in pairs), START, END]
    return {token: number for number, token in enumerate(vocabulary)}, pairs


def _of_clip() -> Tokenizer:
    return _build(*clip_vocabulary(), END)


def _pair(line: str) -> tuple[str, str]:
    first, second = line.split()
    return first, second


def _byte_symbols() -> Iterator[str]:
    """The character that stands for each byte, in the order of CLIP's vocabulary (as GPT-2)."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    yield from map(chr, printable)
    yield from (chr(256 + number) for number in range(256 - len(printable)))


def _build(ids: dict[str, int], pairs: Sequence[Any], padding: str) -> Tokenizer:
    """Set up as transformers' CLIPTokenizer does; a test compares the two."""
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

    tokenizer = Tokenizer(
        models.BPE(
            vocab=ids,
            merges=list(pairs),
            continuing_subword_prefix="",
            end_of_word_suffix="</w>",
            fuse_unk=False,
            unk_token=END,
        )
    )
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Lowercase()]
    )
    words = pre_tokenizers.Split(Regex(_PIECES), behavior="removed", invert=True)
    bytes_ = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([words, bytes_])
    tokenizer.add_special_tokens([START, END, padding])
    return tokenizer
