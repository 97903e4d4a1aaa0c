/// A stand-in of firebase_auth.
library;

import 'package:firebase_core/firebase_core.dart';

export 'package:firebase_core/firebase_core.dart' show FirebaseException;

class FirebaseAuthException extends FirebaseException {
  FirebaseAuthException({required super.code, super.message}) : super(plugin: 'firebase_auth');
}

class User {
  User._(this.uid);

  final String uid;

  Future<String?> getIdToken([bool forceRefresh = false]) async => null;
}

class UserCredential {
  UserCredential._(this.user);

  final User? user;
}

class FirebaseAuth {
  FirebaseAuth._();

  static final FirebaseAuth instance = FirebaseAuth._();

  User? get currentUser => null;

  Stream<User?> authStateChanges() => const Stream.empty();
  Stream<User?> userChanges() => const Stream.empty();
  Future<UserCredential> signInAnonymously() async => UserCredential._(null);
  Future<void> signOut() async {}
  Future<void> useAuthEmulator(String host, int port, {bool automaticHostMapping = true}) async {}
}
