// Written by `make docs` from the functions: change those, not this.
// What is missing in an answer is null where it may be, and else 0, '', false, [] or {}. Times are UTC.

/// Deletes an account for good, with its profile, lists, stamps, messages and sign-in. Points are forfeited.
/// Answered with [DeleteAccountAnswer].
class DeleteAccountRequest {
  const DeleteAccountRequest({
    this.inlineErrors,
    this.note,
    this.uid,
  });

  static const String functionName = 'deleteAccount';

  final bool? inlineErrors;
  final String? note;
  final String? uid;

  dynamic toJson() => {
        if (inlineErrors != null) 'inlineErrors': inlineErrors,
        if (note != null && note != '') 'note': note,
        if (uid != null && uid != '') 'uid': uid,
      };
}

/// What became of it.
class DeleteAccountAnswer {
  const DeleteAccountAnswer({
    required this.ok,
    required this.deleted,
  });

  final bool ok;
  final bool deleted;

  static DeleteAccountAnswer fromJson(dynamic json) {
    final data = json is Map ? json : const {};
    return DeleteAccountAnswer(
      ok: data['ok'] == true,
      deleted: data['deleted'] == true,
    );
  }
}
