/// A stand-in of firebase_auth: who is signed in, by a token of theirs, or by address and password at an emulator.
library;

import 'dart:async';
import 'dart:convert';
import 'dart:io';

import 'package:firebase_core/firebase_core.dart';
import 'package:surroundings/surroundings.dart';

export 'package:firebase_core/firebase_core.dart' show FirebaseException;

class FirebaseAuthException extends FirebaseException {
  FirebaseAuthException({super.message, required String code, this.email})
      : super(plugin: 'firebase_auth', code: code);

  final String? email;
}

class User {
  User._(this.uid, this.email, this._token);

  final String uid;
  final String? email;
  final String _token;

  Future<String?> getIdToken([bool forceRefresh = false]) async => _token;

  Future<IdTokenResult> getIdTokenResult([bool forceRefresh = false]) async => IdTokenResult._(_token);
}

/// An ID token, and what is in it.
class IdTokenResult {
  IdTokenResult._(this.token);

  final String? token;

  Map<String, dynamic> get claims =>
      jsonDecode(utf8.decode(base64Url.decode(base64Url.normalize(token!.split('.')[1])))) as Map<String, dynamic>;

  DateTime? get issuedAtTime {
    final seconds = claims['iat'];
    return seconds is int ? DateTime.fromMillisecondsSinceEpoch(seconds * 1000, isUtc: true) : null;
  }
}

class UserCredential {
  UserCredential._(this.user);

  final User? user;
}

class FirebaseAuth {
  FirebaseAuth._();

  static FirebaseAuth instance = FirebaseAuth._();

  User? _user;
  Uri _origin = Uri.parse('https://identitytoolkit.googleapis.com');
  final _changes = StreamController<User?>.broadcast();

  User? get currentUser => _user;

  /// The present state first, then each change.
  Stream<User?> authStateChanges() async* {
    yield _user;
    yield* _changes.stream;
  }

  Future<void> useAuthEmulator(String host, int port, {bool automaticHostMapping = true}) async {
    final mapped = automaticHostMapping ? getMappedHost(host) : host;
    _origin = Uri.parse('http://$mapped:$port/identitytoolkit.googleapis.com');
  }

  Future<UserCredential> signInWithEmailAndPassword({required String email, required String password}) async {
    final Answer answer;
    try {
      answer = await Network.send(
        'POST',
        _origin.replace(path: '${_origin.path}/v1/accounts:signInWithPassword', query: 'key=local'),
        headers: {'Content-Type': 'application/json'},
        body: jsonEncode({'email': email, 'password': password, 'returnSecureToken': true}),
      );
    } on IOException {
      throw FirebaseAuthException(code: 'network-request-failed');
    }
    final json = answer.json;
    if (answer.status != 200) throw FirebaseAuthException(code: 'invalid-credential', message: answer.body);
    _become(User._(json['localId'] as String, email, json['idToken'] as String));
    return UserCredential._(_user);
  }

  /// No part of the plugin: `uid` has signed in before the app started, or since, on some page of its own.
  void signedInBefore(String uid, String token) => _become(User._(uid, null, token));

  Future<void> signOut() async {
    await Orders.take('signOut');
    _become(null);
  }

  void _become(User? user) {
    _user = user;
    _changes.add(user);
  }
}
