"""The projects that `screenshots.py` shows: the samples with tags, and with problems to tell."""

from __future__ import annotations

import re
import shutil
from datetime import datetime, timedelta
from pathlib import Path

from PIL import Image, ImageEnhance

from studio.demo.recipe import sample_images
from studio.project import Project
from ui.preferences import Preferences
from ui.projects import OPENED

TRIGGER = "inkwash style"
DRAWINGS, INK = "Ink drawings", "Ink style"
"""Names of projects: one with all kinds of images and problems, and one that is in order."""


def make_projects(own: Path, preferences: Preferences) -> None:
    """Recent projects, `DRAWINGS` the newest, and `INK`."""
    samples = sample_images()
    make_ink(preferences.projects_folder)
    drawings = own / "drawings"
    for sample_set in ("style_ink", "character_zorgle"):
        shutil.copytree(samples / sample_set, drawings, dirs_exist_ok=True)
    write_captions(drawings)
    make_problems(drawings)
    zorgle = shutil.copytree(samples / "character_zorgle", own / "zorgle")
    boats = own / "boats"
    boats.mkdir()
    for file in (samples / "style_ink").glob("*boat*"):
        shutil.copy(file, boats)
    folder, times = preferences.projects_folder, {}
    now = datetime.now().replace(hour=17, minute=20)
    for age, name, images, trigger in (
        (40, "Old boats", boats, ""),
        (2, "Zorgle", zorgle, "zorgle"),
        (0, DRAWINGS, drawings, TRIGGER),
    ):
        project = Project.create(folder / name, name, [images], trigger=trigger)
        preferences.add_recent(project.path)
        times[str(project.path)] = (now - timedelta(days=age)).isoformat(timespec="minutes")
    preferences.remember(OPENED, times)


def make_ink(folder: Path) -> Project:
    """The project `INK` in ``folder``."""
    path = folder / INK
    shutil.copytree(sample_images() / "style_ink", path / "images")
    return Project.create(path, INK, [path / "images"], trigger=TRIGGER, captions="sentences")


def write_captions(images: Path) -> None:
    """Rewrites the captions in ``images``, which are sentences, as tags."""
    for file in sorted(images.glob("*.txt")):
        places = re.sub(r",? ?\b(?:on|in|at)\b", ",", file.read_text("utf-8").strip())
        tags = [re.sub(r"^(drawing of )?(a|an|the) ", "", t.strip()) for t in places.split(",")]
        tags = [tag for tag in tags if tag and tag != TRIGGER]
        look = ["ink outline", "cream paper"] if "zorgle" not in file.name else ["no humans"]
        file.write_text(", ".join([TRIGGER, *tags, *look]) + "\n", "utf-8")


def make_problems(images: Path) -> None:
    """One or two of everything that the problems panel tells."""
    (images / "07_pink_tree.txt").unlink()
    (images / "11_zorgle_hill.txt").write_text("", "utf-8")
    text = (images / "03_zorgle_room.txt").read_text("utf-8")
    (images / "03_zorgle_room.txt").write_text(text.removeprefix(f"{TRIGGER}, "), "utf-8")
    words = "light from the window falls on the floor in long stripes of yellow and orange"
    long = ", ".join(f"{kind} {words}" for kind in ("warm", "soft", "late", "low"))
    (images / "09_zorgle_room.txt").write_text(f"{TRIGGER}, zorgle, {long}, armchair\n", "utf-8")
    house = Image.open(images / "04_yellow_house.png").convert("RGB").resize((160, 160))
    ImageEnhance.Brightness(house).enhance(1.05).save(images / "04_yellow_house_web.jpg")
    shutil.copy(images / "04_yellow_house.txt", images / "04_yellow_house_web.txt")
    data = (images / "14_zorgle_snow.png").read_bytes()
    (images / "21_scan.png").write_bytes(data[: len(data) // 3])
    (images / "21_scan.txt").write_text(f"{TRIGGER}, lighthouse, cream paper\n", "utf-8")
    small = Image.open(images / "16_pink_cup.png").resize((96, 96))
    small.save(images / "16_pink_cup.png")
