"""The tables of what is logged for operators, in both languages: alerts, the policies that watch them, and warnings."""

import json
from dataclasses import dataclass
from typing import Any

from common import incidents
from common.alerts import Alert
from devkit.docs.markdown import anchor, table
from devkit.docs.words import Language, words
from devkit.errors import DevkitError
from devkit.process import ROOT

_NAMED = "Kippu: "
_SEVERITIES = ("CRITICAL", "ERROR", "WARNING")
_HEADS = {
    "en": {
        "policies": ("runbook", "severity", "watches", "file"),
        "alerts": ("message", "severity", "what happened", "what to do"),
        "warnings": ("message", "what happened"),
        "incident": "{severity}, incident",
        "joint": ", ",
    },
    "ja": {
        "policies": ("手順書", "重大度", "監視するもの", "ファイル"),
        "alerts": ("メッセージ", "重大度", "何が起きたか", "すること"),
        "warnings": ("メッセージ", "何が起きたか"),
        "incident": "{severity}、インシデント",
        "joint": "、",
    },
}


@dataclass(frozen=True)
class Policy:
    """A policy of ops/alerts/."""

    file: str
    title: str
    severity: str
    messages: tuple[Alert, ...]

    def runbook(self, language: Language) -> str:
        """The heading of its runbook."""
        return self.title if language == "en" else str(_own(self.file)[language])

    def link(self, language: Language) -> str:
        """A link to its runbook."""
        heading = self.runbook(language)
        return f"[{heading}](#{anchor(heading)})"


def policies() -> list[Policy]:
    """Every policy, the most severe first."""
    found = [_policy(file.stem, json.loads(file.read_text("utf-8"))) for file in (ROOT / "ops" / "alerts").glob("*")]
    return sorted(found, key=lambda policy: (_SEVERITIES.index(policy.severity), policy.title))


def policies_table(language: Language) -> str:
    """What each policy watches, and where its runbook is."""
    says: Any = _HEADS[language]
    rows = (
        (policy.link(language), policy.severity, _watched(policy, says, language), f"`ops/alerts/{policy.file}.json`")
        for policy in policies()
    )
    return table(says["policies"], rows)


def alerts_table(language: Language) -> str:
    """Every message that a person is called to, in the order of the policies."""
    says: Any = _HEADS[language]
    rows = (_alert(alert, policy, says, language) for policy in policies() for alert in policy.messages)
    return table(says["alerts"], rows)


def warnings_table(language: Language) -> str:
    """Every message that mends itself."""
    says: Any = _HEADS[language]
    return table(says["warnings"], ((f"`{message}`", text[language]) for message, text in words("messages").items()))


def _policy(file: str, policy: Any) -> Policy:
    filters = [condition.get("conditionMatchedLog", {}).get("filter", "") for condition in policy["conditions"]]
    messages = sorted((alert for alert in Alert if f'"{alert}"' in "".join(filters)), key="".join(filters).index)
    return Policy(file, policy["displayName"].removeprefix(_NAMED), policy["severity"], tuple(messages))


def _own(file: str) -> Any:
    own = words("alerts")["runbooks"].get(file)
    if not own:
        raise DevkitError(f"ops/alerts/{file}.json has no words in devkit/docs/words/alerts.toml")
    return own


def _watched(policy: Policy, says: Any, language: Language) -> str:
    if policy.messages:
        return str(says["joint"].join(f"`{message}`" for message in policy.messages))
    return str(_own(policy.file)["when"][language])


def _alert(alert: Alert, policy: Policy, says: Any, language: Language) -> tuple[str, ...]:
    own = words("alerts")["messages"].get(alert.value)
    if not own:
        raise DevkitError(f"{alert} has no words in devkit/docs/words/alerts.toml")
    severity = says["incident"].format(severity=policy.severity) if alert in incidents.ALERTS else policy.severity
    return f"`{alert}`", severity, own["what"][language], f"{own['do'][language]} → {policy.link(language)}"
