"""Subjects with a face: cat, fish, duck, butterfly, octopus and robot."""

from __future__ import annotations

from shapes import Pen, blob, box, oval, stroke


def cat(pen: Pen) -> None:
    """A cat."""
    pen.fill(stroke([(18, 40), (40, 38), (46, 20), (36, 4)], 13, 10), "deep")
    pen.round(
        blob([(0, -2), (22, 10), (29, 36), (22, 50), (-22, 50), (-29, 36), (-22, 10)]), "main", 9
    )
    pen.detail(oval(0, 30, 13, 15), "cream")
    pen.fill(oval(-14, 46, 12, 7), "main")
    pen.fill(oval(14, 46, 12, 7), "main")
    for side in (-1, 1):
        pen.fill([(side * 36, -20), (side * 35, -56), (side * 8, -38)], "main")
        pen.detail([(side * 31, -29), (side * 31, -46), (side * 17, -37)], "blush")
    pen.round(
        blob([(0, -42), (27, -38), (39, -16), (28, 5), (0, 10), (-28, 5), (-39, -16), (-27, -38)]),
        "main",
        7,
    )
    pen.detail(oval(0, -1, 15, 9), "cream")
    pen.eye(-17, -17, 9, 1)
    pen.eye(17, -17, 9, -1)
    pen.detail([(-5, -7), (5, -7), (0, -1)], "rose")
    pen.detail(stroke([(-7, 2), (-4, 5), (0, 1), (4, 5), (7, 2)], 1.8), "ink")
    for side in (-1, 1):
        pen.detail(stroke([(side * 22, -4), (side * 46, -8)], 2.2), "ink")
        pen.detail(stroke([(side * 22, 1), (side * 45, 5)], 2.2), "ink")


def fish(pen: Pen) -> None:
    """A fish."""
    pen.fill(
        blob([(16, 0), (34, -22), (54, -36), (50, -12), (40, 1), (50, 14), (54, 38), (34, 24)]),
        "deep",
    )
    pen.fill(blob([(-22, -18), (-12, -42), (10, -46), (24, -38), (16, -18)]), "deep")
    pen.fill(blob([(-8, 18), (-2, 38), (14, 42), (12, 20)]), "deep")
    body = blob(
        [(-50, 2), (-38, -18), (-14, -28), (12, -20), (28, 0), (12, 22), (-14, 30), (-38, 22)]
    )
    pen.round(body, "main", 10, "shade")
    pen.detail(blob([(-4, -24), (6, -21), (10, 0), (5, 24), (-5, 26), (0, 0)]), "stripe")
    pen.detail(blob([(14, -14), (20, -7), (21, 1), (18, 10), (13, 15), (15, 0)]), "stripe")
    pen.light(stroke([(-34, -13), (-24, -19), (-12, -22)], 4))
    pen.eye(-28, -3, 10, -1.5)
    pen.detail(stroke([(-46, 10), (-40, 14), (-32, 13)], 2.6), "ink")


def duck(pen: Pen) -> None:
    """A duck."""
    for x in (-6, 14):
        pen.fill(
            blob([(x - 3, 40), (x + 4, 40), (x + 6, 46), (x + 5, 50), (x - 14, 50), (x - 10, 45)]),
            "beak",
        )
    body = blob(
        [
            (-30, 8),
            (-8, -2),
            (20, 2),
            (38, -4),
            (54, -16),
            (52, 12),
            (36, 36),
            (4, 43),
            (-24, 36),
            (-34, 22),
        ]
    )
    pen.round(body, "main", 10)
    pen.fill(blob([(-52, -22), (-36, -29), (-30, -20), (-36, -12), (-54, -13), (-58, -17)]), "beak")
    pen.detail(stroke([(-55, -17), (-42, -18)], 2), "ink")
    head = blob(
        [
            (-16, -50),
            (2, -42),
            (7, -24),
            (2, -4),
            (2, 10),
            (-20, 16),
            (-32, 8),
            (-30, -4),
            (-38, -22),
            (-34, -42),
        ]
    )
    pen.round(head, "main", 5)
    pen.detail(oval(-10, 9, 16, 11), "main")
    pen.light(oval(-20, -41, 8, 4, -20))
    pen.fill(blob([(-6, 14), (16, 6), (40, 10), (30, 24), (8, 32), (-6, 26)]), "deep")
    pen.eye(-20, -26, 7.5, -1)


