import 'dart:async';

import 'package:firebase_auth/firebase_auth.dart';

/// Who is signed in on the phone.
class SignIns implements FirebaseAuth {
  SignIns() {
    FirebaseAuth.instance = this;
  }

  final _changes = StreamController<User?>.broadcast();

  /// When the server made the ID token, and how long the plugin takes to tell.
  DateTime? tokenIssuedAt;
  Duration tokenTakes = Duration.zero;

  @override
  User? currentUser;

  @override
  Stream<User?> authStateChanges() async* {
    yield currentUser;
    yield* _changes.stream;
  }

  /// Somebody else is signed in from now on, or nobody.
  void become(String? uid) {
    currentUser = uid == null ? null : _Person(uid, this);
    _changes.add(currentUser);
  }

  void fail() => _changes.addError(StateError('no answer from the keychain'));

  @override
  dynamic noSuchMethod(Invocation invocation) => super.noSuchMethod(invocation);
}

class _Person implements User {
  _Person(this.uid, this._signIns);

  @override
  final String uid;

  final SignIns _signIns;

  @override
  Future<IdTokenResult> getIdTokenResult([bool forceRefresh = false]) =>
      Future.delayed(_signIns.tokenTakes, () => _Token(_signIns.tokenIssuedAt));

  @override
  dynamic noSuchMethod(Invocation invocation) => super.noSuchMethod(invocation);
}

class _Token implements IdTokenResult {
  _Token(this.issuedAtTime);

  @override
  final DateTime? issuedAtTime;

  @override
  dynamic noSuchMethod(Invocation invocation) => super.noSuchMethod(invocation);
}
