"""bitsandbytes' paged 8-bit AdamW. Importing this imports bitsandbytes, which takes seconds.

Its pages are CUDA's managed memory: the driver moves them to main memory when the card is full. No
card could be had, so this was read, not run.
"""

from __future__ import annotations

from typing import Any

import torch
from bitsandbytes.optim.adamw import PagedAdamW8bit


class Paged(PagedAdamW8bit):
    """Pages what it loads, too: left alone, it moves a loaded state to the card for good."""

    def load_state_dict(self, state_dict: dict[str, Any], move_to_device: bool = True) -> None:
        """As bitsandbytes', then into buffers as those of a fresh state."""
        super().load_state_dict(state_dict, move_to_device)  # type: ignore[no-untyped-call]
        for parameter, state in self.state.items():
            for name in ("state1", "state2"):
                buffer = self.get_state_buffer(parameter, torch.uint8)  # type: ignore[no-untyped-call]
                state[name] = buffer.copy_(state[name])
