"""A training run, top to bottom: read, open, cache, inject, loop, export.

    for event in train(settings, control):
        ...                     # draw, print or store: the loop knows neither Qt nor the terminal

The step itself is `Session.optimizer_step`. Everything random derives from (run seed, step, item),
so a run that was killed and resumed ends with the same bits as an unbroken one.
"""

from __future__ import annotations

import contextlib
import gc
import math
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

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
    Noted,
    Paused,
    Phase,
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
from studio.training.ladder import KeptBase, Ladder, no_memory
from studio.training.memory import is_out_of_memory, reason
from studio.training.offload import activations, idle_parts, nothing_to_offload
from studio.training.optimizer import held, make_optimizer, make_schedule, state_notes
from studio.training.precision import make_accelerator, on_device
from studio.training.previews import Previews
from studio.training.processes import Processes
from studio.training.relief import resized_after
from studio.training.report import learn_speed, peak_memory, told_need, write_report
from studio.training.setup import (
    OpenBase,
    count_parameters,
    make_loader,
    make_texts,
    open_frozen_base,
    quickened,
    steps_per_epoch,
    text_chunks,
    told_once,
    total_steps,
)
from studio.training.state import load_state, read_state, save_state
from studio.training.updating import make_updater


def train(
    settings: Settings,
    control: Control | None = None,
    *,
    resume: bool | RunFolder = False,
    open_base: OpenBase | None = None,
    collect: Callable[[], object] = gc.collect,
) -> Iterator[Event]:
    """Trains an adapter and yields what happens; the last event is `Finished` or `Failed`.

    ``resume`` goes on with the newest unfinished run of the same settings, or with the run given.
    When memory runs out, the run goes on with settings that need less, unless ``memory.adapt`` is
    off; ``collect`` then collects garbage, where that may not be done in this thread.
    Bad input ends in `Failed`; any other exception is recorded in the run folder and raised.
    """
    control = control or Control()
    run = resume if isinstance(resume, RunFolder) else None
    try:
        processes = Processes.join(settings)
        yield Phase("read_images")
        dataset = scan(settings.dataset)
        if processes.is_main:
            if resume is True:
                run = newest_unfinished(settings)
                if run is None:
                    yield Warned("resume.nothing", {"name": settings.run.name})
            run = run or RunFolder.create(settings)
            run.drop_torn_line()
        else:
            run = None  # only the main process records
        folder = processes.from_main(run)
        open_base = open_base or KeptBase().open
        ladder = Ladder(settings, folder, dataset, processes, collect)
        while not ladder.ended:
            yield from ladder.attempt(
                Session(ladder.settings, control, folder, dataset, processes, open_base)
            )
    except StudioError as error:
        yield _recorded(run, Failed(error.code, error.params))
    except Exception as error:
        if is_out_of_memory(error):
            yield _recorded(run, no_memory(settings, reason(error)))
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
        processes: Processes,
        open_base: OpenBase = open_base,
    ) -> None:
        self.settings = settings
        self.control = control
        self.run = run
        self.dataset = dataset
        self.processes = processes
        self.open_base = open_base
        self.seed = settings.run.seed
        self.step = 0  # optimizer steps done
        self.total = 0  # of the run; 0 until it is known
        self.resumed_from: int | None = None  # the step that this call of `train` went on after
        self.need_told = self.first_told = False
        self.asked = False  # whether a process was asked to end the run, as all know
        self.started = time.time()

    def events(self) -> Iterator[Event]:
        """The whole run."""
        for problem in (*self.dataset.problems, *self.processes.problems):
            yield Warned(problem.code, problem.params)
        yield Phase("open_base")
        self.accelerator = make_accelerator(self.settings.memory)
        self.optimizer_name = self.settings.optimizer.on(self.accelerator.device.type)
        self.base = open_frozen_base(self.settings, self.accelerator.device, self.open_base)
        for problem in self.base.problems:
            yield Warned(problem.code, problem.params)
        for note in self.base.notes:
            yield Noted(note.code, note.params)
        yield from nothing_to_offload(self.settings.memory, self.base.device)
        loader = yield from make_loader(
            self.settings, self.base, self.dataset, self.control, self.processes
        )
        if loader is None:
            yield Finished(str(self.run.path), step=0, stopped=True, lora="")
            return
        self.loader = loader
        self.chunks = text_chunks(self.settings, self.base, loader)
        self.trains_text = self.settings.network.trained(self.base.components) != ("unet",)
        if not self.trains_text:
            self.texts = yield from make_texts(
                self.settings, self.base, loader, self.chunks, self.processes
            )
        self.idle = idle_parts(self.settings, self.base)
        self.base.put_away(*self.idle)
        with self.processes.main_first():  # it measures alone, and all compute alike
            most = self.settings.data.batch_size, self.settings.memory.images_at_once
            images = len(self.processes.largest_share(*most))
            yield from quickened(self.settings, self.base, self.run, images, self.chunks)
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
        self.learning = self.parameters  # but for those that the dry step finds idle
        self.total = total_steps(settings, self.loader)
        optimizer = make_optimizer(self.optimizer_name, groups, settings.optimizer)
        self.schedule = make_schedule(optimizer, settings.schedule, self.total)
        self.optimizer = self.accelerator.prepare_optimizer(optimizer)
        self.updater = make_updater(
            settings.optimizer, self.accelerator, self.optimizer, self.schedule, self.parameters
        )
        if saved:
            state = read_state(self.run.checkpoint(saved[-1]))
            resized = saved[-1] <= resized_after(self.run.events())  # crop boxes changed with it
            if state["dataset"] != self.loader.fingerprint and not resized:
                yield Warned("resume.dataset_changed", {"step": saved[-1]})
            self.step = load_state(
                state, self.adapter, self.optimizer, self.schedule, self.accelerator.scaler
            )
        if self.resumed_from is None:
            self.resumed_from = self.step
        self.adapter.set_training(True)
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

        Every step seeds itself, so the run stays the same. Where the first step is as large, it
        tells the same, and nothing is tried before. Each of several processes tries the largest
        share of that batch.
        """
        number = self.loader.largest_batch()
        first = self.loader.pixels(self.step * self.settings.schedule.gradient_accumulation)
        if self.processes.count == 1 and first == self.loader.pixels(number):
            return
        yield Phase("dry_step")
        began = time.perf_counter()
        at_once = self.settings.memory.images_at_once
        places = self.processes.largest_share(self.loader.size(number), at_once)
        batch = self.loader.batch(number, places)
        with self.updater.dry():
            with self.accelerator.autocast(), activations(self.settings.memory, self.base):
                loss = self.losses(batch).mean()
            self.updater.backward(loss)
            # clip_skip leaves a text encoder's last layers without.
            self.learning = [p for p in self.parameters if p.grad is not None]
        yield from self.tell_need(number, len(batch.items), time.perf_counter() - began)

    def tell_need(self, number: int, images: int, seconds: float) -> Iterator[Event]:
        """What a step on ``images`` of batch ``number``, one of the largest, tells of the run."""
        self.need_told = True
        dry = DryStepDone(*self.loader.bucket(number), images, seconds, peak_memory())
        yield from told_need(self.settings, self.base, self.dataset, dry)

    def loop(self) -> Iterator[Event]:
        """Steps; between them the main process serves, and others wait for it in their next one."""
        preview, is_main = self.settings.preview, self.processes.is_main
        yield Phase("train")
        if is_main:
            if preview.every and self.step == 0:  # a fresh adapter looks alike at all strengths
                strengths = preview.strengths if self.settings.network.init_from else [0.0]
                yield from self.previews.draw_all(0, strengths)
            yield from self.serve()
        self.asked = self.processes.agree(self.control.stopping)
        while self.step < self.total and not self.stopping:
            done = self.optimizer_step()
            yield done
            yield from self.tell_damaged()
            if not self.first_told:
                yield from self.tell_first(done)
            if is_main:
                yield from self.between_steps()
        if self.stopping and not self.control.stopping:  # another process was asked to end
            self.control.stop("leave")

    def tell_first(self, done: StepDone) -> Iterator[Event]:
        """What only the first step of a session tells, besides itself."""
        self.first_told = True
        yield from state_notes(self.optimizer_name, self.optimizer)
        if not self.need_told:
            batches = self.settings.schedule.gradient_accumulation
            number = (self.step - 1) * batches
            yield from self.tell_need(number, self.loader.size(number), done.seconds / batches)

    def tell_damaged(self) -> Iterator[Event]:
        """Entries of the caches that were found damaged now, and computed again."""
        yield from told_once(self.loader.warnings)
        if not self.trains_text:
            yield from told_once(self.texts.warnings)

    @property
    def stopping(self) -> bool:
        """Whether to end after the current step: alone at once, else when all processes know."""
        return self.control.stopping if self.processes.count == 1 else self.asked

    @property
    def whole(self) -> bool:
        """Whether adapter and optimizer are those of the step, not in between."""
        return self.step == 0 or self.updater.whole

    def optimizer_step(self) -> StepDone:
        """One step: the mean loss over all images of its batches, backward, clip, update.

        Waits once for the device, and once for the other processes.
        """
        began = time.perf_counter()
        torch.manual_seed(derive(self.seed, "dropout", self.step, *self.processes.place))
        accumulation = self.settings.schedule.gradient_accumulation
        first = self.step * accumulation
        sizes = [self.loader.size(first + number) for number in range(accumulation)]
        mean_loss = torch.zeros((), device=self.base.device)
        seen = []
        for number, places in self.processes.shares(sizes, self.settings.memory.images_at_once):
            batch = self.loader.batch(first + number, places)
            with self.accelerator.autocast(), activations(self.settings.memory, self.base):
                losses = self.losses(batch)
                loss = losses.sum() / sum(sizes)
            self.updater.backward(loss)
            mean_loss += loss.detach()
            seen.append((batch, losses.detach()))
        told = self.processes.add_up(self.learning, mean_loss, self.control.stopping)
        norm = self.updater.gradient_norm()
        grad_norm, total_loss, *asked = torch.stack([norm, *told]).tolist()
        self.asked = any(asked)
        # A loss scaler meets gradients that overflow itself.
        if not math.isfinite(total_loss if self.accelerator.scaler else total_loss + grad_norm):
            self.refuse_non_finite(seen)
        rates = {group["component"]: group["lr"] for group in self.optimizer.param_groups}
        self.updater.update()
        self.step += 1
        return StepDone(
            step=self.step,
            total=self.total,
            epoch=self.loader.epoch_of(first),
            loss=total_loss,
            unet_lr=rates["unet"],
            text_encoder_lr=rates.get("text_encoder", 0.0),
            text_encoder_lr_2=rates.get("text_encoder_2", 0.0),
            grad_norm=grad_norm,
            seconds=time.perf_counter() - began,
        )

    def losses(self, batch: Batch) -> Tensor:
        """Weighted loss of each image: (B,), float32."""
        device, scheduler = self.base.device, self.base.noise_scheduler
        mean, deviation = batch.latents.unbind(1)
        drawn = noise.draw(
            [derive(self.seed, "noise", batch.number, place) for place in batch.places],
            mean.shape[1:],
            self.settings.loss.noise_offset,
            scheduler.config.num_train_timesteps,
        )
        latents = on_device(mean + deviation * drawn.latent_noise, device)
        unit_noise, timesteps = on_device(drawn.noise, device), on_device(drawn.timesteps, device)
        noisy = scheduler.add_noise(latents, unit_noise, timesteps).to(self.base.dtype)
        text = self.text_embeddings(batch.captions)
        predicted = self.base.predict(noisy, timesteps, text, on_device(batch.sizes, device))
        wanted = noise.target(scheduler, latents, unit_noise, timesteps)
        weights = noise.min_snr_weights(scheduler, timesteps, self.settings.loss.min_snr_gamma)
        losses = noise.image_losses(predicted, wanted, self.settings.loss.type)
        return losses * weights * on_device(batch.loss_weights, device)

    def text_embeddings(self, captions: list[str]) -> TextEmbedding:
        """What the UNet attends to: with gradient if a text encoder is trained, else cached."""
        if self.trains_text:
            return self.base.encode_prompts(captions, self.chunks).to(self.base.dtype)
        states, pooled = self.texts.get(captions)
        states = on_device(states, self.base.device)
        pooled = None if pooled is None else on_device(pooled, self.base.device)
        return TextEmbedding(states, pooled).to(self.base.dtype)

    def refuse_non_finite(self, seen: list[tuple[Batch, Tensor]]) -> NoReturn:
        """Ends the run, its last good state saved, before a NaN can enter the weights.

        Names the images of ``seen`` whose loss is not finite; all, if only gradients are not.
        """
        if self.processes.is_main and self.updater.whole:
            self.save_checkpoint()
        pairs = (zip(batch.items, losses.tolist(), strict=True) for batch, losses in seen)
        named = self.processes.gather([(item.name, loss) for part in pairs for item, loss in part])
        images = [name for name, loss in named if not math.isfinite(loss)]
        images = images or [name for name, _ in named]
        code = "train.not_finite" if self.updater.whole else "train.not_finite_within"
        raise StudioError(code, step=self.step + 1, images=", ".join(images))

    def between_steps(self) -> Iterator[Event]:
        """Checkpoint and previews where they are due, and what the artist asks for."""
        save, preview = self.settings.save, self.settings.preview
        last = self.step == self.total
        if last or (save.every and self.step % save.every == 0):
            yield self.save_checkpoint()
        if preview.every and (last or self.step % preview.every == 0):
            yield from self.previews.draw_all(self.step, preview.strengths)
        yield from self.serve()

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
        self.base.put_away(*self.idle)

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
        if not self.processes.is_main:
            yield Finished(str(run.path), self.step, self.step < self.total, lora="")
            return
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
        report = write_report(
            run,
            stopped=self.step < self.total,
            lora=file.name,
            grid=grid,
            state=held(self.optimizer),
        )
        yield from learn_speed(settings, self.base, self.dataset, report["seconds_per_step"])
        yield Finished(str(run.path), self.step, self.step < self.total, file.name, report)
