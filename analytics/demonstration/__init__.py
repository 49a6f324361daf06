"""The demonstration study: synthetic, seeded, and labelled so on every page.

``cohort`` states the truth and simulates it without Django; ``study`` writes it.
"""
