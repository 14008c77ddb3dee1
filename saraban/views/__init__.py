"""Pages of e-Saraban and the letter page. Every view is short: one door in, one action, one template."""
