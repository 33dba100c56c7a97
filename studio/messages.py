"""English words for the engine's codes: what, where, remedy, in one sentence.

The command line prints them; the window has its own, translated table. A test keeps this one
complete: every code raised or warned of in `studio` stands here, with parameters given there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

SENTENCES: dict[str, str] = {
    "cli.usage": "{problem}; {command} --help tells how it is used.",
    "app.no_screen": "There is no screen to show the window on; run this on a desktop, or use the "
    "commands that lora-studio --help lists.",
    "app.not_answering": "LoRA Studio is running already but does not answer; end it, then start "
    "it again.",
    "project.in_use": "The project {path} is open in another LoRA Studio (on {host}, process "
    "{process}); close it there, or delete {lock} if none is running.",
    # settings
    "config.unreadable": "The settings file {path} cannot be read ({reason}); check the path.",
    "config.not_toml": "The settings file {path} is not valid TOML ({reason}); correct that line.",
    "config.bad_set": "--set {word} is not understood; write section.key=value.",
    "config.unknown_key": "There is no setting {key}; did you mean {close}?",
    "config.invalid": "The setting {key} = {value} is refused: {rule}.",
    "preset.not_found": "There is no preset {name} any more; choose another.",
    # base model
    "base.not_found": 'The base model {model} is not there; give "starter", or the path of a '
    "checkpoint file or diffusers folder.",
    "base.not_a_model": "{path} is not a Stable Diffusion model ({reason}); give a checkpoint file "
    "or a complete diffusers folder.",
    "base.unsupported": "{model} is {kind}, which cannot be trained here; give a Stable Diffusion "
    "1.x, 2.x or SDXL model.",
    "base.is_lora": "{model} is a LoRA, not a base model; give the model that it is used with.",
    "base.is_vae": "{model} is a VAE, not a base model; give it as base.vae, and a whole model "
    "as base.model.",
    "base.is_part": "{model} is only {kind}, not a whole base model; give a checkpoint file or a "
    "diffusers folder.",
    "base.incomplete": "{path} lacks {count} of the weights that this kind of model has, or has "
    "them in another shape ({key} first); get the model again.",
    "base.gone": "{path} was moved, deleted or changed while it was in use; put it back as it was, "
    "then resume the run.",
    "base.not_floats": "The weights in {path} are quantised ({key} is {dtype}), which cannot be "
    "trained on; get the model in fp16, bf16 or fp32.",
    "hub.not_downloaded": "The base model {model} is neither a file nor a folder, and is not "
    "downloaded; lora-studio download {model} gets it from the hub.",
    "base.prediction_assumed": "{model} does not say what it predicts, so {prediction_type} is "
    "assumed; set base.prediction_type if its pictures are only noise.",
    "base.no_quantize": "Weights in {kind} cannot be computed with on {device}; set base.quantize "
    "to int8 or none.",
    "base.quantized": "The frozen weights of the UNet are kept in {kind}: {bytes_per_parameter} "
    "bytes for each, {gigabytes} GB with the text encoders.",
    "base.zero_snr_needs_v": "{model} predicts noise, which cannot be told from pure noise; set "
    "base.zero_terminal_snr to auto or off, or base.prediction_type to v_prediction.",
    "hub.bad_id": "{model} is not the name of a model on the hub; write it like owner/name.",
    "hub.offline": "{address} cannot be reached ({reason}); check the connection or give another "
    "mirror, and download again: what came is kept.",
    "hub.not_found": "There is no {model} on {address} that you may see; check its name, or log in "
    "with hf auth login.",
    "hub.gated": "{model} is given only to who accepts its conditions; do so on {address}/{model}, "
    "and log in with hf auth login.",
    "hub.no_pipeline": "{model} has no diffusers folder; download its .safetensors file with your "
    "browser and give that.",
    "hub.no_space": "There is not enough space on the disk of {path} for {model}; free some, and "
    "download again: what came is kept.",
    "hub.busy": "Another program is downloading {model}; wait until it is done.",
    "hub.damaged": "The file {file} of {model} came damaged and was thrown away; download again.",
    "hub.failed": "{address} does not give {model} ({reason}); try again later, or another mirror.",
    "data.bad_resolution": "data.resolution {resolution} and data.bucket_step {bucket_step} must "
    "be multiples of {step}, which {base} needs; change them.",
    # running
    "internal": "LoRA Studio failed ({reason}); this is our fault: please report it.",
    "engine.died": "The engine ended unexpectedly ({reason}; see {log}), but what was saved is "
    "kept: start again, or resume the run.",
    "run.not_a_run": "The folder {path} is not a run; give a folder that has a run.toml.",
    "run.no_checkpoint": "The run {path} has no complete checkpoint of that step (it has: "
    "{steps}); choose one of them or resume the run.",
    "run.settings_changed": "The unfinished run {path} was made with other settings ({keys}); "
    "set them back, or start without --resume.",
    "resume.nothing": "There is no unfinished run named {name} to resume; a new one begins.",
    "resume.dataset_changed": "Images or captions changed since step {step}, so the run goes on "
    "differently than it began; start a new run if that is not meant.",
    "speed.packed": "{count} frozen layers are laid out for this processor, which takes "
    "{megabytes} MB more: in all layers tried a step takes {after} s instead of {before} s.",
    "speed.unfolded": "{count} frozen convolutions over small maps run as matrix products: in all "
    "layers tried a step takes {after} s instead of {before} s.",
    "speed.not_packed": "No layer is laid out for this processor: that would save too little for "
    "its memory.",
    "speed.no_gain": "Frozen layers stay as they are: with what looked faster, a pass through the "
    "UNet takes {after} s instead of {before} s.",
    "speed.unsupported": "Frozen layers stay as they are: they cannot be laid out for this "
    "processor ({reason}).",
    "speed.no_frozen_layer": "Frozen layers stay as they are: none is of a kind that can be laid "
    "out for a processor.",
    "speed.not_a_cpu": "Frozen layers stay as they are: they are laid out for processors only, not "
    "for graphics cards.",
    "speed.off": "Frozen layers stay as they are, as memory.pack_weights asks.",
    "speed.not_kept": "What is faster here could not be kept in {path} ({reason}), so the next run "
    "tries it out again.",
    "speed.attention": "Attention is written out where queries times keys are at most {limit}, "
    "because that is faster on this processor.",
    "processes.too_many": "A step has only {images} images, too few to share among {count} "
    "processes; start fewer processes, or raise data.batch_size or "
    "schedule.gradient_accumulation.",
    "processes.apart": "{count} processes were started, but they cannot compute together on "
    "{device}; start one.",
    "processes.fused": "Several processes have to add up their gradients before weights are "
    "updated; set optimizer.fused_backward_pass to false, or start one process.",
    "processes.one_only": "Only one process came up although accelerate launch was asked for more, "
    "as happens on a CPU; torchrun --nproc_per_node 2 -m studio train RUN.toml starts two.",
    "processes.lost": "Another process of this run ended before the work was done ({reason}); see "
    "what it said, then go on with --resume.",
    "network.no_layer": "The target {target} matches no layer of the base model ({layers}); choose "
    "another network.target.",
    "network.no_second_encoder": "Only SDXL has a second text encoder; leave "
    "network.text_encoder_2 unset for this base model.",
    "optimizer.no_8bit": "The optimizer {type} does not run on {device}; set optimizer.type to "
    "adamw.",
    "optimizer.no_paging": "Only CUDA can page an optimizer's state, not {device}; set "
    "optimizer.type to adamw8bit.",
    "optimizer.fused_fp16": "The fused backward pass cannot scale the loss, which fp16 needs; set "
    "memory.mixed_precision to bf16 or no, or turn optimizer.fused_backward_pass off.",
    "optimizer.state": "The optimizer {type} keeps {megabytes} MB, {each} bytes for each weight "
    "that learns; {share} % of its moments are in 8 bits or fewer.",
    "optimizer.paged": "{share} % of the optimizer's state can be paged out to main memory; "
    "weights with fewer than 100,000 entries keep theirs on the graphics card.",
    "precision.unsupported": "{device} cannot train in {precision}; set memory.mixed_precision to "
    "auto or no.",
    "memory.tight": "The run needs about {need} of the {memory} that are there, which is tight; "
    "stop it and set {setting} to {value}, or close other programs.",
    "memory.tight_at_least": "The run needs about {need} of the {memory} that are there, which is "
    "tight; close other programs, since no setting would save more.",
    "rates.unreadable": "The speeds of earlier runs are lost, because {path} cannot be read "
    "({reason}); they are gathered anew.",
    "rates.unwritable": "How fast this machine is could not be kept in {path} ({reason}), so the "
    "next plan knows the time less well.",
    "plan.no_size": "The size {text} is not understood; write it like 8GB.",
    "memory.nothing_to_offload": "Training runs in main memory here ({device}), so memory.offload "
    "and memory.offload_activations change nothing.",
    "train.not_finite": "The loss of step {step} is not a number (images: {images}), so training "
    "stopped with the state before it saved; lower the learning rate or remove those images.",
    "train.not_finite_within": "The gradients of step {step} are not numbers (images: {images}), "
    "and the fused backward pass has used them already, so this step is not saved; resume from the "
    "last checkpoint with a lower learning rate, or turn optimizer.fused_backward_pass off.",
    "train.out_of_memory": "There is not enough memory for {batch_size} images of {resolution} px "
    "a step ({reason}); turn on memory.gradient_checkpointing, or lower data.batch_size or "
    "data.resolution.",
    "memory.relieved": "Memory ran out, so {setting} is {after} now instead of {before}: the "
    "result stays the same, and training goes on after step {step}.",
    "memory.not_adapted": "Memory ran out in one of {processes} processes, which cannot agree on "
    "other settings by themselves; change them, or train with one process.",
    "engine.out_of_memory": "There is not enough memory ({reason}); close other programs, or draw "
    "smaller pictures.",
    "train.interrupted": "Stopped and saved; lora-studio train {path} --resume goes on from here.",
    "checkpoint.broken": "The checkpoint {path} cannot be read ({reason}); delete it to resume "
    "from the one before.",
    "checkpoint.version": "The checkpoint {path} is of another version ({version}) of LoRA "
    "Studio; resume it with that one.",
    "adapter.mismatch": "The saved adapter does not fit the settings ({key} and {count} in all "
    "differ); use the settings it was trained with.",
    "demo.no_images": "The sample pictures are not in {path}; run the demo from the repository.",
    # pictures
    "sample.bad_size": "The size {width}x{height} cannot be drawn; use multiples of {step}.",
    "sample.no_size": "The size {size} is not understood; write it like 512x768.",
    "sample.no_strengths": "The strengths {text} are not understood; write them like 0,0.5,1.",
    "sample.unknown_sampler": "There is no sampler {sampler}; choose one of {known}.",
    "lora.not_found": "The LoRA file {path} is not there; check the path.",
    "lora.no_match": "Nothing in {path} fits the base model {base}; it was made for another kind.",
    "lora.other_rank": "The adapter {path} has rank {found} in {layer}, the settings say {wanted}; "
    "set network.rank to {found}.",
    "lora.continued": "{count} of {total} layers go on from {path}; the others start anew.",
    "lora.partly_used": "{count} of the keys in {path} were not used ({key}: {reason}).",
    # images and captions
    "image.unreadable": "The image {path} cannot be read ({reason}); replace or remove it.",
    "image.unsupported": "The picture {path} is of a kind that is not read; save it as PNG.",
    "image.bad_profile": "The colour profile of {path} is unusable; its colours are read as sRGB.",
    "image.changed": "The image {path} changed during the run; start again or resume to use it.",
    "image.upscaled": "The image {path} ({width}x{height}) is enlarged to {bucket_width}x"
    "{bucket_height} and gets blurred; use a larger one or lower data.resolution.",
    "image.cropped": "The image {path} loses {lost_percent} % of its area to the crop box; cut it "
    "to a squarer shape around what matters.",
    "image.duplicate": "The image {path} has the same content as {same_as}; remove one, or set "
    "repeats if it should count more.",
    "caption.missing": "The image {path} has no caption; write one into a .txt file of its name.",
    "caption.empty": "The caption file {path} is empty; write a caption into it.",
    "caption.undecodable": "The caption file {path} cannot be read ({reason}); save it as UTF-8.",
    "caption.read_as_gb18030": "The caption file {path} is not UTF-8 and was read as gb18030 "
    "(Chinese); save it as UTF-8 if its text looks wrong.",
    "caption.ignored": "The caption file {path} is ignored because {used} is there; remove one.",
    "caption.changed_outside": "Another program changed the caption file {path}, so your edit was "
    "not written over it; keep one of the two.",
    "caption.without_image": "The caption file {path} belongs to no image; rename or remove it.",
    "caption.trigger_added": "The trigger word {trigger} is put in front of {captions} captions "
    "that lack it; write it into them if it belongs elsewhere.",
    "caption.too_long": "A caption of {path} has {tokens} tokens and is cut after {limit}; "
    "shorten it.",
    "dataset.no_folder": "The dataset folder {path} is not there; check its path.",
    "dataset.unreadable_folder": "The folder {path} cannot be read ({reason}); its images are "
    "left out until you may open it.",
    "dataset.empty": "The dataset folder {path} has no images; put JPEG, PNG or WebP files there.",
    "dataset.no_readable_image": "None of the images in {path} can be read; replace them.",
    "dataset.no_captions": "No image in {path} has a caption; write .txt files beside the images "
    "or set a trigger word.",
    "dataset.many_repeats": "The name of {path} makes each of its images count {repeats} times; "
    "rename the folder or set repeats if that is not meant.",
    "dataset.crop_without_image": "There is a crop box for {path}, but no such image; put the "
    "image back, or take the line out of [dataset.crops].",
    # projects
    "project.exists": "There is a project in {path} already; open it or choose another folder.",
    "project.not_found": "The project {path} is not there; check where its folder is now.",
    "project.not_a_project": "The folder {path} is not a project; give a folder that has a "
    "project.toml.",
    "project.unreadable": "The project file {path} cannot be read ({reason}); correct it or put a "
    "copy of it back.",
    "project.newer": "The project {path} was made by a newer LoRA Studio (its format is {format}); "
    "update LoRA Studio to open it.",
    "project.unknown_key": "The key {key} in {path} is unknown to this version and is kept as it "
    "is; correct it if it is misspelled.",
    "project.changed_outside": "Another program changed {path}, so it was not saved; open the "
    "project again to use that, or save over it to keep what is shown.",
    "project.odd_name": "The name {name} is not Unicode text, so a project cannot keep it; rename "
    "that file or folder.",
    "project.in_images": "The project {path} would lie in its own image folder {images}, and its "
    "previews would be trained on; choose another folder for one of them.",
    # working on a dataset
    "edit.bad_pattern": "The regular expression {pattern} is not understood at character "
    "{position} ({reason}); correct it, or search for plain text.",
    "tags.unreadable": "The tag list {path} cannot be read ({reason}); give a CSV file with a tag "
    "in each line.",
    "query.invalid": "The filter {text} is not understood at character {position} ({reason}); "
    "correct it, or put what it looks for in quotes.",
    # cache
    "latent.not_finite": "The VAE makes no finite latent of {path} in {dtype}; set base.dtype to "
    "fp32 or base.vae to another VAE.",
    "cache.damaged": "The cache file {path} is damaged ({reason}) and was computed again.",
    "cache.index_damaged": "The list of known images {path} is damaged ({reason}); all images were "
    "read once more, and it is made anew.",
    "cache.index_unwritable": "The list of known images {path} cannot be written ({reason}), so "
    "the next start reads all images again; make room there, or let LoRA Studio write to the "
    "folder.",
    "trash.refused": "The file {path} cannot go to the trash ({reason}); remove it in your file "
    "manager.",
    "trash.gone": "The file {path} is not in the trash any more; get it back from a copy.",
    "trash.taken": "The file {path} was not brought back, because another one has its name now; "
    "rename that one and undo again.",
    "undo.not_last": "Other changes followed; undo them first.",
    "disk.unwritable": "The file {path} cannot be written ({reason}); choose another folder.",
    "disk.full": "There is no space left on the disk of {path}; free some and resume the run.",
    # LoRA files and export
    "safetensors.unreadable": "The file {path} cannot be read ({reason}); check the path.",
    "safetensors.invalid": "{path} is not a whole safetensors file ({reason}); get or "
    "save it again.",
    "pickle.invalid": "{path} is not a whole PyTorch checkpoint ({reason}); get the model as a "
    ".safetensors file.",
    "pickle.unsafe": "{path} was not opened, because it asks to run {name}, which weights never "
    "need; delete it and get the model as a .safetensors file.",
    "model.unknown_format": "{path} is not a model file ({reason}); give a .safetensors or .ckpt "
    "file.",
    "lora.no_keys": "{path} holds no LoRA; give a LoRA file, not a base model or an embedding.",
    # tools for LoRA files
    "lora.unusable": "Nothing in {path} can be used ({key}: {reason}); give a LoRA or LoCon file.",
    "lora.mixed": "{path} is for {kind} and {other} for {other_kind}, which cannot be added up; "
    "merge adapters of one kind.",
    "lora.base_unknown": "{path} does not tell which kind of base model it is for; add --base with "
    "sd1, sd2, sdxl or the base model.",
    "lora.overwrites": "{path} is what the result is made from and is not written over; choose "
    "another file with --out.",
    "lora.no_effect": "{path} changes nothing in its base model, so there is nothing to write; "
    "check that it is the right file.",
    "lora.no_size": "Say how large the result may be: either --rank or --energy.",
    "lora.bad_energy": "--energy {energy} is not a share; give a number above 0 and up to 1, such "
    "as 0.9.",
    "lora.bad_rank": "--rank {rank} is too small; give 2 or more.",
    "lora.other_family": "{path} is {kind} and {other} is {other_kind}; give a fine-tuned model "
    "and the base model that it was made from.",
    "lora.same_model": "{path} does not differ from {other} in the layers of the target {target}, "
    "so there is nothing to extract; check both, or choose a larger --target.",
    "lora.not_finite": "{path} holds NaN or infinity in {layer}; get that model again.",
    "lora.overflow": "The tensor {key} has values too large for {dtype}; write bf16 or fp32 with "
    "--dtype.",
    "bake.no_pickle": "{path} would be a .ckpt, which can carry programs; choose a name that ends "
    "in .safetensors.",
    "bake.no_folder": "{base} is a single file, which cannot become the folder {path}; choose a "
    "name that ends in .safetensors.",
    "bake.not_empty": "{path} is there already; choose another name, or an empty folder.",
    "bake.starter": "The starter is no model that programs know as a single file like {path}; "
    "choose a folder.",
    "export.nothing": "There is no adapter {adapter} to export; train one first.",
    "export.not_finite": "The layer {module} holds NaN or infinity, so nothing was exported; "
    "go back to an earlier checkpoint and train with a lower learning rate.",
    "export.overflow": "The layer {module} has values too large for {dtype}; export as bf16 "
    "or fp32.",
    "export.unsupported": "The layer {module} is a {kind} adapter, which this format cannot hold.",
    "export.not_copied": "The export is done, but no copy could be written to {folder} ({reason}); "
    "choose that place again.",
    "export.self_check_failed": "The exported file failed its check of {check} ({detail}) and was "
    "not kept; please report this.",
}


RELIEVED: dict[str, str] = {
    "memory.pack_weights": "Memory ran out, so frozen layers are no longer laid out for this "
    "processor: steps take longer, the result differs by rounding at most, and training goes on "
    "after step {step}.",
    "memory.gradient_checkpointing": "Memory ran out, so activations are computed twice instead of "
    "kept (memory.gradient_checkpointing): steps take about a third longer, the result stays the "
    "same, and training goes on after step {step}.",
    "memory.images_at_once": "Memory ran out, so {after} images of a batch are computed at a time "
    "instead of {before} (memory.images_at_once): steps take a little longer, learn from the same "
    "images, and training goes on after step {step}.",
    "base.quantize": "Memory ran out, so the base model is stored as {after} (base.quantize): the "
    "adapter learns on a slightly coarser base model, and training goes on after step {step}.",
    "data.resolution": "Memory ran out, so images are trained at {after} px instead of {before}: "
    "the adapter learns less fine detail, and training goes on after step {step}.",
}
"""The words of ``memory.relieved`` by the setting that was changed; of others the result stays the
same."""


PHASES: dict[str, str] = {
    "read_images": "Reading images",
    "download": "Downloading",
    "open_base": "Opening the base model",
    "cache_latents": "Encoding images",
    "cache_texts": "Encoding captions",
    "quicken": "Tuning for this processor",
    "dry_step": "Trying a step",
    "train": "Training",
    "draw": "Drawing",
    "draw_grid": "Drawing the strength grid",
    "measure": "Drawing pictures to measure",
    "export": "Exporting and checking",
    "merge": "Merging",
    "resize": "Resizing",
    "extract": "Comparing the models",
    "bake": "Baking",
    "convert": "Converting",
}
"""What a run is doing, by the name in `studio.events.Phase`."""


def sentence(code: str, params: Mapping[str, Any]) -> str:
    """The sentence for ``code``; a missing parameter raises KeyError (our own fault)."""
    return wording(code, params).format_map(params)


def wording(code: str, params: Mapping[str, Any]) -> str:
    """The English sentence for ``code`` before its parameters are put in."""
    relieved = RELIEVED.get(str(params.get("setting"))) if code == "memory.relieved" else None
    return relieved or SENTENCES[code]
