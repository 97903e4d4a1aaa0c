import 'package:cloud_firestore/cloud_firestore.dart';
import 'package:cloud_functions/cloud_functions.dart';
import 'package:firebase_auth/firebase_auth.dart';
import 'package:flutter/foundation.dart';
import 'package:flutter_stripe/flutter_stripe.dart';

/// Connects a debug build to `make serve` on the developer's machine, payments included. Elsewhere it does nothing.
///
/// Call it once, before anything else. `host` is that machine; empty for the machine an emulator or a browser runs on.
/// The stack is that of the app's Firebase project: `KIPPU_PROJECT=my-app make serve`.
Future<void> useLocalKippu(String? host) async {
  if (!kDebugMode) return;
  final emulator = !kIsWeb && defaultTargetPlatform == TargetPlatform.android ? '10.0.2.2' : 'localhost';
  final machine = (host ?? '').isEmpty ? emulator : host!;
  // With this key showPaymentSheet pays without Stripe.
  await _connected(() => Stripe.publishableKey = 'pk_test_kippu_local');
  await _connected(
    () => FirebaseFunctions.instanceFor(region: 'asia-northeast1').useFunctionsEmulator(machine, 5001),
  );
  await _connected(() => FirebaseFirestore.instance.useFirestoreEmulator(machine, 8080));
  await _connected(() => FirebaseAuth.instance.useAuthEmulator(machine, 5002));
}

Future<void> _connected(dynamic Function() connect) async {
  try {
    await connect();
  } catch (error) {
    // After a hot restart it is connected already, and says so.
    debugPrint('useLocalKippu: $error');
  }
}
