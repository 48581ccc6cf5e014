"""Resource types of CloudFormation."""

from collections.abc import Callable

from ministack.services.cloudformation import provisioners

from emulator.gaps.gap import Gap

Properties = dict
Created = tuple[str, dict]
Create = Callable[[str, Properties, str], Created]
Delete = Callable[[str, Properties], None]


def replacing_type(create: Create, delete: Delete) -> dict:
    """The handlers of a resource type. An update replaces the resource."""

    def update(physical_id: str, old: Properties, new: Properties, stack: str) -> Created:
        created = create(physical_id, new, stack)
        if created[0] != physical_id:
            delete(physical_id, old)
        return created

    return {"create": create, "update": update, "delete": delete}


def cloudformation_type(name: str, create: Create, delete: Delete) -> Gap:
    """A resource type that MiniStack's CloudFormation does not support."""

    def fill() -> None:
        provisioners._RESOURCE_HANDLERS[name] = replacing_type(create, delete)

    return Gap(name, "CloudFormation has no such type", fill)
