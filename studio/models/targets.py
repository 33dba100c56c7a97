"""Which layers ``network.target`` adapts, by suffix of the module path. Free of torch."""

from __future__ import annotations

from collections.abc import Iterable

from studio.errors import StudioError

_ATTENTION = ("to_q", "to_k", "to_v", "to_out.0")
_FEED_FORWARD = ("ff.net.0.proj", "ff.net.2")
_CONVOLUTIONS = (
    *("proj_in", "proj_out"),
    *("conv1", "conv2", "conv_shortcut", "time_emb_proj"),
    *("downsamplers.0.conv", "upsamplers.0.conv"),
)
_ENCODER_ATTENTION = ("q_proj", "k_proj", "v_proj", "out_proj")
_ENCODER_FEED_FORWARD = ("fc1", "fc2")

Groups = tuple[tuple[str, ...], ...]

# Target -> kind of component -> groups of suffixes. conv_in, conv_out and the time embedding stay
# as they are, as in kohya's trainer.
TARGETS: dict[str, dict[str, Groups]] = {
    "attention": {"unet": (_ATTENTION,), "text_encoder": (_ENCODER_ATTENTION,)},
    "attention+ff": {
        "unet": (_ATTENTION, _FEED_FORWARD),
        "text_encoder": (_ENCODER_ATTENTION,),
    },
    "all": {
        "unet": (_ATTENTION, _FEED_FORWARD, _CONVOLUTIONS),
        "text_encoder": (_ENCODER_ATTENTION, _ENCODER_FEED_FORWARD),
    },
}


def matching(layers: Iterable[str], target: str, component: str) -> list[str]:
    """Those module paths of ``layers`` that ``target`` means in ``component``, in their order.

    A group of suffixes that matches nothing raises ``network.no_layer``: peft would leave it out
    silently.
    """
    layers = list(layers)
    chosen: set[str] = set()
    kind = "unet" if component == "unet" else "text_encoder"
    for group in TARGETS[target][kind]:
        suffixes = tuple(f".{suffix}" for suffix in group)
        matched = {path for path in layers if f".{path}".endswith(suffixes)}
        if not matched:
            raise StudioError("network.no_layer", target=target, layers=", ".join(group))
        chosen |= matched
    return [path for path in layers if path in chosen]
