/// A stand-in of cloud_functions.
library;

import 'package:firebase_core/firebase_core.dart';

class FirebaseFunctionsException extends FirebaseException {
  FirebaseFunctionsException({required String message, required String code, super.stackTrace, this.details})
    : super(plugin: 'firebase_functions', message: message, code: code);

  final dynamic details;
}

class HttpsCallableOptions {
  HttpsCallableOptions({this.timeout = const Duration(seconds: 60), this.limitedUseAppCheckToken = false});

  Duration timeout;
  bool limitedUseAppCheckToken;
}

class HttpsCallableResult<T> {
  HttpsCallableResult._(this.data);

  final T data;
}

class HttpsCallable {
  HttpsCallable._();

  Future<HttpsCallableResult<T>> call<T>([dynamic parameters]) async => HttpsCallableResult<T>._(null as T);
}

class FirebaseFunctions {
  FirebaseFunctions._();

  static FirebaseFunctions get instance => instanceFor();
  static FirebaseFunctions instanceFor({FirebaseApp? app, String? region}) => FirebaseFunctions._();

  HttpsCallable httpsCallable(String name, {HttpsCallableOptions? options}) => HttpsCallable._();
  void useFunctionsEmulator(String host, int port, {bool automaticHostMapping = true}) {}
}
