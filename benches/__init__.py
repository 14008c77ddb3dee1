"""Measurements, each against its own floor in the same run. `scripts/bench NAME`."""
