"""Things and plants: house, car, boat, rocket, balloon, tree, flower, mushroom, apple, cup."""

from __future__ import annotations

import math

from shapes import Pen, Point, blob, box, curve, oval, stroke


def house(pen: Pen) -> None:
    """A house."""
    pen.fill(box(20, -46, 33, -16), "brick")
    pen.fill(box(17, -50, 36, -42), "brick")
    pen.fill(box(-36, -10, 36, 50), "main", False)
    pen.detail(box(24, -8, 36, 50), "shade")
    pen.detail(box(-36, -4, 36, 5), "shade")
    pen.fill(box(-36, -10, 36, 50), "")
    pen.fill([(-50, -8), (-6, -47), (6, -47), (50, -8), (44, -1), (-44, -1)], "roof")
    pen.detail([(-40, -12), (-5, -43), (2, -43), (-30, -12)], "rooflight")
    pen.fill(oval(0, -22, 7, 7), "lamp")
    pen.fill(box(-8, 16, 12, 50, 4), "wood")
    pen.detail(oval(7, 34, 2.4, 2.4), "gold")
    for x in (-22, 25):
        pen.fill(box(x - 8.5, 13, x + 8.5, 32), "lamp")
        pen.detail(box(x - 1.4, 13, x + 1.4, 32), "ink")
        pen.detail(box(x - 8.5, 21, x + 8.5, 23.8), "ink")


def car(pen: Pen) -> None:
    """A car."""
    cabin = blob([(-26, 2), (-17, -24), (2, -29), (20, -25), (34, 2), (4, 10)], 4)
    pen.fill(cabin, "deep")
    pen.fill(blob([(-19, 0), (-13, -18), (-2, -21), (-1, 0)], 3), "glass")
    pen.fill(blob([(5, 0), (5, -21), (17, -18), (26, 0)], 3), "glass")
    body = blob(
        [
            (-56, 22),
            (-52, 4),
            (-28, -1),
            (0, -2),
            (30, -2),
            (52, 2),
            (57, 20),
            (52, 32),
            (0, 35),
            (-52, 33),
        ]
    )
    pen.round(body, "main", 9)
    pen.light(stroke([(-44, 8), (-20, 4), (10, 4)], 4))
    pen.fill(oval(-51, 13, 6, 7), "lamp")
    pen.fill(box(46, 10, 56, 19, 3), "rose")
    pen.detail(box(2, 14, 12, 18, 1), "dark")
    for x in (-30, 30):
        pen.fill(oval(x, 34, 16.5, 16.5), "ink")
        pen.fill(oval(x, 34, 7.5, 7.5), "eye")


def boat(pen: Pen) -> None:
    """A boat."""
    pen.fill(box(-3, -50, 2, 26), "wood")
    pen.round(
        blob([(5, -46), (22, -26), (36, -2), (42, 16), (22, 18), (5, 18), (4, -14)]), "main", 9
    )
    pen.fill(blob([(-6, -34), (-22, -8), (-36, 15), (-20, 18), (-6, 18), (-5, -8)]), "cream")
    pen.fill([(-2, -50), (-18, -45), (-2, -40)], "rose")
    hull = blob(
        [
            (-54, 20),
            (-28, 25),
            (0, 26),
            (28, 25),
            (54, 20),
            (44, 38),
            (28, 49),
            (0, 50),
            (-28, 49),
            (-44, 38),
        ]
    )
    pen.round(hull, "main", 8)
    pen.detail(blob([(-49, 27), (0, 32), (49, 27), (46, 33), (0, 38), (-46, 33)]), "stripe")


def rocket(pen: Pen) -> None:
    """A rocket."""
    pen.fill(blob([(-12, 30), (12, 30), (9, 42), (0, 54), (-9, 42)]), "orange", False)
    pen.detail(blob([(-6, 30), (6, 30), (4, 38), (0, 45), (-4, 38)]), "lamp")
    for side in (-1, 1):
        pen.fill(
            blob(
                [(side * 12, 2), (side * 30, 14), (side * 36, 40), (side * 24, 32), (side * 12, 28)]
            ),
            "deep",
        )
    body = blob(
        [
            (0, -52),
            (11, -36),
            (19, -12),
            (19, 12),
            (13, 32),
            (-13, 32),
            (-19, 12),
            (-19, -12),
            (-11, -36),
        ]
    )
    pen.round(body, "main", 9)
    pen.fill(blob([(0, -52), (8, -41), (13, -29), (0, -26), (-13, -29), (-8, -41)]), "cream")
    pen.light(stroke([(-13, -10), (-13, 14)], 4))
    pen.fill(oval(0, -7, 11, 11), "steel")
    pen.fill(oval(0, -7, 7.5, 7.5), "glass")
    pen.fill(stroke([(0, 14), (0, 38)], 6), "deep")


def balloon(pen: Pen) -> None:
    """A balloon."""
    for side in (-1, 1):
        pen.detail(stroke([(side * 15, 14), (side * 9, 34)], 2.6), "ink")
    bag = blob(
        [
            (0, -52),
            (27, -44),
            (39, -20),
            (30, 4),
            (14, 22),
            (-14, 22),
            (-30, 4),
            (-39, -20),
            (-27, -44),
        ]
    )
    pen.round(bag, "main", 9)
    pen.detail(
        blob(
            [
                (0, -51),
                (12, -42),
                (15, -18),
                (10, 8),
                (5, 22),
                (-5, 22),
                (-10, 8),
                (-15, -18),
                (-12, -42),
            ]
        ),
        "stripe",
    )
    pen.light(oval(-25, -28, 5, 11, 20))
    pen.fill(box(-15, 18, 15, 24, 2), "deep")
    pen.fill(blob([(-12, 33), (12, 33), (11, 49), (-11, 49)], 3), "wood")
    pen.detail(box(-12, 32, 12, 37), "woodlight")


