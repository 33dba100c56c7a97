"""A training run, top to bottom: read, open, cache, inject, loop, export.

    for event in train(settings, control):
        ...                     # draw, print or store: the loop knows neither Qt nor the terminal

The step itself is `Session.optimizer_step`. Everything random derives from (run seed, step, item),
so a run that was killed and resumed ends with the same bits as an unbroken one.
"""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Iterator
from pathlib import Path

import torch
from torch import Tensor

from studio.config import Settings
from studio.data.dataset import Dataset, scan
from studio.data.loader import Batch
from studio.errors import StudioError
from studio.events import (
    CheckpointSaved,
    DryStepDone,
    Event,
    Failed,
    Finished,
    Paused,
    Phase,
    PictureDrawn,
    Started,
    StepDone,
    Warned,
)
from studio.models.adapter import continue_from, inject
from studio.models.checkpoint import open_base
from studio.models.text import TextEmbedding
from studio.runs import KEPT, RunFolder, newest_unfinished
from studio.seeds import derive
from studio.training import noise
from studio.training.control import Control
from studio.training.exporting import export_checked, run_metadata, save_unchecked
from studio.training.memory import is_out_of_memory, reason
from studio.training.optimizer import make_optimizer, make_schedule
from studio.training.precision import make_accelerator
from studio.training.previews import Previews
from studio.training.report import peak_memory, write_report
from studio.training.setup import (
    OpenBase,
    count_parameters,
    make_loader,
    make_texts,
    open_frozen_base,
    quickened,
    steps_per_epoch,
    text_chunks,
    total_steps,
)
from studio.training.state import load_state, read_state, save_state


def train(
    settings: Settings,
    control: Control | None = None,
    *,
    resume: bool | RunFolder = False,
    open_base: OpenBase = open_base,
) -> Iterator[Event]:
    """Trains an adapter and yields what happens; the last event is `Finished` or `Failed`.

    ``resume`` goes on with the newest unfinished run of the same settings, or with the run given.
    Bad input ends in `Failed`; any other exception is recorded in the run folder and raised.
    """
    control = control or Control()
    run = resume if isinstance(resume, RunFolder) else None
    try:
        yield Phase("read_images")
        dataset = scan(settings.dataset)
        if resume is True:
            run = newest_unfinished(settings)
            if run is None:
                yield Warned("resume.nothing", {"name": settings.run.name})
        run = run or RunFolder.create(settings)
        run.drop_torn_line()
        for event in Session(settings, control, run, dataset, open_base).events():
            if not isinstance(event, PictureDrawn):  # of the moment, not of the run
                run.record(event)
            yield event
    except StudioError as error:
        yield _recorded(run, Failed(error.code, error.params))
    except Exception as error:
        if is_out_of_memory(error):
            data = settings.data
            size = {"resolution": data.resolution, "batch_size": data.batch_size}
            params = {**size, "reason": reason(error)}
            yield _recorded(run, Failed("train.out_of_memory", params))
            return
        if run:
            run.record(Failed("internal", {"reason": repr(error)}))
        raise


def _recorded(run: RunFolder | None, failed: Failed) -> Failed:
    with contextlib.suppress(StudioError):  # a full disk cannot record that it is full
        if run:
            run.record(failed)
    return failed


