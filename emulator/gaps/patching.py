"""The description of a gap, and ways to fill one."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from ministack.core.concurrency import spawn_background
from ministack.core.responses import get_account_id, get_region, request_scope
from ministack.services import ec2, ecs
from ministack.services.cloudformation import provisioners

Properties = dict
Created = tuple[str, dict]


@dataclass(frozen=True)
class Gap:
    name: str
    upstream: str
    """What MiniStack does without the patch."""
    fill: Callable[[], None]


def cloudformation_type(
    name: str,
    create: Callable[[str, Properties, str], Created],
    delete: Callable[[str, Properties], None],
) -> Gap:
    """A resource type that MiniStack's CloudFormation does not support. An update replaces the resource."""

    def update(physical_id: str, old: Properties, new: Properties, stack: str) -> Created:
        created = create(physical_id, new, stack)
        if created[0] != physical_id:
            delete(physical_id, old)
        return created

    def fill() -> None:
        provisioners._RESOURCE_HANDLERS[name] = {"create": create, "update": update, "delete": delete}

    return Gap(name, "CloudFormation has no such type", fill)


def replace_ecs_action(name: str, function: str, wrap: Callable[[Callable], Callable]) -> None:
    """Puts a wrapper around an action of the ECS API, for its callers by HTTP and for those inside MiniStack."""
    wrapped = wrap(getattr(ecs, function))
    setattr(ecs, function, wrapped)
    ecs._ACTION_MAP[name] = wrapped


def wrap_ecs(function: str, wrap: Callable[[Callable], Callable]) -> None:
    """Puts a wrapper around a function inside MiniStack's ECS, which calls its own functions by their names."""
    setattr(ecs, function, wrap(getattr(ecs, function)))


def replace_ec2_action(name: str, wrap: Callable[[Callable | None], Callable]) -> None:
    """Puts a wrapper around an action of the EC2 API, or adds one."""
    ec2._ACTION_MAP[name] = wrap(ec2._ACTION_MAP.get(name))


def later(seconds: float, act: Callable[[], None]) -> None:
    """Runs `act` in the background, for the account and the region of this request."""
    account, region = get_account_id(), get_region()

    def wait_and_act():
        time.sleep(seconds)
        with request_scope(account, region):
            act()

    spawn_background(wait_and_act, thread_name="emulator-later")


def camel(value):
    """Turns CloudFormation's names into those of the API: `AwsvpcConfiguration` into `awsvpcConfiguration`."""
    return provisioners._pascal_to_camel(value)
