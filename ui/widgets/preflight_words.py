"""The sentences of the list "Before you start", and figures as an artist reads them."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QLocale, QObject

from studio.data.tokens import LIMIT
from studio.planning.preflight import Finding
from ui import messages

_LOOKS = {
    "good": ("good", "good"),
    "info": ("info", "muted"),
    "warning": ("warning", "warning"),
    "error": ("error", "error"),
}


class PreflightWords(QObject):
    """What a finding says, and how it looks."""

    def icon(self, finding: Finding) -> tuple[str, str]:
        """Name and tint of its icon."""
        return _LOOKS[finding.level]

    def text(self, finding: Finding) -> str:
        """What it says; an error in the engine's own words."""
        if finding.code == "setting":
            return str(finding.params["text"])
        if finding.level == "error" and finding.code != "disk":
            return messages.sentence(finding.code, finding.params)
        figures = {
            "images": self._images,
            "steps": self._steps,
            "time": self._time,
            "memory": self._memory,
            "disk": self._disk,
            "text_encoder": self._text_encoder,
            "trigger": self._trigger,
            "continues": self._continues,
        }
        if finding.code == "relief":
            return self._relief(finding)
        if finding.code in figures:
            return figures[finding.code](finding.params)
        if finding.code == "caption.trigger_added":
            words = self.tr("{0} is put in front of %n caption(s)", "", finding.params["captions"])
            return words.format(finding.params["trigger"])
        counted = self._counted(finding.params.get("count", 1), finding.params.get("limit", LIMIT))
        if finding.code in counted:
            return counted[finding.code]
        return messages.sentence(finding.code, finding.params)

    def remedy(self, finding: Finding) -> str:
        """What its button says; "" if it needs none."""
        if finding.code == "relief":
            return self.tr("Set it")
        if finding.level in ("good", "info") and finding.code not in ("trigger", "continues"):
            return ""
        if finding.place == "images":
            return self.tr("Set it…") if finding.code == "trigger" else self.tr("Show")
        if finding.code == "hub.not_downloaded":
            return self.tr("Download")
        return self.tr("Change…") if finding.place else ""

    def duration(self, seconds: float) -> str:
        """About how long, such as "about 24 min", on one line."""
        if seconds < 90:
            return self.tr("about {0} s").format(max(5, round(seconds / 5) * 5))
        minutes = seconds / 60
        if minutes < 90:
            return self.tr("about {0} min").format(round(minutes))
        return self.tr("about {0} h").format(QLocale().toString(minutes / 60, "f", 1))

    def size(self, size: int) -> str:
        """Bytes as MB or GB."""
        if size < 1e9:
            return self.tr("{0} MB").format(max(1, round(size / 1e6)))
        return self.tr("{0} GB").format(QLocale().toString(size / 1e9, "f", 1))

    def _images(self, params: dict[str, Any]) -> str:
        images, captioned = params["images"], params["captioned"]
        text = self.tr("%n image(s)", "", images)
        if captioned == images:
            text = self.tr("{0}, all with captions").format(text)
        else:
            text = self.tr("{0}, {1} with captions").format(text, captioned)
        return self.tr("{0} – looking at each…").format(text) if params["checking"] else text

    def _steps(self, params: dict[str, Any]) -> str:
        steps = self.tr("%n step(s)", "", params["steps"])
        passes = self.tr("%n pass(es) over the images", "", max(1, round(params["passes"])))
        words = self.tr("{0}, {1} at a time: {2}")
        if round(params["steps"] * params["at_once"] / max(1, params["images"])) > round(
            params["passes"]
        ):
            words = self.tr("{0}, each with up to {1} images of the same shape: {2}")
        return words.format(steps, params["at_once"], passes)

    def _time(self, params: dict[str, Any]) -> str:
        if params["seconds"] is None:
            return self.tr("How long it takes is known after the first steps")
        return self.tr("Time: {0}").format(self.duration(params["seconds"]))

    def _memory(self, params: dict[str, Any]) -> str:
        need, there = self.size(params["need"]), self.size(params["memory"])
        if not params["memory"]:
            return self.tr("Memory: about {0}").format(need)
        if params["device"] == "cuda":
            kind = self.tr("Graphics memory: about {0} of {1}").format(need, there)
        else:
            kind = self.tr("Memory: about {0} of {1}").format(need, there)
        if not params["fits"]:
            return self.tr("{0}, which may not be enough").format(kind)
        if params["free"] and params["need"] > params["free"]:
            return self.tr("{0}, and {1} are free now: close other programs").format(
                kind, self.size(params["free"])
            )
        return self.tr("{0}: it fits").format(kind)

    def _relief(self, finding: Finding) -> str:
        """A setting that would save memory, and how much is needed then."""
        value = finding.params["value"]
        changes = {
            "memory.pack_weights": self.tr("Leave weights as they are: slower"),
            "memory.gradient_checkpointing": self.tr("Compute activations twice: a third slower"),
            "data.cache": self.tr("Keep encoded captions on the disk"),
            "memory.offload": self.tr("Move idle parts to main memory: slower previews"),
            "memory.images_at_once": self.tr("Images computed at a time: {0}").format(value),
            "base.quantize": self.tr("Base model in fewer bits ({0})").format(value),
            "data.resolution": self.tr("Smaller training size: {0} px").format(value),
        }
        change = changes.get(finding.place, finding.place)
        need = self.size(finding.params["need"])
        if finding.params["fits"]:
            return self.tr("{0}; then about {1}, which fits").format(change, need)
        return self.tr("{0}; then about {1}").format(change, need)

    def _disk(self, params: dict[str, Any]) -> str:
        need, free = self.size(params["need"]), self.size(params["free"])
        if params["need"] >= params["free"]:
            return self.tr("The disk has {0} left, and the run needs {1}").format(free, need)
        return self.tr("Disk: {0} of {1} free").format(need, free)

    def _text_encoder(self, params: dict[str, Any]) -> str:
        if params["trains"]:
            return self.tr("Words learn too: the trigger word gets a meaning of its own")
        return self.tr("Words keep their meaning: only how pictures look is learned")

    def _trigger(self, params: dict[str, Any]) -> str:
        return self.tr("No trigger word: nothing will call up what was learned by name")

    def _continues(self, params: dict[str, Any]) -> str:
        return self.tr("Goes on from {0}").format(params["name"])

    def _counted(self, n: int, limit: int) -> dict[str, str]:
        return {
            "image.unreadable": self.tr("%n image(s) cannot be read and are left out", "", n),
            "image.unsupported": self.tr("%n image(s) are of a kind that is not read", "", n),
            "image.upscaled": self.tr("%n image(s) are small and will be enlarged", "", n),
            "image.cropped": self.tr("%n image(s) lose more than a quarter when cropped", "", n),
            "image.duplicate": self.tr("%n image(s) are there twice", "", n),
            "image.bad_profile": self.tr("%n image(s) have an unusable colour profile", "", n),
            "caption.missing": self.tr("%n image(s) have no caption", "", n),
            "caption.empty": self.tr("%n caption(s) are empty", "", n),
            "caption.undecodable": self.tr("%n caption file(s) cannot be read as text", "", n),
            "caption.read_as_gb18030": self.tr("%n caption file(s) are not UTF-8", "", n),
            "caption.ignored": self.tr("%n caption file(s) are ignored beside another", "", n),
            "caption.too_long": self.tr(
                "%n caption(s) exceed {0} tokens; the rest is cut off", "", n
            ).format(limit),
        }
