"""The status page, and the rows by which workers are seen."""

from datetime import timedelta

import pytest
import redis
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.models import JobStatus, ServiceHeartbeat
from portal.heartbeat import write_heartbeat
from tests.factories import ImportJobFactory, UserFactory

pytestmark = pytest.mark.django_db

STATUS = "/status/"


@pytest.fixture
def client(client: Client) -> Client:
    client.force_login(UserFactory())
    return client


def seen(name: str, *, seconds: float, host: str = "a") -> None:
    ServiceHeartbeat.objects.create(name=name, host=host, seen_at=timezone.now() - timedelta(seconds=seconds))


def states(client: Client) -> dict[tuple[str, str], bool]:
    return {(service.name, service.host): service.answers for service in client.get(STATUS).context["services"]}


def test_services_that_were_never_seen(client: Client) -> None:
    answer = client.get(STATUS)
    assert answer.context["missing"] == ["worker:quick", "worker:long", "beat"]
    assert "never" in answer.content.decode()


def test_everything_runs(client: Client) -> None:
    for name in ("worker:quick", "worker:long", "beat"):
        seen(name, seconds=5)
    assert "Everything runs." in client.get(STATUS).content.decode()


def test_a_silent_replica_beside_one_that_answers(client: Client) -> None:
    seen("worker:quick", seconds=29, host="a")
    seen("worker:quick", seconds=31, host="b")
    found = states(client)
    assert (found["worker:quick", "a"], found["worker:quick", "b"]) == (True, False)
    assert "worker:quick" not in client.get(STATUS).context["missing"]


def test_work_that_waits(client: Client) -> None:
    ImportJobFactory.create_batch(2)
    ImportJobFactory(status=JobStatus.RUNNING, lease_until=timezone.now())
    ImportJobFactory(status=JobStatus.FAILED)
    assert ("imports", 2, 1) in client.get(STATUS).context["jobs"]
    with redis.Redis.from_url(settings.REDIS_URL) as broker:
        broker.delete("quick", "long")
        broker.rpush("quick", "message")
        assert client.get(STATUS).context["queues"] == [("quick", 1), ("long", 0)]
        broker.delete("quick")


def test_a_broker_that_is_away(client: Client, settings) -> None:
    settings.REDIS_URL = "unix:///nowhere/redis.sock"
    answer = client.get(STATUS)
    assert (answer.status_code, answer.context["broker"]) == (200, False)
    assert "does not answer" in answer.content.decode()


def test_it_is_linked_for_staff_and_open_to_everybody_signed_in(client: Client) -> None:
    assert reverse("status") == STATUS
    assert Client().get(STATUS).status_code == 302


def test_a_heartbeat_is_one_row_for_each_queue_and_machine() -> None:
    for _ in range(2):
        write_heartbeat(names=["worker:quick", "worker:long"], host="quick@a")
    write_heartbeat(names=["worker:quick"], host="quick@b")
    assert list(ServiceHeartbeat.objects.values_list("name", "host")) == [
        ("worker:long", "quick@a"),
        ("worker:quick", "quick@a"),
        ("worker:quick", "quick@b"),
    ]
    assert connection.in_atomic_block
