import 'package:firebase_auth/firebase_auth.dart';
import 'package:kippu_flutter/actions/index.dart';

/// Deletes the user's account for good, and signs out. Ask before, with what is lost.
///
/// Returns `ok: true` with `deleted`; false is as good for the user, the rest goes within minutes. Or `ok: false` with `error`.
Future<dynamic> deleteMyAccount() async {
  final answer = await callKippu('deleteAccount', {});
  if (answer['ok'] != true) return answer;
  try {
    await FirebaseAuth.instance.signOut();
  } catch (_) {
    // The account is gone: the phone finds that out by itself.
  }
  return answer;
}
