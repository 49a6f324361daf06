"""Reading a question field by field, collecting what is wrong with it."""

from collections.abc import Mapping
from typing import Any

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

LONGEST_CODE = 200
MOST_CODES = 100


class SpecError(ValueError):
    """The question cannot be understood. ``errors`` gives, for each field, a sentence that says what to do."""

    def __init__(self, errors: Mapping[str, str | Promise]) -> None:
        super().__init__("; ".join(f"{field}: {text}" for field, text in errors.items()))
        self.errors = {field: str(text) for field, text in errors.items()}


class FieldReader:
    """Reads fields one by one and collects what is wrong. ``prefix`` stands before every name, also in the errors."""

    def __init__(
        self, data: Mapping[str, Any], *, prefix: str = "", errors: dict[str, str | Promise] | None = None
    ) -> None:
        self._data = data
        self._prefix = prefix
        self.errors: dict[str, str | Promise] = {} if errors is None else errors

    def prefixed(self, prefix: str) -> "FieldReader":
        """A reader of the fields whose names begin with ``prefix``; what is wrong with them is collected here too."""
        return FieldReader(self._data, prefix=prefix, errors=self.errors)

    def fail(self, name: str, message: str | Promise) -> None:
        """Say what is wrong with a field, unless something was said of it before."""
        self.errors.setdefault(self._prefix + name, message)

    def value(self, name: str) -> Any:
        """What was sent, as it was sent."""
        return self._data.get(self._prefix + name)

    def text(self, name: str, *, required: bool = False) -> str:
        """A code, or blank."""
        value = self.value(name)
        if value in (None, ""):
            if required:
                self.fail(name, _("Choose one."))
            return ""
        return value if self._is_code(name, value) else ""

    def choice(self, name: str, choices: type[TextChoices], *, default: TextChoices | None) -> Any:
        """One of the choices; without a default one must be chosen."""
        value = self.text(name, required=default is None)
        if not value:
            return default
        if value not in choices.values:
            options = ", ".join(choices.values)
            self.fail(
                name,
                format_lazy(_("There is no “{value}” here. Choose one of: {options}."), value=value, options=options),
            )
            return default
        return choices(value)

    def codes(self, name: str, *, most: int = MOST_CODES) -> tuple[str, ...]:
        """A list of different codes, possibly none."""
        value = self.value(name)
        if value in (None, ""):
            return ()
        if not isinstance(value, list | tuple):
            self.fail(name, _("Send a list of codes."))
            return ()
        if not all(self._is_code(name, code) for code in value):
            return ()
        if len(set(value)) < len(value):
            self.fail(name, _("Name each one once."))
        elif len(value) > most:
            self.fail(name, format_lazy(_("Choose at most {most} at once."), most=most))
        return tuple(value)

    def number(self, name: str, *, least: float | None = None, most: float | None = None) -> float | None:
        """A number within the bounds, written as one or as text; ``None`` where nothing was sent."""
        value = self.value(name)
        if value in (None, ""):
            return None
        try:
            number = float(value) if not isinstance(value, bool) else float("nan")
        except (TypeError, ValueError):
            number = float("nan")
        if not (float("-inf") if least is None else least) <= number <= (float("inf") if most is None else most):
            self.fail(name, _number_wanted(least, most))
            return None
        return number

    def yes(self, name: str) -> bool:
        """Whether a box is ticked; what is not sent is not."""
        value = self.value(name)
        if value in (None, "", False, "false", "False", "0"):
            return False
        if value in (True, "true", "True", "on", "1"):
            return True
        self.fail(name, _("Send true or false."))
        return False

    def _is_code(self, name: str, value: Any) -> bool:
        usable = isinstance(value, str) and 0 < len(value) <= LONGEST_CODE and value.isprintable()
        if not usable:
            self.fail(name, format_lazy(_("Write a text of at most {longest} characters."), longest=LONGEST_CODE))
        return usable


def _number_wanted(least: float | None, most: float | None) -> str | Promise:
    if least is None and most is None:
        return _("Write a number.")
    if most is None:
        return format_lazy(_("Write a number of at least {least}."), least=f"{least:g}")
    if least is None:
        return format_lazy(_("Write a number of at most {most}."), most=f"{most:g}")
    return format_lazy(_("Write a number from {least} to {most}."), least=f"{least:g}", most=f"{most:g}")
