"""Rows of a study as files for machines: what is in them, in which format, and with which dates."""
