"""Tools for LoRA files: merge, resize, extract, bake, convert. Behind ``lora-studio lora``.

Each tool works on plain low-rank modules by their place in the base model, so that every spelling
of a file comes in, and one spelling, loaded by every program, goes out.
"""
