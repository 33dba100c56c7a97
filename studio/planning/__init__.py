"""What a run will do, need and take, before anything starts; without torch."""