def butterfly(pen: Pen) -> None:
    """A butterfly."""
    for side in (-1, 1):
        pen.round(
            blob(
                [
                    (side * 4, 4),
                    (side * 26, 2),
                    (side * 42, 16),
                    (side * 36, 40),
                    (side * 18, 44),
                    (side * 6, 24),
                ]
            ),
            "deep",
            5,
            "shade",
        )
        pen.detail(oval(side * 24, 23, 9, 10), "cream")
        pen.round(
            blob(
                [
                    (side * 3, 2),
                    (side * 8, -24),
                    (side * 26, -46),
                    (side * 50, -44),
                    (side * 52, -18),
                    (side * 34, 4),
                ]
            ),
            "main",
            7,
        )
        pen.detail(oval(side * 32, -22, 12, 13), "light")
        pen.detail(oval(side * 32, -22, 6, 7), "cream")
        pen.fill(stroke([(side * 2, -24), (side * 8, -38), (side * 15, -44)], 3), "ink", False)
        pen.detail(oval(side * 15, -45, 4, 4), "ink")
    pen.fill(blob([(0, -20), (6, -8), (6, 18), (0, 40), (-6, 18), (-6, -8)]), "dark", False)
    pen.fill(oval(0, -20, 9, 9), "dark", False)
    pen.detail(oval(-3.5, -21, 2.6, 3.2), "eye")
    pen.detail(oval(3.5, -21, 2.6, 3.2), "eye")


def octopus(pen: Pen) -> None:
    """An octopus."""
    for side in (-1, 1):
        pen.fill(
            stroke([(side * 18, 8), (side * 34, 22), (side * 46, 20), (side * 50, 4)], 15, 9),
            "deep",
        )
    for x, end in ((-27, -42), (27, 42), (-9, -13), (9, 13)):
        pen.fill(
            stroke([(x * 0.7, 6), (x, 28), (x + (end - x) * 0.4, 42), (end, 45)], 16, 10), "main"
        )
    head = blob(
        [
            (0, -50),
            (26, -42),
            (37, -18),
            (28, 8),
            (16, 20),
            (-16, 20),
            (-28, 8),
            (-37, -18),
            (-26, -42),
        ]
    )
    pen.round(head, "main", 9)
    pen.light(oval(-16, -36, 10, 6, -35))
    pen.eye(-13, -12, 10, 1)
    pen.eye(13, -12, 10, -1)
    pen.detail(oval(-25, 4, 5, 3.5), "blush")
    pen.detail(oval(25, 4, 5, 3.5), "blush")
    pen.detail(stroke([(-8, 6), (0, 11), (8, 6)], 2.8), "ink")


def robot(pen: Pen) -> None:
    """A robot."""
    pen.fill(box(-2.5, -46, 2.5, -34), "steel")
    pen.fill(oval(0, -48, 6, 6), "gold")
    for side in (-1, 1):
        pen.fill(box(side * 16 - 8, 30, side * 16 + 8, 46), "steel")
        pen.fill(box(side * 18 - 13, 40, side * 18 + 13, 50, 4), "deep")
        pen.fill(stroke([(side * 26, 4), (side * 40, 10), (side * 42, 22)], 10), "steel")
        pen.fill(oval(side * 42, 26, 8, 8), "deep")
        pen.fill(box(side * 33 - 5, -24, side * 33 + 5, -8, 2), "steel")
    pen.fill(box(-28, 0, 28, 36, 5), "main", False)
    pen.detail(box(18, 2, 27, 35, 3), "shade")
    pen.fill(box(-28, 0, 28, 36, 5), "", True)
    pen.fill(box(-17, 8, 12, 28, 3), "cream")
    pen.detail(oval(-9, 15, 4.2, 4.2), "rose")
    pen.detail(oval(3, 15, 4.2, 4.2), "gold")
    pen.detail(box(-12, 21.5, 7, 25), "steel")
    pen.fill(box(-33, -36, 33, 1, 6), "main", False)
    pen.detail(box(23, -34, 32, -1, 4), "shade")
    pen.detail(box(-29, -33, 18, -29.5), "light")
    pen.fill(box(-33, -36, 33, 1, 6), "", True)
    for x in (-15, 15):
        pen.fill(box(x - 10, -27, x + 10, -11, 2), "eye")
        pen.detail(box(x - 5, -23, x + 5, -13, 1), "ink")
        pen.detail(box(x - 4, -22, x, -18), "eye")
    pen.detail(box(-13, -7, 13, -3), "ink")