def tree(pen: Pen) -> None:
    """A tree."""
    pen.fill(blob([(-9, 6), (9, 6), (9, 34), (18, 50), (-18, 50), (-9, 34)], 4), "wood")
    pen.detail(blob([(3, 10), (8, 10), (8, 36), (14, 49), (4, 48)], 3), "wooddark")
    crown = blob(
        [
            (-14, -46),
            (4, -52),
            (20, -44),
            (36, -42),
            (42, -26),
            (50, -14),
            (46, 4),
            (34, 14),
            (16, 12),
            (0, 18),
            (-18, 14),
            (-36, 14),
            (-48, 2),
            (-48, -14),
            (-42, -26),
            (-34, -42),
        ]
    )
    pen.round(crown, "main", 12)
    for x, y, radius in ((-24, -22, 12), (8, -33, 11), (-6, -3, 9)):
        pen.light(
            blob(
                [
                    (x - radius, y),
                    (x - radius * 0.3, y - radius * 0.7),
                    (x + radius, y - radius * 0.1),
                    (x, y + radius * 0.1),
                ]
            ),
            "soft",
        )
    pen.detail(blob([(12, -4), (26, -10), (36, -4), (24, 3)]), "shade")


def flower(pen: Pen) -> None:
    """A flower."""
    pen.fill(stroke([(0, 0), (2, 26), (0, 50)], 6.5), "leaf")
    pen.fill(blob([(1, 42), (12, 24), (32, 20), (27, 38), (12, 46)]), "leaf")
    pen.fill(blob([(-1, 46), (-12, 30), (-32, 28), (-27, 43), (-12, 50)]), "leaf")
    for index in range(6):
        turn = 60 * index + 30
        petal = oval(22, 0, 17, 13, 0)
        pen.fill(_turned(petal, turn, -17), "main", True)
        pen.detail(_turned(oval(14, 0, 9, 5, 0), turn, -17), "shade")
    pen.fill(oval(0, -17, 13, 13), "heart")
    pen.light(oval(-4, -21, 4, 3, -30), "heartlight")


def _turned(points: list[Point], degrees: float, centre_y: float) -> list[Point]:
    cos_t, sin_t = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return [(x * cos_t - y * sin_t, centre_y + x * sin_t + y * cos_t) for x, y in points]


def mushroom(pen: Pen) -> None:
    """A mushroom."""
    stem = blob(
        [(-13, 4), (13, 4), (14, 24), (20, 46), (10, 51), (-10, 51), (-20, 46), (-14, 24)], 4
    )
    pen.round(stem, "cream", 7, "creamdark")
    pen.fill(oval(0, 6, 40, 8), "creamdark")
    cap = blob(
        [
            (0, -48),
            (28, -40),
            (46, -18),
            (50, 2),
            (40, 9),
            (20, 4),
            (0, 3),
            (-20, 4),
            (-40, 9),
            (-50, 2),
            (-46, -18),
            (-28, -40),
        ]
    )
    pen.round(cap, "main", 10)
    for x, y, rx, ry in ((-4, -28, 11, 8.5), (26, -17, 9, 8), (-30, -13, 9, 8), (2, -5, 7, 5)):
        pen.detail(oval(x, y, rx, ry), "spot")


def apple(pen: Pen) -> None:
    """An apple."""
    body = blob(
        [
            (0, -24),
            (18, -33),
            (38, -26),
            (46, -2),
            (38, 30),
            (20, 48),
            (0, 44),
            (-20, 48),
            (-38, 30),
            (-46, -2),
            (-38, -26),
            (-18, -33),
        ]
    )
    pen.round(body, "main", 13)
    pen.detail(blob([(-16, -26), (0, -20), (16, -26), (0, -15)]), "deep")
    pen.light(blob([(-30, -18), (-20, -22), (-26, -6), (-32, 8), (-36, -4)]))
    pen.fill(stroke([(0, -18), (1, -34), (8, -48)], 5, 7), "wood")
    pen.fill(blob([(3, -34), (16, -50), (38, -50), (30, -36), (16, -31)]), "leaf")


def cup(pen: Pen) -> None:
    """A cup."""
    pen.fill(oval(-4, 45, 46, 7), "cream")
    handle = curve([(20, -8), (42, -12), (52, 6), (40, 24), (18, 28)])
    inner = curve([(18, 18), (34, 15), (41, 5), (36, -2), (20, 1)])
    pen.fill(handle + inner, "deep")
    body = blob(
        [(-42, -16), (-4, -12), (34, -16), (33, 14), (24, 42), (-4, 47), (-32, 42), (-41, 14)], 4
    )
    pen.round(body, "main", 10)
    pen.detail(blob([(-40, 6), (-4, 12), (32, 6), (31, 17), (-4, 23), (-39, 17)]), "stripe")
    pen.fill(oval(-4, -16, 38, 9.5), "light")
    pen.fill(oval(-4, -15, 31, 6.5), "coffee", False)
    for x in (-14, 8):
        pen.fill(stroke([(x, -26), (x - 6, -34), (x + 5, -42), (x, -51)], 5.5, 4), "eye", False)
