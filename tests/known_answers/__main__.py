"""Write docs/statistics.md."""

from tests.known_answers.page import PAGE, page

PAGE.write_text(page(), encoding="utf-8")
