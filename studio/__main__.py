"""``lora-studio`` and ``python -m studio``; Ctrl-C ends them quietly even while they start."""

import sys


def main() -> None:
    """The entry point; exit codes are those of `studio.cli`."""
    try:
        from studio.cli import main as run  # 0.2 s

        run()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
