"""The working copy of a letter, its versions, its reviewers and their comments; the table of salutations."""

from draft.models.review import REVIEW, Comment, Review, ReviewState
from draft.models.salutations import SalutationRow
from draft.models.writing import Draft, DraftVersion

__all__ = ["REVIEW", "Comment", "Draft", "DraftVersion", "Review", "ReviewState", "SalutationRow"]
