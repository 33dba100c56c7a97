"""Colours: the subject palettes, and how the time of day tints a picture."""

from __future__ import annotations

from functools import cache

from shapes import Colour, mix, scaled

MAIN: dict[str, Colour] = {
    "red": (222, 44, 46),
    "orange": (250, 134, 22),
    "yellow": (255, 214, 44),
    "green": (64, 176, 66),
    "blue": (42, 108, 224),
    "purple": (138, 62, 190),
    "pink": (255, 142, 190),
    "white": (250, 250, 252),
}
DEEP: dict[str, Colour] = {
    "red": (176, 26, 44),
    "orange": (222, 98, 14),
    "yellow": (244, 180, 22),
    "green": (36, 138, 62),
    "blue": (28, 76, 182),
    "purple": (104, 40, 156),
    "pink": (238, 104, 164),
    "white": (222, 228, 240),
}
DARK: dict[str, Colour] = {
    "red": (92, 14, 30),
    "orange": (120, 50, 14),
    "yellow": (124, 82, 14),
    "green": (14, 72, 40),
    "blue": (14, 34, 100),
    "purple": (52, 18, 88),
    "pink": (136, 36, 88),
    "white": (84, 94, 124),
}
FIXED: dict[str, Colour] = {
    "ink": (40, 34, 48),
    "eye": (255, 255, 255),
    "cream": (255, 244, 220),
    "creamdark": (226, 204, 168),
    "blush": (255, 170, 170),
    "rose": (236, 88, 104),
    "beak": (255, 168, 26),
    "orange": (255, 140, 30),
    "gold": (255, 206, 64),
    "lamp": (255, 234, 130),
    "glass": (176, 226, 248),
    "steel": (158, 168, 186),
    "wood": (140, 90, 54),
    "wooddark": (108, 66, 40),
    "woodlight": (186, 132, 82),
    "roof": (104, 70, 74),
    "rooflight": (134, 94, 94),
    "brick": (172, 98, 80),
    "leaf": (58, 142, 62),
    "coffee": (96, 58, 40),
}
SUBJECT_TINT: dict[str, tuple[Colour, float]] = {
    "day": ((255, 255, 255), 0.0),
    "sunset": ((255, 120, 60), 0.05),
    "night": ((30, 40, 130), 0.06),
}


@cache
def subject_palette(colour: str, time: str) -> dict[str, Colour]:
    """All roles of a subject of that colour, slightly tinted by the time of day."""
    main, deep = MAIN[colour], DEEP[colour]
    white, warm = colour == "white", colour in ("yellow", "orange")
    roles = dict(FIXED)
    roles["main"] = main
    roles["deep"] = deep
    roles["shade"] = mix(main, deep, 0.75 if white else 0.7)
    roles["light"] = (255, 255, 255) if white else mix(main, (255, 255, 255), 0.55)
    roles["soft"] = mix(main, (255, 255, 255), 0.26)
    roles["dark"] = DARK[colour]
    roles["stripe"] = (192, 204, 224) if white else FIXED["cream"]
    roles["spot"] = roles["stripe"]
    roles["heart"] = (140, 82, 42) if warm else FIXED["gold"]
    roles["heartlight"] = (182, 120, 70) if warm else (255, 232, 150)
    tint, share = SUBJECT_TINT[time]
    glowing = {"lamp", "orange"}
    return {role: rgb if role in glowing else mix(rgb, tint, share) for role, rgb in roles.items()}


def graded(colour: Colour, time: str, bright: float = 1.0) -> Colour:
    """A landscape colour at a time of day; `bright` lifts it at night."""
    if time == "sunset":
        return mix(scaled(colour, (1.0, 0.82, 0.74)), (255, 128, 84), 0.13)
    if time == "night":
        dim = scaled(colour, (0.48 * bright, 0.58 * bright, 0.76 * bright))
        return mix(dim, (26, 36, 96), 0.18)
    return colour


SKY: dict[str, tuple[Colour, Colour, Colour]] = {
    "day": ((84, 172, 238), (150, 212, 248), (222, 242, 252)),
    "sunset": ((128, 88, 164), (246, 130, 104), (255, 212, 128)),
    "night": ((14, 18, 56), (28, 38, 92), (60, 78, 142)),
}
