"""Stage `text`: the tokenizer, and a text encoder that learns first to understand the captions.

The byte-pair vocabulary is CLIP's construction (all 256 bytes, the same with the end-of-word
mark, then merges), so any UTF-8 text tokenises and `CLIPTokenizer` of every transformers version
reads the files. Predicting a caption's attributes for two minutes saves the UNet from having to
teach the text encoder to read.
"""

from __future__ import annotations

import json
import random
import tempfile
from pathlib import Path

import scenes
import torch
import torch.nn.functional as F
from common import Clock, Muon, load_checkpoint, log, save_atomically, schedule, split_parameters
from pictures import HEADS
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers
from torch import Tensor, nn
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

LENGTH = 77
WIDTH = 128
MERGES = 486
BATCH = 96
LEARNING_RATE = 1.5e-3
SPLIT = (
    r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"
)
OTHER_WORDS = (
    "painting sketch watercolour watercolor ink pencil crayon photo portrait character creature "
    "monster dragon dog bird girl boy person face standing sitting flying smiling holding wearing "
    "the with and of in on style art bright dark soft simple detailed background sky sun moon "
    "water grass street mountain castle garden bedroom kitchen "
)


def learn_merges(count: int) -> list[tuple[str, str]]:
    """Byte-pair merges from invented captions, art words and meaningless words."""
    tokenizer = Tokenizer(models.BPE(end_of_word_suffix="</w>"))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Lowercase()]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(SPLIT), behavior="removed", invert=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False),
        ]
    )
    rng = random.Random("starter vocabulary")
    corpus = [scenes.caption(scenes.random_scene(rng), rng) for _ in range(20_000)]
    corpus += [OTHER_WORDS] * 60
    trainer = trainers.BpeTrainer(
        vocab_size=512 + count,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        end_of_word_suffix="</w>",
        show_progress=False,
    )
    tokenizer.train_from_iterator(corpus, trainer)
    merges = json.loads(tokenizer.to_str())["model"]["merges"]
    return [tuple(pair) for pair in merges][:count]


def byte_letters() -> list[str]:
    """The printable stand-ins of the 256 bytes, in GPT-2's order."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    table = {byte: chr(byte) for byte in printable}
    others = [byte for byte in range(256) if byte not in table]
    table.update({byte: chr(256 + i) for i, byte in enumerate(others)})
    return [table[byte] for byte in [*printable, *others]]


def write_tokenizer(folder: Path) -> None:
    """The tokenizer's files: vocabulary, merges, configuration and the map of special tokens."""
    merges = learn_merges(MERGES)
    letters = byte_letters()
    words = letters + [letter + "</w>" for letter in letters]
    words += [a + b for a, b in merges if a + b not in set(words)]
    words = [*dict.fromkeys(words), "<|startoftext|>", "<|endoftext|>"]
    special = {
        "bos_token": "<|startoftext|>",
        "eos_token": "<|endoftext|>",
        "unk_token": "<|endoftext|>",
        "pad_token": "<|endoftext|>",
    }
    settings = special | {
        "tokenizer_class": "CLIPTokenizer",
        "model_max_length": LENGTH,
        "do_lower_case": True,
        "add_prefix_space": False,
        "errors": "replace",
    }
    folder.mkdir(parents=True, exist_ok=True)
    vocabulary = {word: i for i, word in enumerate(words)}
    files = {
        "vocab.json": json.dumps(vocabulary, ensure_ascii=False),
        "merges.txt": "#version: 0.2\n" + "\n".join(f"{a} {b}" for a, b in merges) + "\n",
        "special_tokens_map.json": json.dumps(special, indent=2) + "\n",
        "tokenizer_config.json": json.dumps(settings, indent=2) + "\n",
    }
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")


def load_tokenizer(work: Path) -> CLIPTokenizer:
    """The tokenizer, made on first use."""
    folder = work / "tokenizer"
    if not (folder / "tokenizer_config.json").exists():
        work.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=work) as temporary:
            made = Path(temporary) / "tokenizer"
            write_tokenizer(made)
            made.rename(folder)
    return CLIPTokenizer.from_pretrained(folder)


