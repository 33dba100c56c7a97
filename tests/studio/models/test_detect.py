"""What single files are, told from headers such as the published models have."""

from __future__ import annotations

import json
from typing import Any

import pytest

from studio.errors import StudioError
from studio.messages import sentence
from studio.models.detect import Found, detect
from studio.models.family import CONFIGS
from studio.models.safetensors_header import Header, TensorInfo

UNET = "model.diffusion_model."
CLIP = "cond_stage_model.transformer.text_model.final_layer_norm.weight"
OPEN_CLIP = "cond_stage_model.model.ln_final.weight"
TO_K = "1.transformer_blocks.0.attn2.to_k.weight"

Shapes = dict[str, tuple[int, ...]]


def unet(width: int, channels: int = 4, size_inputs: int = 0, depth: int = 1) -> Shapes:
    """Some of the tensors of a UNet: enough to tell it by."""
    shapes: Shapes = {
        f"{UNET}input_blocks.0.0.weight": (320, channels, 3, 3),
        f"{UNET}input_blocks.4.{TO_K}": (640, width),
        f"{UNET}middle_block.1.transformer_blocks.{depth - 1}.norm1.weight": (1280,),
    }
    if size_inputs:
        shapes[f"{UNET}label_emb.0.0.weight"] = (1280, size_inputs)
    return shapes


SD1 = {**unet(768), CLIP: (768,), "first_stage_model.encoder.conv_in.weight": (128, 3, 3, 3)}
SD2 = {**unet(1024), OPEN_CLIP: (1024,)}
XL_ENCODERS: Shapes = {
    "conditioner.embedders.0.transformer.text_model.final_layer_norm.weight": (768,),
    "conditioner.embedders.1.model.ln_final.weight": (1280,),
}
SDXL = {**unet(2048, size_inputs=2816, depth=10), **XL_ENCODERS}
V_PRED: Shapes = {"v_pred": (0,)}
ZTSNR: Shapes = {"ztsnr": (0,)}


def header(shapes: Shapes, metadata: dict[str, str] | None = None, dtype: str = "F16") -> Header:
    return Header(
        metadata or {}, {key: TensorInfo(dtype, shape, 0, 0) for key, shape in shapes.items()}, 0
    )


def found(shapes: Shapes, metadata: dict[str, str] | None = None, dtype: str = "F16") -> Found:
    return detect(header(shapes, metadata, dtype), "a.safetensors", CONFIGS)


def refusal(shapes: Shapes, dtype: str = "F16") -> tuple[str, str]:
    """Code and kind of the refusal."""
    with pytest.raises(StudioError) as caught:
        found(shapes, dtype=dtype)
    error = caught.value
    assert sentence(error.code, error.params).startswith("a.safetensors is ")
    return error.code, error.params.get("kind", "")


@pytest.mark.parametrize("dtype", ["F32", "F16", "BF16"])
def test_the_three_families(dtype: str) -> None:
    assert found(SD1, dtype=dtype) == Found("sd1", "epsilon", False, True)
    assert found(SD2, dtype=dtype) == Found("sd2", "v_prediction", False, False)
    assert found(SDXL, dtype=dtype) == Found("sdxl", "epsilon", False, True)


def test_leftovers_of_training_change_nothing() -> None:
    junk: Shapes = {
        "model_ema.decay": (),
        "model_ema.diffusion_modelinput_blocks00weight": (320, 4, 3, 3),
        "global_step": (),
        "alphas_cumprod": (1000,),
        "loss.discriminator.main.0.weight": (64, 3, 4, 4),
        "optimizer_states.0": (1,),
    }
    assert found({**junk, **SD1}) == found(SD1)
    assert found({**SDXL, **junk}) == found(SDXL)


def test_a_file_without_vae_still_tells_its_family() -> None:
    assert found({key: shape for key, shape in SD1.items() if "first_stage" not in key}).family


def test_old_and_other_places_of_encoders() -> None:
    assert found({**unet(768), "cond_stage_model.transformer.embeddings.x": ()}).family == "sd1"
    assert (
        found({**unet(1024), "conditioner.embedders.0.model.ln_final.weight": ()}).family == "sd2"
    )


