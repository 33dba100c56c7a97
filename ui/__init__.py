"""LoRA Studio's window. It imports no torch: everything with torch is reached by `ui.engine`."""