class Session:
    """One run in progress. The methods stand in the order in which they are called."""

    def __init__(
        self,
        settings: Settings,
        control: Control,
        run: RunFolder,
        dataset: Dataset,
        open_base: OpenBase = open_base,
    ) -> None:
        self.settings = settings
        self.control = control
        self.run = run
        self.dataset = dataset
        self.open_base = open_base
        self.seed = settings.run.seed
        self.step = 0  # optimizer steps done
        self.started = time.time()

    def events(self) -> Iterator[Event]:
        """The whole run."""
        for problem in self.dataset.problems:
            yield Warned(problem.code, problem.params)
        yield Phase("open_base")
        self.accelerator = make_accelerator(self.settings.memory)
        self.base = open_frozen_base(self.settings, self.accelerator.device, self.open_base)
        for problem in self.base.problems:
            yield Warned(problem.code, problem.params)
        loader = yield from make_loader(self.settings, self.base, self.dataset, self.control)
        if loader is None:
            yield Finished(str(self.run.path), step=0, stopped=True, lora="")
            return
        self.loader = loader
        self.chunks = text_chunks(self.settings, self.base, loader)
        self.trains_text = self.settings.network.trained(self.base.components) != ("unet",)
        if not self.trains_text:
            self.texts = yield from make_texts(self.settings, self.base, loader, self.chunks)
        yield from quickened(self.settings, self.base, self.run, self.chunks)
        yield from self.begin()
        yield from self.dry_step()
        yield from self.loop()
        yield from self.finish()

    def begin(self) -> Iterator[Event]:
        """Injects the adapter, makes its optimizer, and takes up the last checkpoint, if any."""
        settings = self.settings
        self.adapter = inject(self.base, settings.network, derive(self.seed, "adapter"))
        saved = self.run.checkpoint_steps()
        earlier = settings.network.init_from
        if earlier and not saved:
            found, total = continue_from(self.adapter, Path(earlier)), self.adapter.layer_count()
            yield Warned("lora.continued", {"path": earlier, "count": found, "total": total})
        self.previews = Previews(settings, self.run, self.adapter, self.control)
        groups = {
            part: (self.adapter.parameters(part), settings.optimizer.rate(part))
            for part in self.adapter.parts
        }
        self.parameters = [p for parameters, _ in groups.values() for p in parameters]
        self.total = total_steps(settings, self.loader)
        self.optimizer_name = settings.optimizer.on(self.base.device.type)
        optimizer = make_optimizer(self.optimizer_name, groups, settings.optimizer)
        self.schedule = make_schedule(optimizer, settings.schedule, self.total)
        self.optimizer = self.accelerator.prepare_optimizer(optimizer)
        if saved:
            state = read_state(self.run.checkpoint(saved[-1]))
            if state["dataset"] != self.loader.fingerprint:
                yield Warned("resume.dataset_changed", {"step": saved[-1]})
            self.step = load_state(
                state, self.adapter, self.optimizer, self.schedule, self.accelerator.scaler
            )
        self.resumed_from = self.step
        yield Started(
            run=str(self.run.path),
            step=self.step,
            total=self.total,
            images=len(self.loader.placed),
            base=self.base.location.name,
            device=self.base.device.type,
            optimizer=self.optimizer_name,
            trainable_parameters=self.adapter.count(),
            total_parameters=count_parameters(self.base),
            open_seconds=self.base.open_seconds,
        )

    def dry_step(self) -> Iterator[Event]:
        """Forward and backward on the largest batch, and no update: memory runs out now or never.

        Costs a step at the start of a run; every step seeds itself, so the run stays the same.
        """
        yield Phase("dry_step")
        began = time.perf_counter()
        self.adapter.set_training(True)
        batch = self.loader.largest_batch()
        with self.accelerator.autocast():
            loss = self.losses(batch, 0).mean()
        self.accelerator.backward(loss)
        self.optimizer.zero_grad()
        width, height = batch.placed[0].box.bucket
        seconds = time.perf_counter() - began
        yield DryStepDone(width, height, len(batch.items), seconds, peak_memory())

    def loop(self) -> Iterator[Event]:
        """Steps, with previews, checkpoints and the artist's commands between them."""
        save, preview = self.settings.save, self.settings.preview
        yield Phase("train")
        if preview.every and self.step == 0:  # a fresh adapter looks alike at all strengths
            strengths = preview.strengths if self.settings.network.init_from else [0.0]
            yield from self.previews.draw_all(0, strengths)
        yield from self.serve()
        while self.step < self.total and not self.control.stopping:
            yield self.optimizer_step()
            last = self.step == self.total
            if last or (save.every and self.step % save.every == 0):
                yield self.save_checkpoint()
            if preview.every and (last or self.step % preview.every == 0):
                yield from self.previews.draw_all(self.step, preview.strengths)
            yield from self.serve()

    def optimizer_step(self) -> StepDone:
        """One step: the mean loss over all images of its batches, backward, clip, update."""
        began = time.perf_counter()
        torch.manual_seed(derive(self.seed, "dropout", self.step))
        accumulation = self.settings.schedule.gradient_accumulation
        first = self.step * accumulation
        batches = [self.loader.batch(first + number) for number in range(accumulation)]
        images = sum(len(batch.items) for batch in batches)
        mean_loss = 0.0
        for number, batch in enumerate(batches):
            with self.accelerator.autocast():
                loss = self.losses(batch, first + number).sum() / images
            mean_loss += loss.item()  # waits for the device: the price of naming a bad image
            self.refuse_non_finite(mean_loss, batch)
            self.accelerator.backward(loss)
        self.accelerator.unscale_gradients(self.optimizer)
        limit = self.settings.optimizer.max_grad_norm or torch.inf
        grad_norm = float(torch.nn.utils.clip_grad_norm_(self.parameters, limit))
        if not self.accelerator.scaler:  # a loss scaler meets overflows itself
            self.refuse_non_finite(grad_norm, *batches)
        rates = {group["component"]: group["lr"] for group in self.optimizer.param_groups}
        self.optimizer.step()
        self.optimizer.zero_grad()
        self.schedule.step()
        self.step += 1
        return StepDone(
            step=self.step,
            total=self.total,
            epoch=self.loader.epoch_of(first),
            loss=mean_loss,
            unet_lr=rates["unet"],
            text_encoder_lr=rates.get("text_encoder", 0.0),
            text_encoder_lr_2=rates.get("text_encoder_2", 0.0),
            grad_norm=grad_norm,
            seconds=time.perf_counter() - began,
        )

    def losses(self, batch: Batch, index: int) -> Tensor:
        """Weighted loss of each image of the batch numbered ``index``: (B,), float32."""
        device, scheduler = self.base.device, self.base.noise_scheduler
        mean, deviation = batch.latents.unbind(1)
        drawn = noise.draw(
            [derive(self.seed, "noise", index, place) for place in range(len(batch.items))],
            mean.shape[1:],
            self.settings.loss.noise_offset,
            scheduler.config.num_train_timesteps,
        )
        latents = (mean + deviation * drawn.latent_noise).to(device)
        unit_noise, timesteps = drawn.noise.to(device), drawn.timesteps.to(device)
        noisy = scheduler.add_noise(latents, unit_noise, timesteps).to(self.base.dtype)
        text = self.text_embeddings(batch.captions)
        predicted = self.base.predict(noisy, timesteps, text, batch.sizes)
        wanted = noise.target(scheduler, latents, unit_noise, timesteps)
        weights = noise.min_snr_weights(scheduler, timesteps, self.settings.loss.min_snr_gamma)
        losses = noise.image_losses(predicted, wanted, self.settings.loss.type)
        return losses * weights * batch.loss_weights.to(device)

    def text_embeddings(self, captions: list[str]) -> TextEmbedding:
        """What the UNet attends to: with gradient if a text encoder is trained, else cached."""
        if self.trains_text:
            return self.base.encode_prompts(captions, self.chunks).to(self.base.dtype)
        return self.texts.get(captions).to(self.base.device, self.base.dtype)

    def refuse_non_finite(self, value: float, *batches: Batch) -> None:
        """Ends the run, its last good state saved, before a NaN can enter the weights."""
        if math.isfinite(value):
            return
        self.save_checkpoint()
        images = ", ".join(item.name for batch in batches for item in batch.items)
        raise StudioError("train.not_finite", step=self.step + 1, images=images)

    def serve(self) -> Iterator[Event]:
        """Answers the artist's commands; while paused, stays here with the model hot."""
        control, announced = self.control, False
        while True:
            while drawing := control.take_drawing():
                yield from self.previews.draw_asked(drawing)
            if control.take_preview():
                yield from self.previews.draw_all(self.step, self.settings.preview.strengths)
            if control.take_save():
                yield self.save_checkpoint(kept=True)
            if control.stopping or not control.paused:
                break
            if not announced:
                yield Paused(self.step)
                announced = True
            control.wait()
        self.previews.put_away()

    def save_checkpoint(self, *, kept: bool = False) -> CheckpointSaved:
        """Writes the adapter file and the state of this step; complete or absent.

        Older ones go, but not those that were asked for, which are ``kept``.
        """

        def write(folder: Path) -> None:
            self.write_checkpoint(folder)
            if kept:
                (folder / KEPT).touch()

        path = self.run.save_checkpoint(self.step, write)
        self.run.keep_newest(self.settings.save.keep)
        return CheckpointSaved(self.step, path.relative_to(self.run.path).as_posix(), kept)

    def write_checkpoint(self, folder: Path) -> None:
        """Fills a checkpoint's folder."""
        file = folder / "lora.safetensors"
        save_unchecked(file, self.adapter, self.metadata(), self.settings.save.dtype)
        save_state(
            folder,
            self.step,
            self.loader.fingerprint,
            self.adapter,
            self.optimizer,
            self.schedule,
            self.accelerator.scaler,
        )

    def metadata(self, thumbnail: Path | None = None) -> dict[str, str]:
        """What the adapter file says of itself."""
        return run_metadata(
            self.settings,
            self.base,
            self.loader,
            step=self.step,
            total=self.total,
            steps_per_epoch=steps_per_epoch(self.settings, self.loader),
            started=self.started,
            optimizer=self.optimizer_name,
            precision=self.accelerator.mixed_precision,
            thumbnail=thumbnail,
        )

    def finish(self) -> Iterator[Event]:
        """Exports, checks the file, draws the strength grid and reports; or leaves, to resume.

        Who stops a run early does not wait for the grid.
        """
        control, run, settings = self.control, self.run, self.settings
        if control.how != "discard" and self.step not in run.checkpoint_steps():
            yield self.save_checkpoint()
        nothing_new = control.stopping and self.step == self.resumed_from
        if control.how in ("leave", "discard") or nothing_new:
            yield Finished(str(run.path), self.step, stopped=True, lora="")
            return
        yield Phase("export")
        samples = sorted(run.samples.glob(f"step-{self.step:06d}_p1_s1.00.png"))
        file = run.path / f"{settings.run.name}.safetensors"
        export_checked(
            file,
            self.adapter,
            self.metadata(samples[0] if samples else None),
            settings.save.dtype,
            resolution=settings.data.resolution,
        )
        grid = "" if control.stopping else (yield from self.previews.draw_grid())
        report = write_report(run, stopped=self.step < self.total, lora=file.name, grid=grid)
        yield Finished(str(run.path), self.step, self.step < self.total, file.name, report)
