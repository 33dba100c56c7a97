"""What is wrong with the images of a project, as groups for the problems panel."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from studio.data.captions import decode_text
from studio.data.collection import Caption, ImageFile
from studio.data.filters import Context
from studio.data.query import parse
from studio.data.tokens import LIMIT
from ui.widgets.problems_panel import ProblemGroup
from ui.workspace import Workspace


def problem_groups(workspace: Workspace, context: Context) -> list[ProblemGroup]:
    """All problems of the project; those that a query finds are found by it."""
    images = workspace.collection.images
    similar = [image for image in images if image.similar]
    number = len({image.similar for image in similar})

    def asked(code: str, query: str, remedy: str = "show", detail: str = "") -> ProblemGroup:
        items = tuple(filter(parse(query, context).matches, images))
        return ProblemGroup(code, len(items), items, remedy, query, detail)

    return [
        *_folder_groups(workspace),
        _of_images(
            "image.unreadable",
            images,
            lambda image: image.problem is not None,
            "show",
            "is:unreadable",
        ),
        _of_files(workspace, "image.unsupported"),
        ProblemGroup("image.similar", number, tuple(similar), "review", "is:duplicate"),
        asked("image.upscaled", "is:small", detail=str(context.resolution)),
        _of_images(
            "caption.undecodable",
            images,
            lambda i: i.caption.problem is not None,
            "show",
            "is:unreadable",
        ),
        _of_images("caption.read_as_gb18030", images, lambda i: _foreign(i.caption), "convert"),
        asked("caption.missing", "is:uncaptioned"),
        asked("caption.too_long", "is:long", detail=str(LIMIT)),
        asked("caption.no_trigger", "is:untriggered", "add_trigger", context.trigger),
        _of_files(workspace, "caption.ignored"),
        _of_files(workspace, "caption.without_image"),
    ]


def _folder_groups(workspace: Workspace) -> Iterable[ProblemGroup]:
    for problem in workspace.collection.problems:
        if problem.code in ("dataset.no_folder", "dataset.unreadable_folder"):
            path = Path(problem.params["path"])
            remedy = "locate" if problem.code == "dataset.no_folder" else ""
            yield ProblemGroup(problem.code, 1, (path,), remedy, detail=path.name)
    for folder in sorted(workspace.read_only):
        yield ProblemGroup("dataset.read_only", 1, (folder,), "copy", detail=folder.name)


def _of_images(
    code: str,
    images: Iterable[ImageFile],
    test: Callable[[ImageFile], bool],
    remedy: str,
    query: str = "",
) -> ProblemGroup:
    items = tuple(filter(test, images))
    return ProblemGroup(code, len(items), items, remedy, query)


def _of_files(workspace: Workspace, code: str) -> ProblemGroup:
    problems = [p for p in workspace.collection.problems if p.code == code]
    items = tuple(Path(problem.params["path"]) for problem in problems)
    return ProblemGroup(code, len(items), items, "reveal")


def _foreign(caption: Caption) -> bool:
    """Whether the file is neither UTF-8 nor marked; most are ASCII, which is told at once."""
    data = caption.data
    if not data or caption.problem or data.isascii():
        return False
    return decode_text(data)[1].encoding == "gb18030"
