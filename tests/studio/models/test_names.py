"""Names against the published tables, typed here by hand, on the real architectures (no memory)."""

from __future__ import annotations

from collections import Counter

import pytest
import torch
from diffusers import UNet2DConditionModel
from torch import nn
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

from studio.models.keys import adaptable, layer_shapes
from studio.models.names import Place, kohya_name, recognise, sgm_path
from studio.models.schema import schema
from studio.models.spellings import match

ATTENTION = [f"attn{n}_to_{part}" for n in (1, 2) for part in ("q", "k", "v", "out_0")]
INNER = [*ATTENTION, "ff_net_0_proj", "ff_net_2"]


def transformer(start: str, depth: int) -> set[str]:
    inner = {f"{start}_transformer_blocks_{d}_{layer}" for d in range(depth) for layer in INNER}
    return inner | {f"{start}_proj_in", f"{start}_proj_out"}


def sd_transformers() -> set[str]:
    starts = [f"lora_unet_down_blocks_{b}_attentions_{a}" for b in (0, 1, 2) for a in (0, 1)]
    starts += [f"lora_unet_up_blocks_{b}_attentions_{a}" for b in (1, 2, 3) for a in (0, 1, 2)]
    starts += ["lora_unet_mid_block_attentions_0"]
    return set[str]().union(*(transformer(start, 1) for start in starts))


def sd_convolutions() -> set[str]:
    resnets = {
        f"down_blocks_{b}_resnets_{r}": b in (1, 2) and r == 0 for b in range(4) for r in (0, 1)
    }
    resnets |= {f"up_blocks_{b}_resnets_{r}": True for b in range(4) for r in range(3)}
    resnets |= {"mid_block_resnets_0": False, "mid_block_resnets_1": False}
    names = {f"{r}_{part}" for r in resnets for part in ("conv1", "conv2", "time_emb_proj")}
    names |= {f"{r}_conv_shortcut" for r, shortcut in resnets.items() if shortcut}
    names |= {f"down_blocks_{b}_downsamplers_0_conv" for b in (0, 1, 2)}
    names |= {f"up_blocks_{b}_upsamplers_0_conv" for b in (0, 1, 2)}
    return {f"lora_unet_{name}" for name in names}


def sdxl_transformers() -> set[str]:
    depths = {"input_blocks_4_1": 2, "input_blocks_5_1": 2}
    depths |= {"input_blocks_7_1": 10, "input_blocks_8_1": 10, "middle_block_1": 10}
    depths |= {f"output_blocks_{n}_1": 10 for n in (0, 1, 2)}
    depths |= {f"output_blocks_{n}_1": 2 for n in (3, 4, 5)}
    return set[str]().union(*(transformer(f"lora_unet_{s}", depth) for s, depth in depths.items()))


def sdxl_convolutions() -> set[str]:
    resnets = {f"input_blocks_{n}_0": n in (4, 7) for n in (1, 2, 4, 5, 7, 8)}
    resnets |= {"middle_block_0": False, "middle_block_2": False}
    resnets |= {f"output_blocks_{n}_0": True for n in range(9)}
    names = {
        f"{r}_{part}" for r in resnets for part in ("in_layers_2", "out_layers_3", "emb_layers_1")
    }
    names |= {f"{r}_skip_connection" for r, shortcut in resnets.items() if shortcut}
    names |= {"input_blocks_3_0_op", "input_blocks_6_0_op"}
    names |= {"output_blocks_2_2_conv", "output_blocks_5_2_conv"}
    return {f"lora_unet_{name}" for name in names}


def encoder(prefix: str, layers: int) -> set[str]:
    parts = [f"self_attn_{p}_proj" for p in ("q", "k", "v", "out")] + ["mlp_fc1", "mlp_fc2"]
    return {
        f"{prefix}_text_model_encoder_layers_{n}_{part}" for n in range(layers) for part in parts
    }


def clip(width: int, layers: int, projection: bool = False) -> nn.Module:
    config = CLIPTextConfig(
        hidden_size=width,
        intermediate_size=4 * width,
        num_hidden_layers=layers,
        num_attention_heads=width // 64,
        projection_dim=width,
    )
    with torch.device("meta"):
        return CLIPTextModelWithProjection(config) if projection else CLIPTextModel(config)


@pytest.fixture(scope="module")
def sd1() -> dict[str, nn.Module]:
    with torch.device("meta"):
        unet = UNet2DConditionModel(sample_size=64, cross_attention_dim=768, attention_head_dim=8)
    return {"unet": unet, "text_encoder": clip(768, 12)}


