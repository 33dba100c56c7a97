from __future__ import annotations

import fnmatch
import operator
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.data.buckets import Crop, assign, crop_box, make_buckets, upscaled
from studio.data.captions import has_word
from studio.data.filters import FIELDS, STATES, Context
from studio.data.image_file import Caption, ImageFile
from studio.data.problems import Problem
from studio.data.query import has_term, parse, quote, toggle_term
from studio.errors import StudioError
from studio.messages import sentence

FOLDER = Path("/data/Set")
CONTEXT = Context(resolution=512, bucket_step=64, trigger="inkstyle")


def image(
    caption: str | None = "",
    name: str = "a.png",
    *,
    size: tuple[int, int] | None = (512, 512),
    tokens: int | None = 0,
    similar: int = 0,
    crop: Crop | None = None,
) -> ImageFile:
    data = None if caption is None else caption.encode()
    made = ImageFile(FOLDER, name, Caption(FOLDER, "a.txt", data))
    made.caption.tokens = tokens
    made.size, made.similar, made.crop = size, similar, crop
    return made


def matches(text: str, given: ImageFile) -> bool:
    return parse(text, CONTEXT).matches(given)


def refusal(text: str) -> tuple[int, str]:
    with pytest.raises(StudioError) as refused:
        parse(text)
    assert refused.value.code == "query.invalid"
    assert sentence(refused.value.code, refused.value.params)
    return refused.value.params["position"], refused.value.params["reason"]


HATS = image("1girl, Long Hair, black hat, inkstyle", "Night/ink_01.PNG")
CHINESE = image("我的画风，红色连衣裙, 戴帽子", "图.png")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", True),
        ("  ", True),
        # words
        ("hair", True),
        ("INK_01", True),
        ("hair hat", True),
        ("hair cat", False),
        ('"long hair, black"', True),
        ("l*style", False),
        ("1*style", True),
        ("ink_??.png", True),
        # tags, in whole
        ("tag:hat", False),
        ("tag:*hat", True),
        ("tag:h?t", False),
        ('tag:"long hair"', True),
        ("tag:LONG?HAIR", True),
        ("TAG:1girl", True),
        ('tag:"* hair"', True),
        ('tag:"\\* hair"', False),
        # text
        ("caption:k", True),
        ("caption:*style", True),
        ("caption:*hat", False),
        ("name:ink", True),
        ("name:night", False),
        ("name:ink_*", True),
        ("path:set/night", True),
        ("path:*/night/*.png", True),
        ("path:night/*", False),
        # joining
        ("hat AND hair", True),
        ("cat or hat", True),
        ("Not cat", True),
        ("-cat", True),
        ("-hat", False),
        ("--hat", True),
        ("-(cat OR dog)", True),
        ("NOT(cat OR hat)", False),
        ("hat OR cat AND dog", True),
        ("(hat OR cat) AND dog", False),
        ("NOT cat hat", True),
        ('"not" OR "and"', False),
    ],
)
def test_terms_match_as_they_read(query: str, expected: bool) -> None:
    assert matches(query, HATS) is expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("红色", True),
        ("tag:戴帽子", True),
        ("tag：*裙", True),
        ("蓝色 OR 画风", True),
        ("-画风", False),
        ("name:图*", True),
    ],
)
def test_chinese_needs_no_quotes(query: str, expected: bool) -> None:
    assert matches(query, CHINESE) is expected


def test_a_word_may_hold_parentheses_and_colons() -> None:
    known = image("hat_(medium), :d, re:zero, >_<, hat \\(large\\)")
    for query in (
        "tag:hat_(medium)",
        "(tag:hat_(medium))",
        ":d",
        "tag::d",
        "tag:re:zero",
        "tag:>_<",
        'tag:"hat \\(large\\)"',
    ):
        assert matches(query, known), query


