"""Setting up, running, backing up: what ``make`` calls."""
