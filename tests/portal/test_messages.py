"""The Japanese catalogue is complete and faithful to the English texts."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from portal.messages import extract_template
from portal.operations import messages

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|(?<!%)\{\w+[^}]*\}|%s|%d")


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    template = tmp_path_factory.mktemp("messages") / "messages.pot"
    messages.extract(template)
    with template.open("rb") as file:
        return read_po(file)


@pytest.fixture(scope="module")
def japanese() -> Catalog:
    with (messages.LOCALE / "ja" / "LC_MESSAGES" / "django.po").open("rb") as file:
        return read_po(file, locale="ja")


def _texts(catalog: Catalog) -> dict[object, Message]:
    return {(message.context, _first(message.id)): message for message in catalog if message.id}


def _first(text: str | tuple[str, ...]) -> str:
    return text if isinstance(text, str) else text[0]


def test_templates_and_python_are_both_read(sources: Catalog) -> None:
    assert "Sign out" in sources
    assert "HGNC symbol" in sources
    assert "Cancelled." in sources


def test_every_text_has_a_japanese_translation(sources: Catalog, japanese: Catalog) -> None:
    translated = {
        key for key, message in _texts(japanese).items() if _first(message.string or "") and not message.fuzzy
    }
    assert sorted(map(str, set(_texts(sources)) - translated)) == []


def test_no_translation_is_left_over(sources: Catalog, japanese: Catalog) -> None:
    assert sorted(map(str, set(_texts(japanese)) - set(_texts(sources)))) == []


def test_translations_keep_the_placeholders(japanese: Catalog) -> None:
    for message in japanese:
        if not message.id:
            continue
        wanted = set(PLACEHOLDER.findall(_last(message.id)))
        for translation in [message.string] if isinstance(message.string, str) else message.string:
            assert set(PLACEHOLDER.findall(translation)) == wanted, (message.id, translation)


def _last(text: str | tuple[str, ...]) -> str:
    """The plural, which names everything the singular may leave out."""
    return text if isinstance(text, str) else text[-1]


def test_templates_mark_messages_line_by_line(tmp_path: Path) -> None:
    template = tmp_path / "page.html"
    template.write_text(
        '{% load i18n %}\n<p title="{% translate "One \'text\'" %}">{% translate "Two" %}'
        '{{ name|default:_("Three") }}</p>'
    )
    with template.open("rb") as file:
        found = list(extract_template(file, {}, [], {}))
    assert [(line, text) for line, _function, text, _comments in found] == [(2, "One 'text'"), (2, "Two"), (2, "Three")]
