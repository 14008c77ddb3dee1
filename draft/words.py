"""Thai words, and what changed between two texts word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

SAME, ADDED, REMOVED = "same", "added", "removed"
ALIGN_LIMIT = 60
LONG = 1000  # words of a paragraph, or paragraphs, from which words that stand everywhere are no landmarks
WORK = 20_000_000  # pairs of words a comparison looks at, at most: about two seconds
_NUMBER = re.compile("[0-9๐-๙]+(?:[.,/:][0-9๐-๙]+)*")
ALIKE = 0.34


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text that stayed, was added or was removed."""

    kind: str
    text: str


def segment(text: str) -> list[str]:
    """`text` in words; Thai is cut by Pango (libthai), a number stays whole. Joined again they are the text."""
    from weasyprint.text.line_break import get_log_attrs  # takes a second to load: with the first comparison

    if not text:
        return []
    marks = get_log_attrs(text, "th")
    inside = {at for number in _NUMBER.finditer(text) for at in range(number.start() + 1, number.end())}
    cuts = [
        at
        for at in range(1, len(text))
        if at not in inside and (marks[at].is_line_break or marks[at].is_word_start or marks[at].is_word_end)
    ]
    return [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]


def compare_words(old: str, new: str) -> list[Run]:
    """The change from `old` to `new` as runs that read well: no lone blank stays between two changes."""
    before, after = segment(old), segment(new)
    runs: list[tuple[str, str, str]] = []
    matcher = SequenceMatcher(None, before, after, autojunk=max(len(before), len(after)) > LONG)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        removed, added = "".join(before[i1:i2]), "".join(after[j1:j2])
        inside = bool(runs) and i2 < len(before) and j2 < len(after)
        bridge = tag == "equal" and inside and len(removed.strip()) < 2
        runs.append(("bridge" if bridge else tag, removed, added))
    return list(_read_well(runs))


def _read_well(runs: Sequence[tuple[str, str, str]]) -> Iterator[Run]:
    removed = added = ""
    for tag, old, new in [*runs, ("equal", "", "")]:
        if tag == "equal":
            if removed:
                yield Run(REMOVED, removed)
            if added:
                yield Run(ADDED, added)
            removed = added = ""
            if old:
                yield Run(SAME, old)
        elif tag == "bridge" and not (removed and added):
            # Between two insertions (or two removals) alone the blank stays where it is.
            if removed:
                yield Run(REMOVED, removed)
            if added:
                yield Run(ADDED, added)
            removed = added = ""
            yield Run(SAME, old)
        else:
            removed, added = removed + old, added + new


def compare_blocks(old: Sequence[str], new: Sequence[str]) -> list[list[Run]]:
    """The change from one list of paragraphs to another: one list of runs per paragraph shown.

    Bounded: once `WORK` is used up, the paragraphs that follow are shown as a whole, the old and the new.
    """
    shown: list[list[Run]] = []
    left = WORK
    matcher = SequenceMatcher(None, old, new, autojunk=max(len(old), len(new)) > LONG)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            shown += [[Run(SAME, text)] for text in new[j1:j2]]
            continue
        for before, after in _align(old[i1:i2], new[j1:j2]):
            if before is None:
                shown.append([Run(ADDED, after or "")])
            elif after is None:
                shown.append([Run(REMOVED, before)])
            elif left > 0:
                left -= len(segment(before)) * len(segment(after))
                shown.append(compare_words(before, after))
            else:
                shown.append([Run(REMOVED, before), Run(ADDED, after)])
    return shown


def _align(old: Sequence[str], new: Sequence[str]) -> list[tuple[str | None, str | None]]:
    """Pairs of paragraphs that are versions of one another, in order; None stands for none."""
    if len(old) > ALIGN_LIMIT or len(new) > ALIGN_LIMIT:
        return [(text, None) for text in old] + [(None, text) for text in new]
    olds, news = ([frozenset(segment(text)) for text in texts] for texts in (old, new))
    likeness = [[_likeness(before, after) for after in news] for before in olds]
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in range(len(old) - 1, -1, -1):
        for j in range(len(new) - 1, -1, -1):
            pair = likeness[i][j] + best[i + 1][j + 1] if likeness[i][j] >= ALIKE else 0.0
            best[i][j] = max(pair, best[i + 1][j], best[i][j + 1])
    pairs: list[tuple[str | None, str | None]] = []
    i = j = 0
    while i < len(old) and j < len(new):
        if likeness[i][j] >= ALIKE and best[i][j] == likeness[i][j] + best[i + 1][j + 1]:
            pairs.append((old[i], new[j]))
            i, j = i + 1, j + 1
        elif best[i + 1][j] >= best[i][j + 1]:
            pairs.append((old[i], None))
            i += 1
        else:
            pairs.append((None, new[j]))
            j += 1
    return pairs + [(text, None) for text in old[i:]] + [(None, text) for text in new[j:]]


def _likeness(before: frozenset[str], after: frozenset[str]) -> float:
    """The share of words two paragraphs have in common, 0 to 1."""
    return 2 * len(before & after) / (len(before) + len(after)) if before and after else 0.0
