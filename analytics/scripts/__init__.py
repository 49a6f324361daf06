"""R scripts that compute the numbers of an answer anew from its frozen rows, with packages from Debian only."""

from analytics.scripts.script import INPUT_NAME, r_text, r_texts, script, text_columns

__all__ = ["INPUT_NAME", "r_text", "r_texts", "script", "text_columns"]
