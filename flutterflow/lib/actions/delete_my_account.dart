import 'package:firebase_auth/firebase_auth.dart';
import 'package:kippu_flutter/actions/index.dart';

Future<dynamic> deleteMyAccount() async {
  final answer = await callKippu('deleteAccount', {});
  if (answer['ok'] == true) {
    await FirebaseAuth.instance.signOut();
  }
  return answer;
}
