"""What this program is, its version, and whose work is in it."""

from __future__ import annotations

from importlib.metadata import version

from PySide6.QtWidgets import QMessageBox, QWidget

from ui import theme
from ui.icon import app_icon


class AboutDialog(QMessageBox):
    """Version and licences."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("About LoRA Studio"))
        self.setIconPixmap(app_icon().pixmap(64, 64))
        self.setText(self.tr("LoRA Studio {0}").format(version("lora-studio")))
        self.setInformativeText(
            self.tr(
                "Teach Stable Diffusion a style or a character on your own computer. "
                "Apache 2.0.\n\n"
                "With Qt and PySide (LGPL 3), QtAwesome and Phosphor icons (MIT), superqt (BSD), "
                "Lark (MIT), pydantic (MIT), Pillow (MIT-CMU) and tokenizers (Apache 2.0)."
            )
        )
        self.setContentsMargins(*4 * (theme.SPACE,))