@pytest.fixture(scope="module")
def sdxl() -> dict[str, nn.Module]:
    with torch.device("meta"):
        unet = UNet2DConditionModel(
            sample_size=128,
            block_out_channels=(320, 640, 1280),
            down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
            up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
            transformer_layers_per_block=[1, 2, 10],
            attention_head_dim=[5, 10, 20],
            cross_attention_dim=2048,
            use_linear_projection=True,
            addition_embed_type="text_time",
            addition_time_embed_dim=256,
            projection_class_embeddings_input_dim=2816,
        )
    return {
        "unet": unet,
        "text_encoder": clip(768, 12),
        "text_encoder_2": clip(1280, 32, projection=True),
    }


def written(components: dict[str, nn.Module], component: str, arch: str) -> set[str]:
    return {kohya_name(component, path, arch) for path in adaptable(components[component])}


OUTER = {"conv_in", "conv_out", "time_embedding_linear_1", "time_embedding_linear_2"}
OUTER_SGM = {"input_blocks_0_0", "out_2"} | {
    f"{part}_{n}" for part in ("time_embed", "label_emb_0") for n in (0, 2)
}


def test_sd1_names_and_counts_are_the_published_ones(sd1: dict[str, nn.Module]) -> None:
    assert len(sd_transformers()) == 192
    assert len(sd_transformers() | sd_convolutions()) == 278
    outer = {f"lora_unet_{name}" for name in OUTER}
    assert written(sd1, "unet", "sd1") == sd_transformers() | sd_convolutions() | outer
    text = written(sd1, "text_encoder", "sd1")
    assert text == encoder("lora_te", 12)
    assert (len(text), len(text) + 192, len(text) + 278) == (72, 264, 350)


def test_sd2_encoder_has_23_layers_and_138_names() -> None:
    names = written({"text_encoder": clip(1024, 23)}, "text_encoder", "sd2")
    assert names == encoder("lora_te", 23)
    assert len(names) == 138


def test_sdxl_names_and_counts_are_the_published_ones(sdxl: dict[str, nn.Module]) -> None:
    assert len(sdxl_transformers()) == 722
    assert len(sdxl_transformers() | sdxl_convolutions()) == 788
    outer = {f"lora_unet_{name}" for name in OUTER_SGM}
    assert written(sdxl, "unet", "sdxl") == sdxl_transformers() | sdxl_convolutions() | outer
    assert written(sdxl, "text_encoder", "sdxl") == encoder("lora_te1", 12)
    te2 = written(sdxl, "text_encoder_2", "sdxl") - {"lora_te2_text_projection"}
    assert te2 == encoder("lora_te2", 32)
    assert len(te2) == 192


def test_examples_of_the_facts_sheet() -> None:
    path = "down_blocks.1.attentions.0.transformer_blocks.0.attn1.to_q"
    assert kohya_name("unet", path, "sd1") == (
        "lora_unet_down_blocks_1_attentions_0_transformer_blocks_0_attn1_to_q"
    )
    assert kohya_name("unet", path, "sdxl") == (
        "lora_unet_input_blocks_4_1_transformer_blocks_0_attn1_to_q"
    )
    for spelled in ("encoder.layers.3.mlp.fc1", "text_model.encoder.layers.3.mlp.fc1"):
        assert kohya_name("text_encoder", spelled, "sd1") == (
            "lora_te_text_model_encoder_layers_3_mlp_fc1"
        )


def test_unknown_places_have_no_name() -> None:
    with pytest.raises(KeyError):
        kohya_name("text_encoder_2", "encoder.layers.0.mlp.fc1", "sd1")
    with pytest.raises(KeyError):
        sgm_path("somewhere.else", "sdxl")


def test_every_published_name_is_recognised() -> None:
    for name in sd_transformers() | sd_convolutions():
        entry = recognise(name)
        assert entry is not None
        assert (entry.prefix, entry.spelling) == ("lora_unet", "diffusers")
    for name in sdxl_transformers() | sdxl_convolutions():
        entry = recognise(name)
        assert entry is not None
        assert (entry.prefix, entry.spelling) == ("lora_unet", "sgm")
    for name in encoder("lora_te2", 32):
        entry = recognise(name)
        assert entry is not None
        assert (entry.prefix, entry.spelling) == ("lora_te2", "text")


