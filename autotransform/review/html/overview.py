"""The head of the report: what was asked, by which rules, what came of it, and where all of it is from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autotransform.review.html.markup import Markup, counted, element, joined, words_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autotransform.review.html.values import Facts, Json

_TALLIES = (("changed", "changed", "change"), ("skipped", "skipped", "skip"), ("failed", "failed", "fail"))


def overview(document: Json, facts: Facts) -> Markup:
    """Write the request, the counts and the provenance."""
    script = document["script"]
    request = element("blockquote", script["request"], class_="request") if script["request"] else None
    return element(
        "section",
        element("h2", "Overview", id="overview-title"),
        request,
        element("div", *_tallies(document["counts"]), class_="tallies"),
        _provenance(document, facts),
        id="overview",
        aria_labelledby="overview-title",
    )


def rules(document: Json) -> Markup:
    """Write the rules in plain words, each with how much was changed by it."""
    changes: dict[int, int] = {}
    for shape in document["shapes"]:
        for rule in shape["rules"]:
            changes[rule] = changes.get(rule, 0) + shape["count"]
    items = [
        element("li", words_of(rule.removeprefix("- ")), _made(changes.get(index, 0)), id=f"rule-{index + 1}")
        for index, rule in enumerate(document["script"]["rules"])
    ]
    body = element("ol", *items, class_="rules") if items else element("p", "The script states none.", class_="none")
    return element("section", element("h2", "Rules", id="rules-title"), body, id="rules", aria_labelledby="rules-title")


def _made(count: int) -> Markup | None:
    return joined((" ", element("span", counted(count, "change"), class_="pill"))) if count else None


def _tallies(counts: Json) -> list[Markup]:
    undecided, unmatched = counts["sites_skipped"], counts["words_unmatched"]
    tallies = [
        _tally(counts[key], f"file| {words}", kind) for key, words, kind in _TALLIES if counts[key] or key == "changed"
    ]
    if counts["insertions"] is not None:
        tallies.append(_tally(counts["insertions"], "line| added", "add", sign="+"))
        tallies.append(_tally(counts["deletions"], "line| removed", "remove", sign="\N{MINUS SIGN}"))
    tallies.append(_tally(undecided, "place| undecided", "warn" if undecided else ""))
    if counts["words"]:
        tallies.append(_tally(unmatched, "word| left without a reason", "warn" if unmatched else ""))
    if counts["breaches"]:
        tallies.append(_tally(counts["breaches"], "guarantee| not kept", "warn"))
    return tallies


def _tally(count: int, words: str, kind: str, *, sign: str = "") -> Markup:
    """Write one count; the bar in the words is where a plural has its ``s``."""
    words = words.replace("|", "" if count == 1 else "s")
    return element(
        "div", element("b", f"{sign}{count:,}"), " ", element("span", words), class_=f"tally {kind}".rstrip()
    )


def _provenance(document: Json, facts: Facts) -> Markup:
    script, counts = document["script"], document["counts"]
    rows: list[tuple[str, Markup | str]] = [
        ("Script", element("code", script["path"] or script["name"])),
        ("Written by", _author(script)),
        ("Digest", element("code", script["digest"], class_="wide")),
        ("Read", element("code", document["base"], class_="wide") if document["base"] else "files as they are"),
        ("Files", f"{counts['selected']:,} selected, {counts['gated']:,} without a mention, {counts['parsed']:,} read"),
    ]
    if facts.asked_by:
        rows.insert(1, ("Asked for by", facts.asked_by))
    if facts.refused:
        rows.append(("Refused in review", f"{facts.refused}, which this report leaves out"))
    if facts.command:
        rows.append(("Make it again", element("code", facts.command)))
    if facts.versions:
        rows.append(("Versions", ", ".join(f"{name} {version}" for name, version in facts.versions)))
    return element("dl", *_terms(rows), class_="facts")


def _terms(rows: Sequence[tuple[str, Markup | str]]) -> list[Markup]:
    return [element("div", element("dt", term), element("dd", what)) for term, what in rows]


def _author(script: Json) -> Markup:
    if not script["model"]:
        return Markup("a person")
    who: tuple[Markup | str, ...] = ("the model ", element("code", script["model"]))
    if script["model"] == "built-in":
        who = ("a built-in recipe, without a model",)
    return joined((*who, "; edited by a person since" if script["edited"] else "; not edited since"))
