"""LoRA Studio's engine: a Python library, events out, commands in. It never imports Qt."""

__version__ = "0.1.0"
