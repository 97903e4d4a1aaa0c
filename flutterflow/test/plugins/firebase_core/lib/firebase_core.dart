/// A stand-in of firebase_core.
library;

class FirebaseException implements Exception {
  FirebaseException({required this.plugin, this.message, String? code, this.stackTrace}) : code = code ?? 'unknown';

  final String plugin;
  final String? message;
  final String code;
  final StackTrace? stackTrace;
}

class FirebaseApp {
  const FirebaseApp(this.name);

  final String name;
}
