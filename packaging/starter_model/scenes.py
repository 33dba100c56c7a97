"""What the starter model's pictures show: scene vocabulary, random scenes and varied captions."""

from __future__ import annotations

import random
from dataclasses import dataclass

SUBJECTS: tuple[str, ...] = (
    "cat",
    "fish",
    "duck",
    "butterfly",
    "octopus",
    "robot",
    "house",
    "car",
    "boat",
    "rocket",
    "balloon",
    "tree",
    "flower",
    "mushroom",
    "apple",
    "cup",
)
COLOURS: tuple[str, ...] = (
    "red",
    "orange",
    "yellow",
    "green",
    "blue",
    "purple",
    "pink",
    "white",
)
PLACES: tuple[str, ...] = (
    "hill",
    "beach",
    "forest",
    "city",
    "desert",
    "snow",
    "room",
    "underwater",
)
TIMES: tuple[str, ...] = ("day", "sunset", "night")
STYLES: tuple[str, ...] = ("storybook", "outline", "flat", "pastel")
STYLE_WEIGHTS: tuple[float, ...] = (0.72, 0.10, 0.09, 0.09)

SMALL_SHARE = 0.08
UNKNOWN_WORD_SHARE = 0.15
SIDE = 0.12  # |x| from which a caption may say "on the left" / "on the right"

PLACE_PHRASES: dict[str, tuple[str, ...]] = {
    "hill": ("on a green hill", "on a hill", "on a grassy hill", "on the hill"),
    "beach": ("on the beach", "on a beach", "at the beach", "on a sandy beach"),
    "forest": ("in the forest", "in a forest", "in the woods", "in a dark green forest"),
    "city": ("in the city", "in a city", "in a city street", "in front of city houses"),
    "desert": ("in the desert", "in a desert", "in the desert with cacti", "in the hot desert"),
    "snow": ("in the snow", "in deep snow", "in a snowy landscape", "on the snow"),
    "room": ("in a room", "in the room", "indoors", "in a cosy room"),
    "underwater": ("underwater", "under water", "underwater in the sea", "deep underwater"),
}
PLACE_TAGS: dict[str, tuple[str, ...]] = {
    "hill": ("hill", "green hill"),
    "beach": ("beach", "sandy beach"),
    "forest": ("forest", "woods"),
    "city": ("city", "city street"),
    "desert": ("desert", "cacti, desert"),
    "snow": ("snow", "snowy landscape"),
    "room": ("room", "indoors"),
    "underwater": ("underwater", "under water"),
}
TIME_PHRASES: dict[str, tuple[str, ...]] = {
    "day": ("", "", "", "by day", "in daylight", "on a sunny day"),
    "sunset": ("at sunset", "at sunset", "during sunset", "in the evening at sunset"),
    "night": ("at night", "at night", "by night", "in the night"),
}
TIME_TAGS: dict[str, tuple[str, ...]] = {
    "day": ("day", "daylight", "sunny day"),
    "sunset": ("sunset", "evening sunset"),
    "night": ("night", "night sky"),
}
STYLE_PREFIXES: dict[str, tuple[str, ...]] = {
    "storybook": ("storybook illustration of", "storybook style,", "children's book picture of"),
    "outline": ("outline drawing of", "outline style,", "line art of", "outline drawing,"),
    "flat": ("flat illustration of", "flat style,", "flat colours,", "flat colors,"),
    "pastel": ("pastel drawing of", "pastel style,", "soft pastel,", "pastel colours,"),
}
STYLE_TAGS: dict[str, tuple[str, ...]] = {
    "storybook": ("storybook", "storybook style", "children's book"),
    "outline": ("outline drawing", "outline style", "line art"),
    "flat": ("flat colours", "flat colors", "flat style"),
    "pastel": ("pastel", "pastel style", "soft pastel colours"),
}
NEUTRAL_PREFIXES = ("drawing of", "picture of", "illustration of", "a drawing of", "a picture of")
SUBJECT_NAMES: dict[str, tuple[str, ...]] = {
    "boat": ("boat", "boat", "boat", "sailing boat"),
    "balloon": ("balloon", "hot air balloon"),
    "cup": ("cup", "cup", "cup", "mug"),
}


