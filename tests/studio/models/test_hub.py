"""Downloads from a hub on this machine, with all that goes wrong on the way."""

from __future__ import annotations

import errno
import os
import shutil
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from huggingface_hub import constants

from studio import cli
from studio.errors import StudioError
from studio.messages import sentence
from studio.models import hub_transfer
from studio.models.family import STARTER, find_base
from studio.models.hub import download, local_copy
from studio.models.hub_files import needed
from tests.fake_hub import COMMIT, FakeHub, serving

REPO = "someone/a-model"
WEIGHTS = "unet/diffusion_pytorch_model.safetensors"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache of the hub, nobody who is logged in, and no way out of this machine."""
    folder = tmp_path / "cache"
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(folder))
    monkeypatch.setattr(constants, "HF_TOKEN_PATH", str(tmp_path / "token"))
    monkeypatch.delenv("HF_TOKEN", raising=False)
    monkeypatch.setattr(hub_transfer, "_PAUSE", 0.0)
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        assert address[0] in ("127.0.0.1", "::1"), f"asks {address}"
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
    return folder


@pytest.fixture
def hub(cache: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    files = {
        path.relative_to(STARTER).as_posix(): path.read_bytes()
        for path in STARTER.rglob("*")
        if path.is_file()
    }
    for component in ("unet", "vae", "text_encoder"):  # weights are long, and nobody reads them
        stem = "model" if component == "text_encoder" else "diffusion_pytorch_model"
        files[f"{component}/{stem}.safetensors"] = os.urandom(
            3_000_000 if component == "unet" else 30_000
        )
    files |= {
        "README.md": b"hello",
        "modeling.py": b"raise SystemExit",
        "unet/diffusion_pytorch_model.fp16.safetensors": b"half",
        "unet/diffusion_pytorch_model.bin": b"pickled",
        "safety_checker/model.safetensors": b"checker",
        "a-model.ckpt": b"all in one",
    }
    with serving(FakeHub(REPO, files)) as made:
        monkeypatch.setattr(constants, "ENDPOINT", made.address)
        yield made


def run(mirror: str = "") -> list[tuple[int, int]]:
    return list(download(REPO, mirror))


def refused(code: str, mirror: str = "", repo: str = REPO) -> str:
    with pytest.raises(StudioError) as caught:
        list(download(repo, mirror))
    assert caught.value.code == code
    return sentence(caught.value.code, caught.value.params)


def blob(cache: Path, hub: FakeHub, name: str = WEIGHTS) -> Path:
    entry = next(e for e in hub.described()["siblings"] if e["rfilename"] == name)
    return cache / "models--someone--a-model" / "blobs" / entry["lfs"]["sha256"]


def test_a_download_is_a_base_model(hub: FakeHub) -> None:
    assert local_copy(REPO) is None
    seen = run()
    assert seen[0] == (0, seen[0][1])
    assert seen[-1] == (seen[0][1], seen[0][1])
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    folder = local_copy(REPO)
    assert folder is not None
    assert folder.name == COMMIT
    came = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert came == needed(hub.files)
    assert all((folder / name).read_bytes() == hub.files[name] for name in came)
    assert seen[-1][1] == sum(len(hub.files[name]) for name in came)
    base = find_base(REPO)
    assert (base.path, base.reference) == (folder, REPO)


def test_only_what_a_pipeline_needs_is_asked_for(hub: FakeHub) -> None:
    run()
    names = {path.partition(f"{COMMIT}/")[2] for path, _ in hub.asked} - {""}
    assert names == needed(hub.files)
    assert not names & {"README.md", "modeling.py", "a-model.ckpt", "safety_checker/config.json"}
    before = len(hub.asked)
    assert len(run()) == 1  # all is there
    assert len(hub.asked) == before + 1


def test_an_interrupted_transfer_goes_on_within_a_download(hub: FakeHub) -> None:
    size = len(hub.files[WEIGHTS])
    hub.breaks = {WEIGHTS: [1000, 1000, size // 2]}
    seen = run()
    assert hub.ranges(WEIGHTS) == ["", "bytes=1000-", "bytes=1000-", f"bytes={size // 2}-"]
    assert seen[-1][0] == seen[-1][1]
    assert local_copy(REPO)


def test_a_download_that_was_given_up_goes_on_with_the_next(hub: FakeHub, cache: Path) -> None:
    for done, total in download(REPO):
        if done > total // 2:
            break
    assert local_copy(REPO) is None
    partial = blob(cache, hub).with_name(f"{blob(cache, hub).name}.incomplete")
    there = partial.stat().st_size
    assert 0 < there < len(hub.files[WEIGHTS])
    hub.asked.clear()
    seen = run()
    assert hub.ranges(WEIGHTS) == [f"bytes={there}-"]
    assert seen[1][0] >= there
    assert local_copy(REPO)


def test_a_server_without_ranges_sends_all_again(hub: FakeHub) -> None:
    hub.breaks = {WEIGHTS: [5000]}
    hub.no_ranges = True
    run()
    assert local_copy(REPO)


def test_what_is_never_sent_whole_ends(hub: FakeHub) -> None:
    hub.breaks = {WEIGHTS: [1000] * 50}
    refused("hub.offline")
    assert len(hub.ranges(WEIGHTS)) < 10
    hub.breaks = {}
    run()
    assert hub.ranges(WEIGHTS)[-1] == "bytes=1000-"


def test_a_server_that_is_busy_is_asked_again(hub: FakeHub) -> None:
    hub.file_errors = [503, 429]
    run()
    assert local_copy(REPO)


def test_damaged_files_are_thrown_away(hub: FakeHub, cache: Path) -> None:
    hub.description = hub.described()
    good, hub.files[WEIGHTS] = hub.files[WEIGHTS], b"x" * len(hub.files[WEIGHTS])
    assert WEIGHTS in refused("hub.damaged")
    assert local_copy(REPO) is None
    hub.files[WEIGHTS] = good
    run()
    assert local_copy(REPO)
    hub.files["vae/config.json"] += b" and more than was announced"
    shutil.rmtree(cache)
    assert "vae/config.json" in refused("hub.damaged")


def test_a_mirror_gets_no_token_and_other_hosts_neither(
    hub: FakeHub, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    hub.elsewhere = True

    def tokens(start: str) -> set[str | None]:
        return {h.get("Authorization") for path, h in hub.asked if path.startswith(start)}

    run()
    assert tokens("/api") == tokens(f"/{REPO}") == {"Bearer hf_secret"}
    assert tokens("/elsewhere") == {None}
    assert not any("hf_hub" in h.get("User-Agent", "") for _, h in hub.asked)
    hub.asked.clear()
    shutil.rmtree(cache)
    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")
    run(f"{hub.address}/")
    assert tokens("/") == {None}
    assert local_copy(REPO)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        ((401, "GatedRepo"), "hub.gated"),
        ((403, "GatedRepo"), "hub.gated"),
        ((401, ""), "hub.not_found"),
        ((404, "RepoNotFound"), "hub.not_found"),
        ((418, ""), "hub.failed"),
        ((500, ""), "hub.offline"),
    ],
)
def test_refusals_are_told(hub: FakeHub, error: tuple[int, str], code: str) -> None:
    hub.error = error
    told = refused(code)
    assert hub.address in told


def test_nobody_answers(hub: FakeHub) -> None:
    told = refused("hub.offline", "http://127.0.0.1:9")
    assert "http://127.0.0.1:9" in told
    refused("hub.offline", "http://[broken")
    refused("hub.offline", "ftp://127.0.0.1")


def test_other_names_and_repositories(hub: FakeHub) -> None:
    for name in ("name", "a/b/c", "../a", "https://huggingface.co/a/b", "a/..", ""):
        refused("hub.bad_id", repo=name)
    del hub.files["model_index.json"]
    assert REPO in refused("hub.no_pipeline")


@pytest.mark.parametrize(
    "answer",
    [
        [],
        {},
        {"sha": "../../x", "siblings": []},
        {"sha": COMMIT, "siblings": [{"size": 1}]},
        {"sha": COMMIT, "siblings": None},
        "text",
    ],
)
def test_answers_of_something_else(hub: FakeHub, answer: Any) -> None:
    hub.description = answer or {"": ""}
    refused("hub.failed")


@pytest.mark.parametrize(
    "change", [{"size": -1}, {"size": None}, {"blobId": "../../x"}, {"lfs": {"sha256": "x"}}]
)
def test_descriptions_that_lie(hub: FakeHub, change: dict[str, Any]) -> None:
    hub.description = hub.described()
    entry = next(e for e in hub.description["siblings"] if e["rfilename"] == "vae/config.json")
    entry.update(change)
    refused("hub.failed")


def test_the_disk_is_full(hub: FakeHub, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = type("Usage", (), {"free": 1000})
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "disk_usage", lambda path: usage)
        assert str(cache) in refused("hub.no_space")
    assert len(hub.asked) == 1  # told before anything came

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", full)
        refused("hub.no_space")
    cache.parent.joinpath("file").write_bytes(b"")
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(cache.parent / "file"))
    refused("disk.unwritable")


def test_two_at_once(hub: FakeHub) -> None:
    first = download(REPO)
    for done, _ in first:
        if done:
            break
    while not hub.asked[-1][0].endswith(WEIGHTS):
        next(first)
    assert REPO in refused("hub.busy")
    first.close()
    run()


def test_where_there_are_no_links_the_files_move(
    hub: FakeHub, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError("no privilege")

    monkeypatch.setattr(Path, "symlink_to", refuse)
    run()
    folder = local_copy(REPO)
    assert folder is not None
    assert not any(path.is_symlink() for path in folder.rglob("*"))
    assert not any(path.is_file() for path in blob(cache, hub).parent.iterdir())


def test_the_command(
    hub: FakeHub, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["lora-studio", "download", REPO, "--mirror", hub.address])
    with pytest.raises(SystemExit) as caught:
        cli.main()
    assert not caught.value.code
    said = capsys.readouterr()
    assert said.out.strip() == str(local_copy(REPO))
    assert "Downloading" in said.err
    assert "MB" in said.err
    hub.error = (404, "RepoNotFound")
    monkeypatch.setattr(sys, "argv", ["lora-studio", "download", REPO])
    with pytest.raises(SystemExit) as caught:
        cli.main()
    assert caught.value.code == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


NAMES = (
    *("model_index.json", "vae/config.json", "unet/config.json", "text_encoder/config.json"),
    *("vae/diffusion_pytorch_model.bin", "text_encoder/model.fp16.safetensors"),
)
SHARDS = [f"unet/diffusion_pytorch_model-0000{n}-of-00002.safetensors" for n in (1, 2)]
HALF_SHARDS = [name.replace("model-", "model.fp16-") for name in SHARDS]
UNET_INDEX = "unet/diffusion_pytorch_model.safetensors.index.json"


def test_one_form_of_each_part() -> None:
    everything = {
        *(*NAMES, *SHARDS, *HALF_SHARDS, UNET_INDEX, UNET_INDEX.replace("index", "index.fp16")),
        *("unet/diffusion_pytorch_model.non_ema.safetensors", "unet/model.onnx", "unet/run.py"),
        *("vae/diffusion_flax_model.msgpack", "text_encoder/pytorch_model.bin", "unet/../x"),
    }
    assert needed(everything) == {*NAMES, *SHARDS, UNET_INDEX}
    assert needed(everything - {UNET_INDEX}) == {
        *(*NAMES, *HALF_SHARDS, UNET_INDEX.replace("index", "index.fp16"))
    }
    assert needed(everything - {"vae/diffusion_pytorch_model.bin"}) == set()
    assert needed({*everything, "text_encoder_2/config.json"}) == set()