@pytest.mark.parametrize(
    "name",
    [
        "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn3_to_q",
        "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn1_to_out",
        "lora_te2_text_projection",
        "text_model_encoder_layers_0_mlp_fc1",
        "lora_te_text_model_encoder_layers_0_mlp_fc3",
    ],
)
def test_other_names_are_not_recognised(name: str) -> None:
    assert recognise(name) is None


def test_the_flattened_encoder_is_recognised_as_what_it_is() -> None:
    entry = recognise("lora_te_encoder_layers_0_mlp_fc1")
    assert entry is not None
    assert entry.spelling == "text_flat"


ATTN = "down_blocks.1.attentions.0.transformer_blocks.0.attn1"
TEXT = "encoder.layers.3.self_attn.q_proj"


@pytest.mark.parametrize(
    ("name", "component", "path"),
    [
        ("lora_unet_" + ATTN.replace(".", "_") + "_to_q", "unet", f"{ATTN}.to_q"),
        ("lycoris_" + ATTN.replace(".", "_") + "_to_q", "unet", f"{ATTN}.to_q"),
        (f"unet.{ATTN}.to_out.0", "unet", f"{ATTN}.to_out.0"),
        (f"unet.{ATTN}.processor.to_out", "unet", f"{ATTN}.to_out.0"),
        (f"unet.{ATTN}.processor.to_q", "unet", f"{ATTN}.to_q"),
        (f"base_model.model.{ATTN}.to_q", "unet", f"{ATTN}.to_q"),
        ("lora_te_text_model_encoder_layers_3_self_attn_q_proj", "text_encoder", TEXT),
        ("lora_te1_text_model_encoder_layers_3_self_attn_q_proj", "text_encoder", TEXT),
        ("lora_te_encoder_layers_3_self_attn_q_proj", "text_encoder", TEXT),
        (f"text_encoder.text_model.{TEXT}", "text_encoder", TEXT),
        (f"text_encoder.{TEXT}", "text_encoder", TEXT),
        (f"{ATTN}.processor.to_v", "unet", f"{ATTN}.to_v"),
        (f"{ATTN}.to_out.0", "unet", f"{ATTN}.to_out.0"),
        (f"unet.{ATTN}.to_out", "unet", f"{ATTN}.to_out.0"),
        ("text_encoder.text_model.encoder.layers.3.self_attn.to_q", "text_encoder", TEXT),
        (f"base_model.model.text_model.{TEXT}", "text_encoder", TEXT),
        (f"base_model.model.{TEXT}", "text_encoder", TEXT),
        (f"lora_unet.{ATTN}.to_q", "unet", f"{ATTN}.to_q"),
        (f"lora_te.text_model.{TEXT}", "text_encoder", TEXT),
        (f"clip_l.text_model.{TEXT}", "text_encoder", TEXT),
        (f"text_encoders.clip_l.transformer.text_model.{TEXT}", "text_encoder", TEXT),
        ("lora_unet_output_blocks_2_1_conv", "unet", "up_blocks.0.upsamplers.0.conv"),
        ("lora_unet_output_blocks_5_2_conv", "unet", "up_blocks.1.upsamplers.0.conv"),
        ("unet.input_blocks.11.0.in_layers.2", "unet", "down_blocks.3.resnets.1.conv1"),
        ("input_blocks.9.0.op", "unet", "down_blocks.2.downsamplers.0.conv"),
        ("diffusion_model.middle_block.1.proj_in", "unet", "mid_block.attentions.0.proj_in"),
        ("lora_unet_conv_in", "unet", "conv_in"),
    ],
)
def test_every_spelling_finds_its_layer(
    sd1: dict[str, nn.Module], name: str, component: str, path: str
) -> None:
    found, unmatched = match([name, "lora_unet_nothing"], layer_shapes(sd1), "sd1")
    assert found == {name: (Place(component, path),)}
    assert unmatched == ["lora_unet_nothing"]


@pytest.mark.parametrize(
    ("name", "component", "path"),
    [
        ("lora_te_text_model_encoder_layers_3_mlp_fc1", "text_encoder", "mlp.fc1"),
        ("lora_te1_text_model_encoder_layers_3_mlp_fc1", "text_encoder", "mlp.fc1"),
        ("lora_te2_text_model_encoder_layers_3_mlp_fc1", "text_encoder_2", "mlp.fc1"),
        ("text_encoder_2.text_model.encoder.layers.3.mlp.fc1", "text_encoder_2", "mlp.fc1"),
        ("clip_g.text_model.encoder.layers.3.mlp.fc1", "text_encoder_2", "mlp.fc1"),
        (
            "text_encoders.clip_g.transformer.text_model.encoder.layers.3.mlp.fc1",
            "text_encoder_2",
            "mlp.fc1",
        ),
    ],
)
def test_the_encoders_of_sdxl_are_told_apart(
    sdxl: dict[str, nn.Module], name: str, component: str, path: str
) -> None:
    (places,) = match([name], layer_shapes(sdxl), "sdxl")[0].values()
    assert [place.component for place in places] == [component]
    assert places[0].path.endswith(f"layers.3.{path}")


