"""What happens to drafts: writing, their parts, versions, the review, proposing, comments."""
