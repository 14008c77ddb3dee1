"""What a person typed or pasted into a form, as the forms of all apps take it in."""

from __future__ import annotations

from django.http import QueryDict

from common.thai import visible


def readable(post: QueryDict) -> QueryDict:
    """A copy of `post` whose texts hold nothing unseen (`common.thai.visible`), so that an empty-looking field is empty."""
    copy = post.copy()
    for name, values in post.lists():
        copy.setlist(name, [visible(value) for value in values])
    return copy
