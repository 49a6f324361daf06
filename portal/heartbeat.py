"""A worker's sign of life: a row of the database, written while the worker takes messages."""

import logging
import threading
from typing import Any

from celery import bootsteps
from django.db import Error as DatabaseError
from django.db import connection
from django.utils import timezone

from cases.models import ServiceHeartbeat

logger = logging.getLogger(__name__)

EVERY_SECONDS = 10.0


class Heartbeat(bootsteps.StartStopStep):
    """Writes ``worker:<queue>`` for each queue of the worker, with its node name as the machine.

    It begins when the worker is connected to the broker and pauses while it is not. The writing thread lives in the
    worker's main process and opens a connection for each beat, so that no child process inherits one.
    """

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def __init__(self, consumer: Any, **kwargs: Any) -> None:
        super().__init__(consumer, **kwargs)
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, consumer: Any) -> None:
        names = [f"worker:{queue}" for queue in consumer.app.amqp.queues.consume_from]
        self._ended = threading.Event()
        self._thread = threading.Thread(
            target=_beat, args=(names, consumer.hostname, self._ended), name="heartbeat", daemon=True
        )
        self._thread.start()

    def stop(self, consumer: Any) -> None:
        self._ended.set()
        if self._thread is not None:
            self._thread.join(timeout=EVERY_SECONDS)
            self._thread = None

    shutdown = stop


def _beat(names: list[str], host: str, ended: threading.Event) -> None:
    silent = False
    while True:
        try:
            write_heartbeat(names=names, host=host)
            silent = False
        except DatabaseError as error:
            if not silent:
                logger.warning("The heartbeat cannot be written until the database is back: %s", error)
            silent = True
        finally:
            connection.close()
        if ended.wait(EVERY_SECONDS):
            return


def write_heartbeat(*, names: list[str], host: str) -> None:
    """Say that these services are alive on this machine, now."""
    for name in names:
        ServiceHeartbeat.objects.update_or_create(name=name, host=host, defaults={"seen_at": timezone.now()})
