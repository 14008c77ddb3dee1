"""What to show of drafts: lists, choices of the form, the paper, what is still missing, the review, versions compared."""
