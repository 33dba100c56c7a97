"""The eight places: sky, ground and background shapes for every time of day."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from palette import SKY, graded
from scenes import Scene
from shapes import Colour, Point, Shape, blob, box, curve, mix, oval, stroke


@dataclass
class Backdrop:
    """A place in picture units (shorter side = 100): a gradient behind, shapes on top."""

    width: float
    height: float
    time: str
    rng: random.Random
    stops: tuple[Colour, Colour, Colour] = ((0, 0, 0), (0, 0, 0), (0, 0, 0))
    horizon: float = 0.0
    sun_side: int = 1
    ground: Colour = (0, 0, 0)
    shapes: list[Shape] = field(default_factory=list)

    def add(
        self, points: list[Point], colour: Colour, bright: float = 1.0, edge: bool = True
    ) -> None:
        """A shape in daylight colours, graded for the time of day."""
        self.shapes.append(
            Shape(tuple(points), edge=edge, colour=graded(colour, self.time, bright))
        )

    def raw(
        self,
        points: list[Point],
        colour: Colour,
        edge: bool = False,
        alpha: int = 255,
        kind: str = "part",
    ) -> None:
        """A shape whose colour is final (lights, sun, sky things)."""
        self.shapes.append(Shape(tuple(points), "", edge, alpha, kind, colour))

    def floor(self, top: list[Point], colour: Colour, bright: float = 1.0) -> None:
        """Ground from a top line (left to right) to the bottom of the picture."""
        self.ground = graded(colour, self.time, bright)
        self.range(top, colour, bright)

    def ridge(self, y: float, swing: float, count: int = 6) -> list[Point]:
        """A soft wavy line across the picture, left to right."""
        step = (self.width + 20) / count
        phase = self.rng.choice((0, 1))
        knots = [
            (-10 + step * index, y + (swing if (index + phase) % 2 else -swing))
            for index in range(count + 1)
        ]
        return curve(knots, 6)

    def range(
        self, top: list[Point], colour: Colour, bright: float = 1.0, edge: bool = True
    ) -> None:
        """A band of land from a ridge down past the bottom of the picture."""
        corners = [(self.width + 12, self.height + 2), (-12, self.height + 2)]
        self.add([*top, *corners], colour, bright, edge)


def _sun_or_moon(back: Backdrop, low: float | None = None) -> None:
    w, h = back.width, back.height
    x = w * (0.5 + back.sun_side * 0.35)
    if back.time == "sunset":
        y = (back.horizon if low is None else low) - 5
        for radius, alpha in ((24, 60), (18, 90)):
            back.raw(oval(x, y, radius, radius), (255, 232, 150), False, alpha, "glow")
        back.raw(oval(x, y, 12, 12), (255, 244, 190), True, 255, "sun")
        return
    if back.time == "night":
        for _ in range(9):
            sx, sy = back.rng.uniform(3, w - 3), back.rng.uniform(3, back.horizon * 0.66)
            size = back.rng.choice((0.9, 1.2, 1.5))
            back.raw(oval(sx, sy, size, size, 0, 8), (255, 250, 214), False, 255, "star")
        back.raw(oval(x, h * 0.15, 15, 15), (255, 246, 206), False, 50, "glow")
        back.raw(oval(x, h * 0.15, 10, 10), (255, 246, 206), True, 255, "sun")
        back.raw(oval(x + 3, h * 0.13, 2.6, 2.6), (232, 216, 170), False, 255, "star")
        back.raw(oval(x - 3.5, h * 0.17, 2, 2), (232, 216, 170), False, 255, "star")
        return
    for radius, alpha in ((19, 60), (15, 90)):
        back.raw(oval(x, h * 0.14, radius, radius), (255, 248, 200), False, alpha, "glow")
    back.raw(oval(x, h * 0.14, 10.5, 10.5), (255, 220, 74), True, 255, "sun")


def _cloud(back: Backdrop, x: float, y: float, size: float) -> None:
    colour = {"day": (255, 255, 255), "sunset": (255, 196, 170), "night": (66, 80, 138)}[back.time]
    shape = blob(
        [(-14, 4), (-13, -3), (-5, -4), (0, -9), (7, -4), (13, -3), (14, 4), (0, 5)],
        4,
    )
    points = [(x + px * size, y + py * size) for px, py in shape]
    back.raw(points, colour, True, 255, "cloud")


def _open_sky(back: Backdrop, clouds: int = 2) -> None:
    back.stops = SKY[back.time]
    _sun_or_moon(back)
    if back.time == "night":
        clouds = min(clouds, 1)
    for index in range(clouds):
        share = 0.5 - back.sun_side * (0.36 - 0.42 * index) + back.rng.uniform(-0.05, 0.05)
        size = back.rng.uniform(0.8, 1.1)
        _cloud(back, back.width * share, back.height * (0.12 + 0.09 * index), size)


def _hill(back: Backdrop) -> None:
    _open_sky(back)
    y, w = back.horizon, back.width
    back.range(back.ridge(y - 1, 6, 4), (150, 206, 120))
    back.floor(back.ridge(y + 9, 5, 3), (104, 188, 74))
    for _ in range(9):
        fx, fy = back.rng.uniform(3, w - 3), back.rng.uniform(y + 18, back.height - 3)
        petal = back.rng.choice(((255, 255, 255), (255, 226, 90), (255, 170, 190)))
        back.add(oval(fx, fy, 1.9, 1.6, 0, 8), petal, 1.5, False)


def _palm(back: Backdrop, x: float, base: float, lean: float) -> None:
    top = base - 46
    back.add(
        stroke([(x, base), (x + lean * 2, base - 22), (x + lean * 7, top)], 5, 3.5), (150, 104, 66)
    )
    tx = x + lean * 7
    for dx, dy in ((-19, 5), (-15, -7), (0, -11), (15, -7), (19, 5)):
        leaf = blob(
            [
                (tx, top),
                (tx + dx * 0.5, top + dy * 0.5 - 5),
                (tx + dx, top + dy + 4),
                (tx + dx * 0.5, top + dy * 0.5 + 2),
            ],
            4,
        )
        back.add(leaf, (62, 156, 84))


def _beach(back: Backdrop) -> None:
    _open_sky(back)
    y, w = back.horizon - 4, back.width
    back.add(box(-2, y, w + 2, back.height), (46, 146, 214), 1.15)
    for _ in range(5):
        wx, wy = back.rng.uniform(0, w), back.rng.uniform(y + 3, y + 12)
        back.add(box(wx - 7, wy, wx + 7, wy + 1.6), (140, 206, 240), 1.1, False)
    shore = back.ridge(y + 18, 1.8, 5)
    back.range([(px, py - 2.5) for px, py in shore], (240, 250, 252), 1.1, False)
    back.floor(shore, (248, 222, 158), 1.1)
    _palm(back, w * (0.5 + back.sun_side * -0.42), y + 24, back.sun_side)


def _fir(back: Backdrop, x: float, base: float, size: float, colour: Colour, snowy: bool) -> None:
    back.add(box(x - 2 * size, base - 6 * size, x + 2 * size, base), (104, 74, 54), 1, False)
    for level in range(3):
        half, top = (15 - 3.2 * level) * size, base - (23 + 12 * level) * size
        low = top + 18 * size
        back.add([(x - half, low), (x, top), (x + half, low)], colour, 1.25)
        if snowy:
            tip = [(x - half * 0.45, top + 8 * size), (x, top), (x + half * 0.45, top + 8 * size)]
            back.add(tip, (250, 252, 255), 1.45, False)


def _forest(back: Backdrop) -> None:
    _open_sky(back, 1)
    y, w = back.horizon + 6, back.width
    count = max(5, round(w / 19))
    back.range(back.ridge(y - 20, 5, 7), (110, 172, 124))
    for index in range(count):
        x = w * (index + 0.5) / count + back.rng.uniform(-2, 2)
        tall = abs(x - w / 2) / w
        size = back.rng.uniform(0.95, 1.05) * (0.85 + 0.75 * tall)
        tone = mix((28, 104, 66), (46, 128, 78), back.rng.random())
        _fir(back, x, y + 3 + 6 * tall, size, tone, False)
    back.floor(back.ridge(y, 2, 5), (66, 122, 62), 1.2)
    for _ in range(7):
        gx, gy = back.rng.uniform(2, w - 2), back.rng.uniform(y + 8, back.height - 2)
        back.add(
            [(gx - 3, gy), (gx - 2, gy - 5), (gx, gy - 1), (gx + 2, gy - 6), (gx + 3, gy)],
            (44, 96, 54),
            1,
            False,
        )


def _city(back: Backdrop) -> None:
    _open_sky(back, 1)
    y, w = back.horizon + 8, back.width
    x, index = -3.0, 0
    window = {"day": (206, 226, 240), "sunset": (255, 216, 128), "night": (255, 224, 110)}[
        back.time
    ]
    while x < w:
        wide = back.rng.uniform(14, 19)
        tall = back.rng.uniform(34, 56) if index % 2 else back.rng.uniform(26, 40)
        tone = ((146, 150, 168), (124, 130, 152), (172, 158, 158))[index % 3]
        back.add(box(x, y - tall, x + wide, y + 2), tone)
        rows = int((tall - 4) // 9)
        for row in range(rows):
            for column in (0.3, 0.7):
                wx, wy = x + wide * column, y - tall + 5 + row * 9
                back.raw(box(wx - 2, wy - 2, wx + 2, wy + 3), window, False, 255, "window")
        x += wide
        index += 1
    back.floor([(-2, y), (w + 2, y)], (128, 130, 140))
    back.add(box(-2, y, w + 2, y + 5), (190, 190, 194), 1, False)
    for dash in range(int(w // 22) + 1):
        left = dash * 22 + 3
        back.add(box(left, y + 19, left + 12, y + 22), (246, 240, 210), 1, False)


def _cactus(back: Backdrop, x: float, base: float, size: float) -> None:
    green = (58, 146, 84)

    def part(points: list[Point], width: float) -> None:
        back.add(
            stroke([(x + px * size, base + py * size) for px, py in points], width * size),
            green,
            1.25,
        )

    part([(0, -16), (-10, -17), (-11, -27)], 5.5)
    part([(0, -11), (10, -12), (11, -23)], 5.5)
    part([(0, 0), (0, -18), (0, -36)], 8)


def _desert(back: Backdrop) -> None:
    _open_sky(back, 0)
    y, w = back.horizon, back.width
    mesa_x = w * (0.5 - back.sun_side * 0.22)
    mesa = [
        (mesa_x - 24, y + 4),
        (mesa_x - 17, y - 22),
        (mesa_x + 15, y - 22),
        (mesa_x + 24, y + 4),
    ]
    back.add(mesa, (206, 108, 72), 1.15)
    back.range(back.ridge(y + 2, 4, 3), (246, 196, 126), 1.15)
    back.floor(back.ridge(y + 13, 4, 4), (238, 172, 98), 1.15)
    for side, size in ((-1, 1.0), (1, 0.85)):
        x = w * (0.5 + side * 0.40) + back.rng.uniform(-3, 3)
        _cactus(back, x, y + 15 + 4 * size, size)


def _snow(back: Backdrop) -> None:
    _open_sky(back, 1)
    y, w = back.horizon, back.width
    for share, tall in ((0.2, 36), (0.78, 42)):
        x = w * share + back.rng.uniform(-4, 4)
        back.add([(x - 34, y + 8), (x, y - tall), (x + 34, y + 8)], (128, 158, 200))
        cap = [
            (x - 13, y - tall + 17),
            (x, y - tall),
            (x + 13, y - tall + 17),
            (x + 5, y - tall + 13),
            (x - 4, y - tall + 18),
        ]
        back.add(cap, (252, 254, 255), 1.5, False)
    for share in (0.06, 0.94):
        _fir(back, w * share, y + 12, 0.9, (62, 120, 112), True)
    back.range(back.ridge(y + 6, 3, 4), (226, 238, 250), 1.4)
    back.floor(back.ridge(y + 15, 3, 3), (246, 250, 255), 1.45)
    for _ in range(12):
        sx, sy = back.rng.uniform(2, w - 2), back.rng.uniform(2, back.height * 0.75)
        flake = (255, 255, 255) if back.time != "night" else (206, 220, 250)
        back.raw(oval(sx, sy, 1.5, 1.5, 0, 8), flake, False, 255, "flake")


def _room(back: Backdrop) -> None:
    w, h, y = back.width, back.height, back.horizon + 10
    wall = graded((250, 222, 178), back.time)
    back.stops = (wall, wall, mix(wall, (255, 255, 255), 0.08))
    for index in range(int(w // 16) + 1):
        left = index * 16 + 5
        back.add(box(left, -2, left + 6, y), (244, 204, 152), 1, False)
    side = back.sun_side
    _window(back, w * (0.5 + side * 0.31))
    px = w * (0.5 - side * 0.36)
    back.add(box(px - 10, 12, px + 10, 34), (160, 104, 64))
    back.add(box(px - 7, 15, px + 7, 31), (250, 240, 214))
    back.add(oval(px, 23, 4.5, 4.5), (226, 104, 84))
    back.add(box(-2, y - 4, w + 2, y), (252, 244, 228), 1, False)
    back.floor([(-2, y), (w + 2, y)], (190, 124, 76))
    for row in range(1, 4):
        back.add(box(-2, y + row * 8, w + 2, y + row * 8 + 1.3), (152, 94, 56), 1, False)
    back.add(oval(w / 2, h - 10, min(w * 0.44, 54), 9), (110, 150, 176))
    back.ground = graded((110, 150, 176), back.time)


def _window(back: Backdrop, x: float) -> None:
    sky = {"day": (150, 212, 248), "sunset": (255, 150, 96), "night": (20, 26, 78)}[back.time]
    back.add(box(x - 19, 5, x + 19, 46), (255, 250, 240), 1.3)
    back.raw(box(x - 15.5, 8.5, x + 15.5, 42), sky, False, 255, "pane")
    if back.time == "sunset":
        back.raw(oval(x - 6, 34, 8, 8), (255, 236, 140), False, 255, "sun")
        back.raw(box(x - 15.5, 36, x + 15.5, 42), (136, 84, 126), False, 255, "pane")
    elif back.time == "night":
        back.raw(oval(x - 7, 17, 5, 5), (255, 246, 206), False, 255, "sun")
        for sx, sy in ((6, 14), (9, 30), (-9, 34)):
            back.raw(oval(x + sx, sy, 1.3, 1.3, 0, 8), (255, 250, 214), False, 255, "star")
    else:
        back.raw(oval(x - 7, 17, 5.5, 5.5), (255, 220, 74), False, 255, "sun")
        back.raw(box(x - 15.5, 35, x + 15.5, 42), (120, 194, 92), False, 255, "pane")
    back.add(box(x - 1.5, 7, x + 1.5, 44), (255, 250, 240), 1.3, False)
    back.add(box(x - 17, 24, x + 17, 27), (255, 250, 240), 1.3, False)


WATER: dict[str, tuple[Colour, Colour, Colour]] = {
    "day": ((120, 226, 226), (46, 180, 196), (18, 128, 160)),
    "sunset": ((244, 156, 112), (108, 146, 152), (26, 104, 128)),
    "night": ((24, 108, 132), (14, 78, 112), (10, 54, 88)),
}


def _underwater(back: Backdrop) -> None:
    w, h, y = back.width, back.height, back.height * 0.83
    back.stops = WATER[back.time]
    sky = SKY[back.time][0 if back.time == "night" else 1]
    step = w / 8
    wave = [(step * index - 2, 9 + (1.6 if index % 2 else -1.6)) for index in range(10)]
    surface = [(-4, -4), *wave, (w + 6, -4)]
    light = {"day": (255, 255, 240), "sunset": (255, 220, 150), "night": (130, 170, 220)}[back.time]
    for share in (0.2, 0.5, 0.8):
        x = w * share + back.rng.uniform(-5, 5)
        ray = [(x - 4, 8), (x + 5, 8), (x - 2, h), (x - 22, h)]
        back.raw(ray, light, False, 34, "glow")
    back.raw(surface, sky, True, 255, "pane")
    disc = {"day": (255, 220, 74), "sunset": (255, 244, 180), "night": (255, 246, 206)}[back.time]
    back.raw(oval(w * (0.5 + back.sun_side * 0.33), 4, 7, 5), disc, False, 255, "sun")
    back.floor(back.ridge(y, 2.2, 4), (224, 210, 150), 1.15)
    for share, size in ((0.05, 1.0), (0.14, 0.7), (0.88, 0.75), (0.96, 1.05)):
        x, tall = w * share, 40 * size
        weed = [(x, y + 8), (x + 4, y - tall * 0.25), (x - 4, y - tall * 0.6), (x + 2, y - tall)]
        back.add(stroke(weed, 6, 2.5), (34, 146, 90), 1.3)
    coral_x = w * (0.5 - back.sun_side * 0.34)
    for dx, dy in ((-7, -10), (0, -15), (7, -11)):
        back.add(
            stroke([(coral_x, y + 8), (coral_x + dx * 0.6, y), (coral_x + dx, y + dy)], 5),
            (240, 110, 110),
            1.3,
        )
    for _ in range(7):
        bx, by = back.rng.uniform(4, w - 4), back.rng.uniform(14, y - 4)
        size = back.rng.uniform(1.5, 2.6)
        bubble = mix(light, back.stops[1], 0.35)
        back.raw(oval(bx, by, size, size, 0, 10), bubble, False, 255, "flake")


BUILDERS: dict[str, Callable[[Backdrop], None]] = {
    "hill": _hill,
    "beach": _beach,
    "forest": _forest,
    "city": _city,
    "desert": _desert,
    "snow": _snow,
    "room": _room,
    "underwater": _underwater,
}


def backdrop(scene: Scene, width: float, height: float) -> Backdrop:
    """The place of a scene for a picture of that size in picture units."""
    rng = random.Random(scene.seed)
    side = rng.choice((-1, 1)) if abs(scene.x) < 0.05 else (-1 if scene.x > 0 else 1)
    horizon = height * rng.uniform(0.56, 0.62)
    back = Backdrop(width, height, scene.time, rng, horizon=horizon, sun_side=side)
    BUILDERS[scene.place](back)
    return back
