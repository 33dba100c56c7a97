"""Qt models over `studio.data`: rows, undo, thumbnails."""
