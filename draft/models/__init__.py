"""The working copy of a letter, its versions, its reviewers and their comments; the table of salutations."""

from draft.models.doctypes import (
    TEMPLATE,
    DocumentType,
    DocumentTypeUse,
    FilledTemplate,
    TemplateStatus,
    TemplateVersion,
    UseMode,
)
from draft.models.replies import Reply
from draft.models.review import REVIEW, Comment, Review, ReviewState
from draft.models.salutations import SalutationRow
from draft.models.suggestions import SUGGESTION, Suggestion, SuggestionState
from draft.models.uploads import UPLOAD, UploadedPaper, UploadState
from draft.models.writing import Draft, DraftVersion

__all__ = [
    "REVIEW",
    "SUGGESTION",
    "TEMPLATE",
    "UPLOAD",
    "Comment",
    "DocumentType",
    "DocumentTypeUse",
    "Draft",
    "DraftVersion",
    "FilledTemplate",
    "Reply",
    "Review",
    "ReviewState",
    "SalutationRow",
    "Suggestion",
    "SuggestionState",
    "TemplateStatus",
    "TemplateVersion",
    "UploadState",
    "UploadedPaper",
    "UseMode",
]
