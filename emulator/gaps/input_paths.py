"""Paths of input transformers that have an index, such as `$.resources[0]`."""

import re
from types import SimpleNamespace

from ministack.services import eventbridge

from emulator.gaps.gap import Gap


class Indexed(dict):
    """Has the items of its lists as `name[index]`, too, without listing them."""

    def __missing__(self, key: str):
        part = re.fullmatch(r"([^\[]+)\[(\d+)\]", key)
        if not part:
            raise KeyError(key)
        return self[part[1]][int(part[2])]


def indexed(value):
    if isinstance(value, list):
        return [indexed(each) for each in value]
    return Indexed({key: indexed(each) for key, each in value.items()}) if isinstance(value, dict) else value


def fill() -> None:
    upstream = eventbridge._apply_input_transformer

    def apply(transformer, rule, view):
        return upstream(transformer, rule, SimpleNamespace(event_with_detail=lambda: indexed(view.event_with_detail()), envelope=view.envelope))

    eventbridge._apply_input_transformer = apply


GAPS = [Gap("Indexes in InputPathsMap", "a path such as $.resources[0] gives an empty text", fill)]