WIDE = image("a, b, c", size=(1500, 1001), tokens=80)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("tags:3", True),
        ("tags:=3", True),
        ("tags:!=3", False),
        ("tags:<3", False),
        ("tags:<=3", True),
        ("tags:>2", True),
        ("tags:>=4", False),
        ("chars:7", True),
        ("tokens:>75", True),
        ("width:>=1500", True),
        ("height:1001", True),
        ("size:1001", True),
        ("size:>=1024", False),
        ("ratio:3:2", True),
        ("ratio:3/2", True),
        ("ratio:1.5", True),
        ("ratio:>=1.5", True),
        ("ratio:<1.5", False),
        ("ratio:!=3:2", False),
        ("ratio:>1", True),
        ("bucket:576x448", False),
        ("bucket:" + "{}x{}".format(*assign((1500, 1001), make_buckets(512, 64))), True),
    ],
)
def test_numbers_are_compared(query: str, expected: bool) -> None:
    assert matches(query, WIDE) is expected


@pytest.mark.parametrize("sign", ["", "=", "!=", "<", "<=", ">", ">="])
@pytest.mark.parametrize("field", ["tokens", "width", "height", "size", "ratio"])
def test_a_number_that_is_not_known_yet_passes_no_comparison(field: str, sign: str) -> None:
    assert not matches(f"{field}:{sign}5", image(size=None, tokens=None))


@pytest.mark.parametrize(
    ("state", "inside", "outside"),
    [
        ("captioned", image("a"), image(None)),
        ("uncaptioned", image(" \n"), image("a")),
        ("uncaptioned", image(""), image(None)),  # None: not read yet
        ("long", image("a", tokens=76), image("a", tokens=75)),
        ("long", image("a", tokens=76), image("a", tokens=None)),
        ("untriggered", image("a"), image("a, InkStyle")),
        ("untriggered", image("inkstyle, a\nb"), image("inkstyle, a\n\nb inkstyle")),
        ("untriggered", image("inkstyles"), image("")),
        ("small", image(size=(400, 500)), image(size=(512, 512))),
        ("small", image(size=(600, 600), crop=Crop(zoom=2)), image(size=None)),
        ("cropped", image(crop=Crop()), image()),
        ("duplicate", image(similar=3), image()),
    ],
)
def test_states(state: str, inside: ImageFile, outside: ImageFile) -> None:
    assert matches(f"is:{state}", inside)
    assert not matches(f"is:{state}", outside)


def test_unreadable_images_are_found() -> None:
    broken = image()
    broken.problem = Problem("image.unreadable", {"path": "a.png", "reason": "x"})
    assert matches("is:unreadable", broken)
    assert not matches("is:unreadable", image())


def test_without_a_trigger_word_nothing_lacks_it() -> None:
    assert not parse("is:untriggered").matches(image("a"))


def test_every_field_and_state_is_known() -> None:
    for example in [*FIELDS.values(), *(f"is:{state}" for state in STATES)]:
        parse(example)
    assert all(example.startswith(f"{field}:") for field, example in FIELDS.items())


@pytest.mark.parametrize(
    ("text", "position", "reason"),
    [
        ("tag:", 4, "value missing"),
        ("tag: hat", 4, "value missing"),
        ("tag:(hat)", 4, "value missing"),
        ('tag:""', 4, "value missing"),
        ("hat AND", 7, "term missing"),
        ("hat and )", 8, "term missing"),
        ("OR hat", 0, "term missing"),
        ("a OR OR b", 5, "term missing"),
        ("NOT", 3, "term missing"),
        ("a -", 3, "term missing"),
        ("()", 1, "term missing"),
        ("(hat", 4, "parenthesis open"),
        ("(hat OR (cat)", 13, "parenthesis open"),
        ("hat)", 3, "parenthesis not open"),
        ('a "hat', 2, "quote open"),
        ('a tag:"hat', 6, "quote open"),
        ('"a\\"', 0, "quote open"),
        ("a re:zero", 2, "unknown field"),
        ("is:nice", 3, "unknown state"),
        ("is:", 3, "value missing"),
        ("tokens:many", 7, "not a number"),
        ("tokens:>", 7, "not a number"),
        ("tokens:>=<5", 7, "not a number"),
        ("width:" + "9" * 99, 6, "not a number"),
        ("ratio:0", 6, "not a ratio"),
        ("ratio:3:0", 6, "not a ratio"),
        ("ratio:1:2:3", 6, "not a ratio"),
        ("bucket:512", 7, "not a size"),
        ("-" * 2000 + "a", 51, "too deep"),
        ("(a " * 2000 + ")" * 2000, 76, "too deep"),
    ],
)
def test_what_is_not_finished_is_told_with_its_place(text: str, position: int, reason: str) -> None:
    assert refusal(text) == (position, reason)


