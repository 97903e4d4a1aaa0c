"""flutterflow/lib/data/reasons.dart: every reason that an app may be refused with, and a refusal as it gets it."""

from collections.abc import Iterable

from pydantic.alias_generators import to_camel

from common.errors import Reason

OF_ACTIONS = {
    "NO_BROWSER": "ブラウザーを開けませんでした",
    "ORDER_CANCELLED": "この注文はキャンセルされました",
    "UNREACHABLE": "通信できませんでした",
}
"""The reasons that the package's actions have of their own, and what they say."""

_CLASSES = """
class Reasons {
  /// The reason of this name on the wire, such as SOLD_OUT.
  static Reason named(dynamic name) {
    final wanted = '$name'.replaceAll('_', '').toLowerCase();
    for (final reason in Reason.values) {
      if (reason.name.toLowerCase() == wanted) return reason;
    }
    return Reason.unknown;
  }
}

/// Why a call failed. [message] is for people, [reason] for the app to decide by.
class KippuError {
  const KippuError({
    required this.status,
    required this.reason,
    required this.message,
    required this.details,
  });

  final String status;
  final Reason reason;
  final String message;
  final dynamic details;

  /// From an answer with ok: false, or its error.
  static KippuError fromJson(dynamic json) {
    final answer = json is Map ? json : const {};
    final error = answer['error'] is Map ? answer['error'] : answer;
    final details = error['details'] is Map ? error['details'] : const {};
    return KippuError(
      status: '${error['status'] ?? ''}',
      reason: Reasons.named(error['reason'] ?? details['reason']),
      message: '${error['message'] ?? ''}',
      details: details,
    );
  }
}
"""


def reasons_file(reasons: Iterable[Reason]) -> str:
    """The file, below its head."""
    texts = {**OF_ACTIONS, **{reason.name: reason.ja for reason in reasons}}
    members = "".join(f"  /// {name}: {texts[name]}\n  {reason_member(name)},\n" for name in sorted(texts))
    unknown = "  /// One that this version of the app does not know.\n  unknown,\n"
    return f"\n/// Why a call failed.\nenum Reason {{\n{members}{unknown}}}\n{_CLASSES}"


def reason_member(name: str) -> str:
    """What a reason is called in the enum: SOLD_OUT is soldOut."""
    return to_camel(name.lower())
