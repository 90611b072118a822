"""The signs inside gateways, events and tasks, after BPMN 2.0.2: few lines, readable small and in print."""

from __future__ import annotations

from collections.abc import Mapping

from engine.pictures.layout import Shape

_INK = 'fill="none" stroke="#1b2632" stroke-width="1.6"'
_FULL = 'fill="#1b2632" stroke="none"'

# Drawn on 20 × 20 around the middle.
_GATEWAYS: Mapping[str, str] = {
    "exclusiveGateway": '<path d="M-7-7 7 7M7-7-7 7" stroke="#1b2632" stroke-width="3"/>',
    "parallelGateway": '<path d="M0-10V10M-10 0H10" stroke="#1b2632" stroke-width="3"/>',
    "inclusiveGateway": f'<circle r="9" {_INK}/>',
    "eventBasedGateway": f'<circle r="11" {_INK}/><circle r="8.5" {_INK}/><path d="M0-5 5-1 3 4H-3L-5-1Z" {_INK}/>',
    "complexGateway": '<path d="M0-10V10M-10 0H10M-7-7 7 7M7-7-7 7" stroke="#1b2632" stroke-width="2"/>',
}
_TRIGGERS: Mapping[str, str] = {
    "timer": f'<circle r="9" {_INK}/><path d="M0-6V0L4 3" {_INK}/>',
    "message": f'<path d="M-8-5H8V6H-8ZL0 1 8-5" {_INK}/>',
    "escalation": f'<path d="M0-8 6 8 0 2-6 8Z" {_INK}/>',
    "error": f'<path d="M-8 7-4-7 2 3 8-7 4 7-2-3Z" {_INK}/>',
    "signal": f'<path d="M0-8 8 6H-8Z" {_INK}/>',
    "terminate": f'<circle r="9" {_FULL}/>',
    "conditional": f'<path d="M-6-8H6V8H-6ZM-4-4H4M-4 0H4M-4 4H4" {_INK}/>',
    "link": f'<path d="M-8-3H2V-7L8 0 2 7V3H-8Z" {_INK}/>',
}
_THROWN = frozenset({"endEvent", "intermediateThrowEvent"})
# Drawn from the upper left corner of a task.
_TASKS: Mapping[str, str] = {
    "userTask": f'<circle cx="12" cy="9" r="4" {_INK}/><path d="M5 20c0-9 14-9 14 0Z" {_INK}/>',
    "serviceTask": f'<circle cx="12" cy="12" r="6" {_INK}/><circle cx="12" cy="12" r="2" {_INK}/>'
    f'<path d="M12 3v3M12 18v3M3 12h3M18 12h3" {_INK}/>',
    "scriptTask": f'<path d="M8 5h11q-5 4 0 8t-2 7H6q5-4 1-8t1-7Z" {_INK}/>',
    "businessRuleTask": f'<path d="M5 6H20V19H5ZM5 10H20M10 10V19" {_INK}/>',
    "sendTask": f'<path d="M5 6H20V17H5ZL12.500 12 20 6" {_INK}/>',
    "receiveTask": f'<path d="M5 6H20V17H5ZL12.500 12 20 6" {_INK}/>',
}


def symbol(shape: Shape) -> str:
    """The sign in the middle of a gateway or event."""
    drawn = _GATEWAYS.get(shape.kind) or _TRIGGERS.get(shape.trigger or "", "")
    if shape.kind in _THROWN and shape.trigger not in (None, "terminate"):
        drawn = drawn.replace(_INK, _FULL)
    x, y = shape.at.x + shape.at.width / 2, shape.at.y + shape.at.height / 2
    return f'<g transform="translate({x:g} {y:g})">{drawn}</g>' if drawn else ""


def marker(shape: Shape) -> str:
    """The sign in the corner of a task, and the bars of one that is done by several side by side."""
    at, drawn = shape.at, _TASKS.get(shape.kind, "")
    corner = f'<g transform="translate({at.x + 2:g} {at.y + 2:g})">{drawn}</g>' if drawn else ""
    if not shape.several:
        return corner
    x, y = at.x + at.width / 2, at.y + at.height - 14
    bars = f'<path d="M{x - 5:g} {y:g}v10M{x:g} {y:g}v10M{x + 5:g} {y:g}v10" stroke="#1b2632" stroke-width="2.5"/>'
    return corner + bars
