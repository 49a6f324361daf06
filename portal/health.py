"""For an orchestrator and for set-up: does the process live, and can it serve?"""

import redis
from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

SECONDS_TO_ANSWER = 3


@never_cache
@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain")


@never_cache
@require_safe
def readyz(_request: HttpRequest) -> JsonResponse:
    """The database and the broker answer; otherwise 503 and which of them does not."""
    services = {"database": database_answers(), "broker": broker_answers()}
    return JsonResponse(services, status=200 if all(services.values()) else 503)


def database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def broker_answers() -> bool:
    options = {"socket_timeout": SECONDS_TO_ANSWER}
    if settings.REDIS_URL.startswith("redis"):
        options["socket_connect_timeout"] = SECONDS_TO_ANSWER
    try:
        with redis.Redis.from_url(settings.REDIS_URL, **options) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False
