"""Domain errors become HTTP answers here, once."""

from typing import Any

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, RequestDataTooBig
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException, NotFound
from rest_framework.exceptions import PermissionDenied as ForbiddenAnswer
from rest_framework.response import Response
from rest_framework.views import exception_handler

from cases.jobs import Refusal
from cases.sentences import render


class UnusableQuestion(APIException):
    """The request is well formed and cannot be answered."""

    status_code = 422
    default_code = "refused"


class TooLong(APIException):
    """A body beyond ``DATA_UPLOAD_MAX_MEMORY_SIZE``; files have a limit of their own."""

    status_code = 413
    default_detail = _("The body is too long.")
    default_code = "too_long"


def api_exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's handler, with the sentences of refusals kept."""
    if isinstance(error, Refusal):
        error = UnusableQuestion(render(error.stored))
    elif isinstance(error, RequestDataTooBig):
        error = TooLong()
    elif isinstance(error, PermissionDenied) and error.args:
        error = ForbiddenAnswer(str(error))
    elif isinstance(error, Http404) and error.args:
        error = NotFound() if _is_djangos(error) else NotFound(str(error))
    return exception_handler(error, context)


def _is_djangos(error: Http404) -> bool:
    """Whether ``get_object_or_404`` raised it: what it says of the missing row is the name of a class, in English."""
    return isinstance(error.__context__, ObjectDoesNotExist)