def test_onetrainers_text_projection_is_found(sdxl: dict[str, nn.Module]) -> None:
    names = ["lora_te2_text_projection", "clip_g.text_projection"]
    found, _ = match(names, layer_shapes(sdxl), "sdxl")
    assert found == dict.fromkeys(names, (Place("text_encoder_2", "text_projection"),))


def test_peft_leaves_it_to_the_shape_which_encoder_it_means(sdxl: dict[str, nn.Module]) -> None:
    name = "base_model.model.text_model.encoder.layers.3.mlp.fc1"
    found, _ = match([name], layer_shapes(sdxl), "sdxl")
    assert [place.component for place in found[name]] == ["text_encoder", "text_encoder_2"]


def test_the_counts_of_the_facts_sheet_are_those_of_our_tables() -> None:
    kinds: dict[str, Counter[str]] = {}
    for arch in ("sd1", "sd2", "sdxl"):
        named = [recognise(kohya_name(*place, arch)) for place in schema(arch)]
        kinds[arch] = Counter(entry.kind for entry in named if entry)
    for arch, (linear, convolutional) in {"sd1": (264, 350), "sdxl": (986, 1052)}.items():
        counted = sum(kinds[arch].values()) - kinds[arch]["outer"]
        assert counted - kinds[arch]["conv"] == linear
        assert counted == convolutional
    assert sum(kinds["sd2"].values()) - kinds["sd2"]["outer"] - kinds["sd2"]["conv"] == 330
    assert kinds["sdxl"]["text_attention"] == 4 * (12 + 32)


SHAPES = {
    "sd1": {
        "lora_unet_down_blocks_0_attentions_1_proj_in": (320, 320, 1, 1),
        "lora_unet_up_blocks_3_attentions_2_transformer_blocks_0_attn2_to_v": (320, 768),
        "lora_unet_mid_block_attentions_0_transformer_blocks_0_ff_net_0_proj": (10240, 1280),
        "lora_unet_up_blocks_0_upsamplers_0_conv": (1280, 1280, 3, 3),
        "lora_unet_down_blocks_1_resnets_0_conv_shortcut": (640, 320, 1, 1),
        "lora_te_text_model_encoder_layers_11_mlp_fc1": (3072, 768),
    },
    "sd2": {
        "lora_unet_down_blocks_0_attentions_1_proj_in": (320, 320),
        "lora_unet_up_blocks_3_attentions_2_transformer_blocks_0_attn2_to_v": (320, 1024),
        "lora_te_text_model_encoder_layers_22_self_attn_out_proj": (1024, 1024),
    },
    "sdxl": {
        "lora_unet_input_blocks_4_1_transformer_blocks_1_attn2_to_k": (640, 2048),
        "lora_unet_middle_block_1_transformer_blocks_9_attn1_to_out_0": (1280, 1280),
        "lora_unet_output_blocks_5_1_proj_out": (640, 640),
        "lora_unet_output_blocks_5_2_conv": (640, 640, 3, 3),
        "lora_unet_output_blocks_8_0_skip_connection": (320, 640, 1, 1),
        "lora_te1_text_model_encoder_layers_11_mlp_fc2": (768, 3072),
        "lora_te2_text_model_encoder_layers_31_mlp_fc1": (5120, 1280),
    },
}


@pytest.mark.parametrize("arch", SHAPES)
def test_golden_names_have_their_shapes(arch: str) -> None:
    named = {kohya_name(*place, arch): shape for place, shape in schema(arch).items()}
    assert len(named) == len(schema(arch))
    assert {name: named[name] for name in SHAPES[arch]} == SHAPES[arch]


def test_sdxl_is_found_in_both_spellings(sdxl: dict[str, nn.Module]) -> None:
    names = ["lora_unet_input_blocks_4_1_proj_in", "lora_unet_down_blocks_1_attentions_0_proj_in"]
    found, unmatched = match(names, layer_shapes(sdxl), "sdxl")
    assert set(found.values()) == {(Place("unet", "down_blocks.1.attentions.0.proj_in"),)}
    assert unmatched == []
