"""Drives a cancellation to its end with the client that was generated into the package `dealerops`."""

import sys
import time
from http import HTTPStatus
from uuid import uuid4

from dealerops import AuthenticatedClient
from dealerops.api.cancellations import (
    get_cancellation,
    get_cancellation_report,
    start_cancellation,
    start_cancellation_batch,
)
from dealerops.api.tasks import claim_task, complete_task, list_tasks
from dealerops.models import (
    CancellationBatch,
    CancellationState,
    IntegrationName,
    Plan,
    StartedCancellation,
    SubscriptionCancelled,
    TaskCompletion,
    TaskCompletionAnswers,
    TaskState,
)

url, offboarding_key, person_key = sys.argv[1:4]
# An answer that is not described raises an error.
offboarding = AuthenticatedClient(url, offboarding_key, raise_on_unexpected_status=True)
person = AuthenticatedClient(url, person_key, raise_on_unexpected_status=True)


def eventually(look):
    """What `look` returns once it is something; for up to a minute."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        found = look()
        if found:
            return found
        time.sleep(0.1)
    raise TimeoutError(look.__name__)


def wanted(**more):
    return SubscriptionCancelled(account="D-1104", reason="subscription_canceled", **more)


plan = start_cancellation.sync(client=offboarding, body=wanted(dry_run=True), idempotency_key=str(uuid4()))
assert isinstance(plan, Plan), plan
assert plan.integrations[0].vendor_name == "VinSolutions", plan
assert plan.dealer_name == "Pelican Bay Nissan", plan

batch = start_cancellation_batch.sync(
    client=offboarding,
    idempotency_key=str(uuid4()),
    body=CancellationBatch(items=[wanted(dry_run=True), SubscriptionCancelled("D-9999", "subscription_canceled")]),
)
assert [item.status for item in batch.items] == [200, 422], batch
assert batch.items[0].plan == plan and batch.items[1].problem.errors[0].path == "/account", batch

key = str(uuid4())
answer = start_cancellation.sync_detailed(client=offboarding, body=wanted(), idempotency_key=key)
started = answer.parsed
assert answer.status_code == HTTPStatus.ACCEPTED and isinstance(started, StartedCancellation), answer
assert answer.headers["location"] == started.address, answer.headers
again = start_cancellation.sync(client=offboarding, body=wanted(), idempotency_key=key)
assert again == started, again


def open_task():
    page = list_tasks.sync(client=person, state=[TaskState.OPEN], integration=IntegrationName.CRMVINSOLUTIONS)
    return page.tasks[0] if page.tasks else None


task = eventually(open_task)
claimed = claim_task.sync(client=person, id=task.id)
assert claimed.state == TaskState.CLAIMED, claimed
refused = complete_task.sync_detailed(client=person, id=task.id, body=TaskCompletion(TaskCompletionAnswers()))
assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY, refused
assert {part.path for part in refused.parsed.errors} == {"/answers/done", "/answers/ticketNumber"}, refused
answers = TaskCompletionAnswers.from_dict({"ticketNumber": "T-4096", "done": True})
done = complete_task.sync(client=person, id=task.id, body=TaskCompletion(answers))
assert done.state == TaskState.DONE, done


def closed():
    seen = get_cancellation.sync(client=offboarding, id=started.id)
    return seen if seen.state == CancellationState.CLOSED else None


cancellation = eventually(closed)
assert [one.state for one in cancellation.integrations] == ["ended"], cancellation
report = get_cancellation_report.sync(client=person, id=started.id)
assert report.tasks[0].answers["ticketNumber"] == "T-4096", report
missing = get_cancellation.sync(client=person, id=uuid4())
assert missing.status == 404 and missing.type_ == "/problems/not-found", missing
print(f"closed {started.id}")
