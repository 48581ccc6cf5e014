"""`Ref` of a secret."""

from ministack.services import secretsmanager
from ministack.services.cloudformation import provisioners

from emulator.gaps.gap import Gap

TYPE = "AWS::SecretsManager::Secret"


def name_of(arn: str) -> str:
    """The name of a secret, by which MiniStack stores it."""
    return next((name for name, secret in secretsmanager._secrets.items() if secret["ARN"] == arn), arn)


def fill() -> None:
    upstream = dict(provisioners._RESOURCE_HANDLERS[TYPE])

    def create(logical_id, props, stack):
        _, attributes = upstream["create"](logical_id, props, stack)
        return attributes["Arn"], attributes

    def update(physical_id, old, new, stack, logical_id=None):
        _, attributes = upstream["update"](name_of(physical_id), old, new, stack, logical_id)
        return attributes["Arn"], attributes

    def delete(physical_id, props):
        upstream["delete"](name_of(physical_id), props)

    provisioners._RESOURCE_HANDLERS[TYPE] = {**upstream, "create": create, "update": update, "delete": delete}


GAPS = [Gap("Ref of AWS::SecretsManager::Secret", "it is the secret's name; AWS's is the ARN", fill)]