def tokenise(tokenizer: CLIPTokenizer, texts: list[str]) -> Tensor:
    """Token ids, padded to the full length as Stable Diffusion does."""
    return tokenizer(
        texts, padding="max_length", max_length=LENGTH, truncation=True, return_tensors="pt"
    ).input_ids


def new_encoder(tokenizer: CLIPTokenizer) -> CLIPTextModel:
    """An untrained text encoder that fits the tokenizer."""
    config = CLIPTextConfig(
        vocab_size=len(tokenizer),
        hidden_size=WIDTH,
        intermediate_size=4 * WIDTH,
        num_hidden_layers=3,
        num_attention_heads=4,
        max_position_embeddings=LENGTH,
        projection_dim=WIDTH,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    return CLIPTextModel(config)


def attribute_batch(
    tokenizer: CLIPTokenizer, rng: random.Random, count: int
) -> tuple[Tensor, Tensor]:
    """Fresh captions as token ids, and their attributes as class numbers."""
    chosen = [scenes.random_scene(rng) for _ in range(count)]
    ids = tokenise(tokenizer, [scenes.caption(scene, rng) for scene in chosen])
    labels = [
        [names.index(getattr(scene, head)) for head, names in HEADS.items()] for scene in chosen
    ]
    return ids, torch.tensor(labels)


def read(encoder: CLIPTextModel, heads: nn.Linear, ids: Tensor, eos: int) -> list[Tensor]:
    """Attribute logits from the mean of the end and padding positions."""
    hidden = encoder(ids).last_hidden_state
    mask = (ids == eos).float()[..., None]
    mean = (hidden * mask).sum(1) / mask.sum(1)
    return list(heads(mean).split([len(names) for names in HEADS.values()], 1))


def train(work: Path, minutes: float, seed: int = 2) -> None:
    """Teach the encoder to name subject, colour, place, time and style; the result is `text.pt`."""
    if (work / "text.pt").exists():
        return
    torch.manual_seed(seed)
    rng = random.Random(f"starter text {seed}")
    tokenizer = load_tokenizer(work)
    encoder = new_encoder(tokenizer)
    heads = nn.Linear(WIDTH, sum(len(names) for names in HEADS.values()))
    matrices, others = split_parameters(encoder, ("embeddings",))
    muon = Muon([{"params": matrices}], lr=LEARNING_RATE)
    adam = torch.optim.AdamW([*others, *heads.parameters()], lr=LEARNING_RATE, betas=(0.9, 0.99))
    clock = Clock(minutes)
    step = 0
    while not clock.over:
        for group in muon.param_groups + adam.param_groups:
            group["lr"] = LEARNING_RATE * schedule(clock.progress)
        ids, labels = attribute_batch(tokenizer, rng, BATCH)
        with torch.autocast("cpu", torch.bfloat16):
            logits = read(encoder, heads, ids, tokenizer.eos_token_id)
        losses = [F.cross_entropy(x.float(), labels[:, i]) for i, x in enumerate(logits)]
        loss = torch.stack(losses).sum()
        loss.backward()
        muon.step()
        adam.step()
        encoder.zero_grad()
        heads.zero_grad()
        step += 1
        if clock.due_to_log():
            log(work, f"text: step {step}, {clock.trained:.0f} s, loss {loss.item():.4f}")
    ids, labels = attribute_batch(tokenizer, random.Random("starter text test"), 512)
    with torch.no_grad():
        guesses = [x.argmax(1) for x in read(encoder.eval(), heads, ids, tokenizer.eos_token_id)]
    right = {
        head: (guess == labels[:, i]).float().mean().item()
        for i, (head, guess) in enumerate(zip(HEADS, guesses, strict=True))
    }
    log(work, f"text: {len(tokenizer)} tokens, attributes read right {right}")
    save_atomically(work / "text.pt", {"text": encoder.state_dict(), "accuracy": right})


def load(work: Path) -> tuple[CLIPTokenizer, CLIPTextModel]:
    """The tokenizer and the pre-trained encoder."""
    tokenizer = load_tokenizer(work)
    encoder = new_encoder(tokenizer)
    state = load_checkpoint(work / "text.pt")
    if state is None:
        raise SystemExit("The text encoder is not trained yet: run the stage 'text' first.")
    encoder.load_state_dict(state["text"])
    return tokenizer, encoder
