"""``python -m studio`` is ``lora-studio``."""

from studio.cli import main

main()
