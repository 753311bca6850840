"""The report: one file, the same bytes each time, and nothing in it that a repository wrote is markup."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import zlib
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest

from autotransform.engine import Failed
from autotransform.review import FileChange
from autotransform.review.html import packed
from autotransform.review.html.markup import element, text_of
from autotransform.review.html.packed import pack
from tests.review.shop_runs import shop_report, shop_run, with_one, write

#: All that would be something else if it were not escaped, in one text.
HOSTILE = "</script><script>alert(1)</script><!--<img src=x onerror=alert(2)>\"' &amp; \u202e\x1b]8;;x\x07 `<b>`"


class Reader(HTMLParser):
    """Every element and attribute of a page."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.stack: list[str] = []
        self.text: list[str] = []
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in {"meta", "input"}:
            self.stack.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.stack.pop() == tag

    def handle_data(self, data: str) -> None:
        if not {"script", "style"} & set(self.stack):
            self.text.append(data)

    @property
    def kinds(self) -> set[str]:
        return {tag for tag, _ in self.elements}


def read_part(page: str, number: int) -> Any:
    found = re.search(rf'id="part{number}">([^<]*)</script>', page)

    assert found
    return json.loads(zlib.decompress(base64.b64decode(found[1]), wbits=-zlib.MAX_WBITS))


@pytest.fixture(scope="module")
def page() -> str:
    return shop_report(12).decode()


def test_the_same_run_gives_the_same_bytes() -> None:
    assert shop_report(5) == shop_report(5)


def test_every_element_that_opens_closes(page: str) -> None:
    assert Reader(page.encode()).stack == []


def test_it_names_nothing_outside_itself(page: str) -> None:
    attributes = [(tag, key, value) for tag, found in Reader(page.encode()).elements for key, value in found.items()]
    addresses = {value for _, key, value in attributes if key in {"href", "src", "action", "data", "srcset"}}

    assert all(address and address.startswith("#") for address in addresses)
    assert [key for _, key, _ in attributes if key.startswith("on") or key == "style"] == []
    assert re.findall(r"url\(|@import|\bfetch\(|XMLHttpRequest|WebSocket|\bimport\(", page) == []


def test_every_link_leads_somewhere(page: str) -> None:
    elements = Reader(page.encode()).elements
    ids = [found["id"] for _, found in elements if "id" in found]
    links = {str(found["href"])[1:] for tag, found in elements if tag == "a"}

    assert len(ids) == len(set(ids))
    assert links <= set(ids)


def test_its_policy_allows_its_own_script_and_style_alone(page: str) -> None:
    (program,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    hashes = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (program, style)]

    assert f"default-src 'none'; script-src 'sha256-{hashes[0]}'; style-src 'sha256-{hashes[1]}';" in page
    assert "unsafe" not in page.partition("<style>")[0]


def test_without_a_script_it_says_the_rules_the_shapes_and_the_script(page: str) -> None:
    text = "".join(Reader(page.encode()).text)
    expected = (
        "use timezone.utc instead of pytz.UTC",
        "Names in strings are left alone.",
        "pytz.UTC → timezone.utc",
        "leave_Attribute line 27",
        "No case covers this.",
        "an attribute",
        "keyword argument repeated: timeout",
        "does not parse: line 1: invalid syntax",
        "a dynamic attribute",
        "stands for pytz.UTC still",
        "the clock may want a date",
        "def leave_Attribute(self, original_node, updated_node):",
        "Asked for by",
    )

    assert [words for words in expected if words not in text] == []


def test_the_hunks_of_every_file_are_in_the_packed_parts(page: str) -> None:
    index = json.loads(re.findall(r'id="index">(.*?)</script>', page)[0])
    parts = [file for number in range(page.count('<script type="text/plain"')) for file in read_part(page, number)]

    assert [file["path"] for file in index["files"]][-3:] == ["tools/broken.py", "tools/old.py", "tools/zones.py"]
    assert [len(hunks) for hunks in parts] == [len(file["rows"]) for file in index["files"]]
    assert "from datetime import timezone" in json.dumps(parts[0])


def test_each_file_takes_less_than_three_thousand_bytes() -> None:
    # Of a thousand files, in the browser: tests/browser/test_report.py.
    small, large = (len(shop_report(count)) for count in (20, 120))

    assert (large - small) / 100 < 3_000


@pytest.mark.parametrize("where", ["path", "lines", "rules", "reason"])
def test_what_is_hostile_stays_text(where: str) -> None:
    name = HOSTILE.replace("/", "\u2215")
    change = FileChange(path="a.py", before=b"x = pytz.UTC\n", after=b"x = timezone.utc\n")
    run, changes = with_one(shop_run(0)[0], change)
    plain = Reader(write(run, changes)).kinds
    if where == "path":
        run, changes = with_one(run, replace(change, path=f"{name}/{name}.py"))
    elif where == "lines":
        run, changes = with_one(run, replace(change, after=f"x = {HOSTILE}\n".encode()))
    elif where == "rules":
        script = replace(run.script, rules=f"- {HOSTILE}", summary=HOSTILE, source=f"# {HOSTILE}\n")
        run = replace(run, script=script)
    else:
        run = replace(run, outcomes=(*run.outcomes, Failed(path="b.py", reason="crash", detail=HOSTILE)))
    page = write(run, changes)
    reader = Reader(page)

    assert reader.stack == []
    assert reader.kinds <= plain | {"b", "ul", "li", "div", "h3", "code", "mark", "ol"}
    assert "alert(1)" in page.decode()
    assert not re.search("[\u202e\x1b\x07]", page.decode())


def test_text_in_an_attribute_cannot_leave_it() -> None:
    assert element("a", "x", title='"><b onclick=">', hidden=False, open=True) == (
        '<a title="&quot;&gt;&lt;b onclick=&quot;&gt;" open>x</a>'
    )
    assert text_of("a\nb\tc\u200b\u3164") == "a\nb\tc&lt;U+200B&gt;&lt;U+3164&gt;"


def test_a_file_of_many_lines_is_cut_and_the_index_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "_MOST_LINES", 20)
    run, changes = with_one(
        shop_run(0)[0], FileChange(path="a.py", before=b"", after=b"".join(b"x%d = 1\n" % n for n in range(30)))
    )
    page = write(run, changes).decode()

    assert '"rows":[30]' in page
    assert len(read_part(page, 0)[0][0][3]) == 20


def test_a_long_line_is_cut_and_says_so() -> None:
    line = {"kind": "added", "text": "x" * 5_000, "marks": [[1, 2], [3_999, 4_001]], "newline": True}
    hunk = {"before": 0, "after": 1, "heading": "", "lines": [line], "changes": []}
    (part,), _ = pack([[hunk]])
    told = json.loads(zlib.decompress(base64.b64decode(part), wbits=-zlib.MAX_WBITS))

    assert told[0][0][3] == [[2, "x" * 4_000 + " … 1,000 more characters", [[1, 2]]]]