@dataclass(frozen=True)
class Scene:
    """One picture: its content, its rendering style and where the subject stands."""

    subject: str
    colour: str
    place: str
    time: str
    style: str = "storybook"
    scale: float = 0.62  # subject height as a share of the shorter picture side
    x: float = 0.0  # offset of the subject from the centre, share of the width
    y: float = 0.0  # vertical offset, share of the height
    flip: bool = False
    seed: int = 0


def random_scene(
    rng: random.Random,
    subject: str | None = None,
    colour: str | None = None,
    place: str | None = None,
    time: str | None = None,
    style: str | None = None,
) -> Scene:
    """A random scene; any given attribute is kept."""
    small = rng.random() < SMALL_SHARE
    scale = rng.uniform(0.30, 0.38) if small else rng.uniform(0.52, 0.75)
    reach = min(0.26 if small else 0.17, 0.53 - 0.55 * scale)
    return Scene(
        subject=subject or rng.choice(SUBJECTS),
        colour=colour or rng.choice(COLOURS),
        place=place or rng.choice(PLACES),
        time=time or rng.choice(TIMES),
        style=style or rng.choices(STYLES, STYLE_WEIGHTS)[0],
        scale=scale,
        x=rng.uniform(-reach, reach),
        y=rng.uniform(-0.03, 0.03),
        flip=rng.random() < 0.5,
        seed=rng.getrandbits(30),
    )


def unknown_word(rng: random.Random) -> str:
    """A pronounceable word that means nothing."""
    consonants = "bdfgjklmnprstvwxz"
    word = "".join(
        rng.choice(consonants) + rng.choice(("a", "e", "i", "o", "u", "oo", "ee"))
        for _ in range(rng.choice((2, 2, 3)))
    )
    return word + rng.choice(("", "", "n", "k", "x", "s", "le", "r"))


def with_article(words: str) -> str:
    """Put "a" or "an" before the words."""
    return ("an " if words[0] in "aeiou" else "a ") + words


def _noun(scene: Scene, rng: random.Random) -> str:
    name = rng.choice(SUBJECT_NAMES.get(scene.subject, (scene.subject,)))
    if scene.scale < 0.40 and rng.random() < 0.85:
        return f"{rng.choice(('small', 'little'))} {scene.colour} {name}"
    if scene.scale > 0.69 and rng.random() < 0.3:
        return f"big {scene.colour} {name}"
    return f"{scene.colour} {name}"


def _side(scene: Scene, rng: random.Random) -> str:
    if abs(scene.x) < SIDE or rng.random() < 0.6:
        return ""
    return "on the left" if scene.x < 0 else "on the right"


def _join(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def _sentence(scene: Scene, rng: random.Random, styled: bool) -> str:
    noun = _noun(scene, rng)
    subject = with_article(noun) if rng.random() < 0.8 else noun
    place = rng.choice(PLACE_PHRASES[scene.place])
    time = rng.choice(TIME_PHRASES[scene.time])
    prefix = rng.choice(STYLE_PREFIXES[scene.style]) if styled else ""
    if not styled and rng.random() < 0.3:
        prefix = rng.choice(NEUTRAL_PREFIXES)
    order = rng.random()
    side = _side(scene, rng)
    if order < 0.65 or prefix.endswith("of"):
        body = _join(subject, place, time)
    elif order < 0.8:
        body = _join(place, time) + ", " + subject
    else:
        body = _join(subject, time, place)
    return _join(prefix, body + (f", {side}" if side else ""))


def _tags(scene: Scene, rng: random.Random, styled: bool) -> str:
    tags = [
        _noun(scene, rng),
        rng.choice(PLACE_TAGS[scene.place]),
        rng.choice(TIME_TAGS[scene.time]),
    ]
    if styled:
        tags.append(rng.choice(STYLE_TAGS[scene.style]))
    if scene.time == "day" and rng.random() < 0.3:
        del tags[2]
    rng.shuffle(tags)
    return ", ".join(tags)


def caption(scene: Scene, rng: random.Random) -> str:
    """A caption with varied wording that names subject, colour, place and time (absent = day)."""
    styled = scene.style != "storybook" or rng.random() < 0.3
    text = (_tags if rng.random() < 0.3 else _sentence)(scene, rng, styled)
    if rng.random() < UNKNOWN_WORD_SHARE:
        word = unknown_word(rng)
        text = rng.choice((f"{word} style, {text}", f"{word}, {text}", f"{text}, {word} style"))
    return text