@pytest.mark.parametrize("base", [SD1, SD2, SDXL])
def test_marker_keys(base: Shapes) -> None:
    told = found({**base, **V_PRED})
    assert (told.prediction_type, told.zero_terminal_snr, told.certain) == (
        "v_prediction",
        False,
        True,
    )
    assert found({**base, **V_PRED, **ZTSNR}).zero_terminal_snr


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        ({"modelspec.prediction_type": "v"}, "v_prediction"),
        ({"modelspec.prediction_type": "epsilon"}, "epsilon"),
        ({"modelspec.predict_key": "v"}, "v_prediction"),
        ({"modelspec.predict_key": "epsilon"}, "epsilon"),
        ({"modelspec.architecture": "stable-diffusion-v2-768-v"}, "v_prediction"),
        ({"modelspec.architecture": "stable-diffusion-v2-512"}, "epsilon"),
        (
            {
                "modelspec.architecture": "stable-diffusion-v2-768-v",
                "modelspec.prediction_type": "epsilon",
            },
            "epsilon",
        ),
    ],
)
def test_what_metadata_tells_is_certain(metadata: dict[str, str], expected: str) -> None:
    assert found(SD2, metadata) == Found("sd2", expected, False, True)


REFUSED: dict[str, tuple[Shapes, str]] = {
    "inpainting": ({**unet(768, 9), CLIP: ()}, "an inpainting model"),
    "inpainting SDXL": (
        {**unet(2048, 9, size_inputs=2816, depth=10), **XL_ENCODERS},
        "an inpainting model",
    ),
    "pix2pix": ({**unet(768, 8), CLIP: ()}, "InstructPix2Pix"),
    "depth": ({**unet(1024, 5), OPEN_CLIP: ()}, "depth-guided"),
    "upscaler": ({**unet(1024, 7), OPEN_CLIP: ()}, "upscaler"),
    "unclip": ({**unet(1024, size_inputs=1536), OPEN_CLIP: ()}, "unCLIP"),
    "refiner": (
        {**unet(1280, size_inputs=2560), "conditioner.embedders.0.model.ln_final.weight": ()},
        "an SDXL refiner",
    ),
    "ssd-1b": ({**unet(2048, size_inputs=2816, depth=4), **XL_ENCODERS}, "a shortened SDXL"),
    "kolors": ({**unet(2048, size_inputs=5632, depth=10), **XL_ENCODERS}, "Kolors"),
    "playground 2.5": ({**SDXL, "edm_mean": (4,), "edm_std": (4,)}, "EDM"),
    "cosxl": ({**SDXL, "edm_vpred.sigma_max": ()}, "EDM"),
    "unknown width": ({**unet(999), CLIP: ()}, "text width 999"),
    "no sizes": ({**unet(2048, depth=10), **XL_ENCODERS}, "text width 2048"),
    "no attention": ({f"{UNET}input_blocks.0.0.weight": (8, 4, 3, 3)}, "text width 0"),
    "sd3": ({f"{UNET}joint_blocks.0.context_block.attn.qkv.weight": ()}, "Stable Diffusion 3"),
    "flux": ({"double_blocks.0.img_attn.norm.key_norm.scale": ()}, "a Flux model"),
    "flux checkpoint": (
        {f"{UNET}double_blocks.0.img_attn.norm.key_norm.scale": ()},
        "a Flux model",
    ),
    "chroma": (
        {
            "distilled_guidance_layer.in_proj.bias": (),
            "double_blocks.0.img_attn.norm.key_norm.scale": (),
        },
        "a Chroma model",
    ),
    "cascade": ({"clf.1.weight": ()}, "Cascade"),
    "pixart": ({"t_block.1.weight": ()}, "PixArt"),
    "wan": ({f"{UNET}head.modulation": ()}, "Wan"),
    "qwen": ({"txt_norm.weight": ()}, "Qwen"),
    "controlnet": ({"control_model.input_blocks.0.0.weight": ()}, "a ControlNet"),
    "controlnet of diffusers": ({"controlnet_cond_embedding.conv_in.weight": ()}, "a ControlNet"),
    "ip-adapter": ({"image_proj.proj.weight": (), "ip_adapter.1.to_k_ip.weight": ()}, "IP-Adapter"),
    "t2i-adapter": ({"adapter.body.0.block1.weight": ()}, "T2I-Adapter"),
    "animatediff": (
        {"down_blocks.0.motion_modules.0.temporal_transformer.norm.weight": ()},
        "AnimateDiff",
    ),
    "embedding": ({"emb_params": (4, 768)}, "an embedding"),
    "embedding of A1111": ({"string_to_param.*": (4, 768)}, "an embedding"),
    "embedding of SDXL": ({"clip_g": (4, 1280), "clip_l": (4, 768)}, "an embedding"),
    "embedding of diffusers": ({"<cat-toy>": (768,)}, "an embedding"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_other_models_are_refused_by_name(case: str) -> None:
    shapes, kind = REFUSED[case]
    code, told = refusal(shapes)
    assert code == "base.unsupported"
    assert kind in told


@pytest.mark.parametrize("dtype", ["F8_E4M3", "U8", "I8"])
def test_quantised_files(dtype: str) -> None:
    assert refusal(SD1, dtype) == ("base.unsupported", "a quantised model")


@pytest.mark.parametrize(
    "key",
    [
        "lora_unet_down_blocks_0_attentions_0_proj_in.lora_down.weight",
        "unet.down_blocks.0.attentions.0.proj_in.lora_A.weight",
        "lora_unet_input_blocks_4_1_proj_in.hada_w1_a",
        "lycoris_input_blocks_4_1_proj_in.lokr_w1",
        "diffusion_model.double_blocks.0.img_attn.qkv.lora_A.weight",
    ],
)
def test_loras_are_refused(key: str) -> None:
    assert refusal({key: (4, 320)}) == ("base.is_lora", "")


@pytest.mark.parametrize(
    "key",
    [
        *("first_stage_model.encoder.conv_in.weight", "decoder.conv_in.weight"),
        "encoder.conv_in.bias",
    ],
)
def test_a_lone_vae(key: str) -> None:
    assert refusal({key: (128, 3, 3, 3)}) == ("base.is_vae", "")


@pytest.mark.parametrize(
    ("shapes", "kind"),
    [
        ({"text_model.embeddings.token_embedding.weight": (49408, 768)}, "a text encoder"),
        ({CLIP: (768,)}, "a text encoder"),
        ({"transformer.resblocks.0.ln_1.weight": (1280,)}, "a text encoder"),
        ({"encoder.block.0.layer.0.SelfAttention.q.weight": (1, 1)}, "a text encoder (T5)"),
        (unet(768), "a UNet without text encoders"),
        (unet(2048, size_inputs=2816, depth=10), "a UNet without text encoders"),
        ({"input_blocks.0.0.weight": (320, 4, 3, 3)}, "a UNet without text encoders"),
        ({"down_blocks.0.resnets.0.conv1.weight": (1, 1, 3, 3)}, "a UNet without text encoders"),
    ],
)
def test_lone_parts(shapes: Shapes, kind: str) -> None:
    assert refusal(shapes) == ("base.is_part", kind)


def test_shapes_that_lie() -> None:
    for shape in ((), (5,)):
        assert refusal({**SD1, f"{UNET}input_blocks.4.{TO_K}": shape})[1].endswith("width 0)")
        assert refusal({**SD1, f"{UNET}input_blocks.0.0.weight": shape})[0] == "base.unsupported"
        assert refusal({**SDXL, f"{UNET}label_emb.0.0.weight": shape})[0] == "base.unsupported"


def test_anything_else() -> None:
    assert refusal({"weights": (1,), "bias": (1,)})[0] == "base.not_a_model"
    assert refusal({})[0] == "base.not_a_model"


def test_widths_are_those_of_the_configurations(tmp_path: Any) -> None:
    for family, width in {"sd1": 12, "sd2": 16, "sdxl": 20}.items():
        for name in ("unet/config.json", "scheduler/scheduler_config.json"):
            config = json.loads((CONFIGS / family / name).read_text())
            if name.startswith("unet"):
                config |= {"cross_attention_dim": width, "transformer_layers_per_block": [1, 1, 2]}
            path = tmp_path / family / name
            path.parent.mkdir(parents=True)
            path.write_text(json.dumps(config))
    told = {
        "sd1": detect(header({**unet(12), CLIP: ()}), "a", tmp_path),
        "sd2": detect(header({**unet(16), CLIP: ()}), "a", tmp_path),
        "sdxl": detect(
            header({**unet(20, size_inputs=2816, depth=2), **XL_ENCODERS}), "a", tmp_path
        ),
    }
    assert {family: one.family for family, one in told.items()} == {k: k for k in told}
