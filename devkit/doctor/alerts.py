"""Check of the alert policies: somebody is told of what cannot mend itself."""

from collections.abc import Iterator

from devkit.doctor.checks import Case, Found
from devkit.doctor.project import Policy


def policies(case: Case) -> Found:
    """All of ops/alerts/, once each, switched on and with a channel."""
    wanted, found = case.repository.policies(), case.project.policies()
    return [
        f"{ours.name!r} {problem}"
        for ours in wanted
        for problem in _problems(ours, [policy for policy in found if policy.name == ours.name])
    ] or f"{len(wanted)} imported"


def _problems(ours: Policy, found: list[Policy]) -> Iterator[str]:
    if not found:
        yield "is missing"
    if len(found) > 1:
        yield f"is there {len(found)} times"
    if any(policy.filters != ours.filters for policy in found):
        yield "is not of this version"
    if any(not policy.enabled for policy in found):
        yield "is switched off"
    if found and not any(policy.channels for policy in found):
        yield "tells nobody"
