"""What the entry scripts run: the platform as one family of processes, or one command beside its servers."""