@given(st.text(st.sampled_from('ab()"*?\\:：<>=!- \n红tagisNOTandORsize5.x/'), max_size=30))
def test_any_text_is_understood_or_refused(text: str) -> None:
    try:
        passes = matches(text, HATS)
    except StudioError:
        position, _ = refusal(text)
        assert 0 <= position <= len(text)
        assert not has_term(text, "is:small")
    else:
        assert passes in (True, False)


# A direct evaluation of generated terms, against which the language is compared.

WORDS = st.text(st.sampled_from('abAB*?\\"(): _红'), min_size=1, max_size=4)
PATTERN = st.tuples(WORDS, st.booleans())  # with wildcards, or to be taken literally
SIGNS = {
    "": operator.eq,
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
TERMS = st.one_of(
    st.tuples(st.sampled_from(["tag", "caption", "name", "words"]), PATTERN),
    st.tuples(
        st.sampled_from(["tags", "chars", "tokens", "width", "height", "size"]),
        st.tuples(st.sampled_from(sorted(SIGNS)), st.integers(0, 4)),
    ),
    st.tuples(st.just("is"), st.sampled_from(STATES)),
)
TREES = st.recursive(
    TERMS,
    lambda inner: st.one_of(
        st.tuples(st.just("not"), inner),
        st.tuples(st.sampled_from(["and", "or"]), st.lists(inner, min_size=2, max_size=3)),
    ),
    max_leaves=8,
)
IMAGES = st.builds(
    image,
    caption=st.text(st.sampled_from('abAB*?\\"(): _红,,,\n'), max_size=12),
    name=st.text(st.sampled_from("abAB*?_红"), min_size=1, max_size=4),
    size=st.none() | st.tuples(st.integers(1, 5), st.integers(1, 5)),
    tokens=st.none() | st.integers(0, 4) | st.just(76),
    similar=st.integers(0, 1),
    crop=st.sampled_from([None, Crop(), Crop(zoom=2)]),
)


def written(tree: tuple) -> str:
    kind, value = tree
    if kind == "not":
        return f"NOT ({written(value)})" if len(written(value)) % 2 else f"-({written(value)})"
    if kind in ("and", "or"):
        joint = " OR " if kind == "or" else " " if len(value) % 2 else " AND "
        return joint.join(f"({written(part)})" for part in value)
    if kind == "is":
        return f"is:{value}"
    if kind in ("tag", "caption", "name", "words"):
        text, wild = value
        quoted = re.sub(r'(["\\])', r"\\\1", text) if wild else quote(text)[1:-1]
        return f'"{quoted}"' if kind == "words" else f'{kind}:"{quoted}"'
    return f"{kind}:{value[0]}{value[1]}"


def likes(pattern: tuple[str, bool], text: str, whole: bool) -> bool:
    wanted, wild = pattern[0].casefold(), pattern[1] and not {"*", "?"}.isdisjoint(pattern[0])
    if wild:
        return fnmatch.fnmatchcase(text.casefold(), wanted)
    return wanted == text.casefold() if whole else wanted in text.casefold()


def holds(tree: tuple, given: ImageFile) -> bool:
    kind, value = tree
    text = given.caption.text
    width, height = given.size or (None, None)
    if kind == "not":
        return not holds(value, given)
    if kind in ("and", "or"):
        return (all if kind == "and" else any)(holds(part, given) for part in value)
    if kind == "tag":
        return any(
            likes(value, tag.strip(), True) for tag in re.split("[,\n]", text) if tag.strip()
        )
    if kind in ("caption", "name"):
        return likes(value, text if kind == "caption" else given.name, False)
    if kind == "words":
        return likes(value, text, False) or likes(value, given.name, False)
    if kind == "is":
        return in_state(value, given)
    numbers = {
        "tags": sum(bool(tag.strip()) for tag in re.split("[,\n]", text)),
        "chars": len(text),
        "tokens": given.caption.tokens,
        "width": width,
        "height": height,
        "size": given.size and min(given.size),
    }
    number = numbers[kind]
    return number is not None and bool(SIGNS[value[0]](number, value[1]))


def in_state(state: str, given: ImageFile) -> bool:
    lines = [line for line in given.caption.text.split("\n") if line.strip()]
    buckets = make_buckets(CONTEXT.resolution, CONTEXT.bucket_step)
    size, crop = given.size, given.crop
    states = {
        "captioned": bool(lines),
        "uncaptioned": not lines,
        "long": (given.caption.tokens or 0) > 75,
        "untriggered": not all(has_word(line, "inkstyle") for line in lines),
        "small": bool(size)
        and upscaled(size, crop_box(size, assign(size, buckets), crop or Crop())),
        "cropped": crop is not None,
        "duplicate": given.similar > 0,
        "unreadable": False,
    }
    return states[state]


@given(TREES, st.lists(IMAGES, min_size=1, max_size=5))
def test_a_query_means_what_its_parts_mean(tree: tuple, images: list[ImageFile]) -> None:
    query = parse(written(tree), CONTEXT)
    assert [query.matches(one) for one in images] == [holds(tree, one) for one in images]


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0\ufeff,"), min_size=1))
def test_a_quoted_tag_is_found_as_it_is(tag: str) -> None:
    tag = " ".join(tag.split()) or "x"
    known = image(f"a, {tag}, b")
    assert matches(f"tag:{quote(tag)}", known)
    assert matches(f"tag:{quote(tag.swapcase())}", image(tag.swapcase()))
    assert not matches(f"tag:{quote(tag + 'y')}", known)
    assert not matches(f"tag:{quote('*' + tag)}", known)


@pytest.mark.parametrize(
    ("text", "toggled"),
    [
        ("", "is:small"),
        ("hat", "hat is:small"),
        ("hat OR cat", "(hat OR cat) is:small"),
        ("-hat", "-hat is:small"),
        ("is:small", ""),
        (" is:small ", ""),
        ("hat is:small", "hat"),
        ("hat AND is:small", "hat"),
        ("hat AND IS:SMALL cat", "hat AND cat"),
        ("is:small AND hat", "hat"),
        ("is:small is:small AND is:small", ""),
        ("(is:small) hat", "hat"),
        ('is:"small" hat', "hat"),
        ("(hat OR cat) is:small", "(hat OR cat)"),
        ("-is:small", "-is:small is:small"),
        ("hat OR is:small", "(hat OR is:small) is:small"),
    ],
)
def test_a_term_is_added_and_taken_away(text: str, toggled: str) -> None:
    assert toggle_term(text, "is:small") == toggled
    assert has_term(text, "is:small") is not has_term(toggled, "is:small")


@given(TREES, TERMS, st.lists(IMAGES, min_size=1, max_size=3))
def test_toggling_adds_or_removes_a_demand(
    tree: tuple, term: tuple, images: list[ImageFile]
) -> None:
    text, one = written(tree), written(term)
    toggled = toggle_term(text, one)
    assert has_term(toggled, one) is not has_term(text, one)
    before, after, demand = (parse(t, CONTEXT) for t in (text, toggled, one))
    if has_term(text, one):
        before, after = after, before
    for given_image in images:
        both = before.matches(given_image) and demand.matches(given_image)
        assert after.matches(given_image) is both


def test_toggling_an_unfinished_filter_is_refused() -> None:
    with pytest.raises(StudioError, match=r"query\.invalid"):
        toggle_term("tag:", "is:small")


def test_the_parser_is_loaded_with_the_first_query(repository: Path) -> None:
    code = (
        "import sys\nfrom studio.data.query import parse\nparse('')\nold = 'lark' in sys.modules"
        "\nparse('a')\nprint(old, 'lark' in sys.modules, 'numpy' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=repository, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False True False"
