/// A stand-in of firebase_core: the one app, and the exception that all of Firebase's plugins throw.
library;

import 'package:flutter/foundation.dart';

class FirebaseOptions {
  const FirebaseOptions({required this.projectId});

  final String projectId;
}

class FirebaseApp {
  FirebaseApp._(this.name, this.options);

  final String name;
  final FirebaseOptions options;
}

abstract final class Firebase {
  static final _app = FirebaseApp._('[DEFAULT]', const FirebaseOptions(projectId: 'demo-kippu'));

  static FirebaseApp app([String name = '[DEFAULT]']) => _app;
}

class FirebaseException implements Exception {
  FirebaseException({required this.plugin, this.message, String? code, this.stackTrace}) : code = code ?? 'unknown';

  final String plugin;
  final String? message;
  final String code;
  final StackTrace? stackTrace;

  @override
  String toString() => '[$plugin/$code] $message';
}

/// The computer on which an Android emulator runs has an address of its own there.
String getMappedHost(String host) {
  final android = !kIsWeb && defaultTargetPlatform == TargetPlatform.android;
  return android && const ['localhost', '127.0.0.1'].contains(host) ? '10.0.2.2' : host;
}
