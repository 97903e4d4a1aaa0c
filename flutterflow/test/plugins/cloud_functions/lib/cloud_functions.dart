/// A stand-in of cloud_functions: calls over HTTP, as the callables' protocol says.
library;

import 'dart:async';
import 'dart:convert';
import 'dart:io';

import 'package:firebase_auth/firebase_auth.dart';
import 'package:firebase_core/firebase_core.dart';
import 'package:flutter/foundation.dart';
import 'package:surroundings/surroundings.dart';

export 'package:firebase_core/firebase_core.dart' show FirebaseException;

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
  HttpsCallableResult._(this._data);

  final T _data;

  T get data => _data;
}

class FirebaseFunctions {
  FirebaseFunctions._(this.app, this._region);

  static final Map<String, FirebaseFunctions> _instances = {};

  static FirebaseFunctions get instance => instanceFor(app: Firebase.app());

  static FirebaseFunctions instanceFor({FirebaseApp? app, String? region}) {
    final of = app ?? Firebase.app();
    final at = region ?? 'us-central1';
    return _instances.putIfAbsent('${of.name}_$at', () => FirebaseFunctions._(of, at));
  }

  final FirebaseApp app;
  final String _region;
  String? _origin;

  void useFunctionsEmulator(String host, int port, {bool automaticHostMapping = true}) {
    final mapped = automaticHostMapping ? getMappedHost(host) : host;
    _origin = 'http://$mapped:$port';
  }

  HttpsCallable httpsCallable(String name, {HttpsCallableOptions? options}) {
    assert(name.isNotEmpty);
    return HttpsCallable._(this, name, options ?? HttpsCallableOptions());
  }

  Uri _url(String name) {
    final project = app.options.projectId;
    final origin = _origin;
    return origin == null
        ? Uri.https('$_region-$project.cloudfunctions.net', '/$name')
        : Uri.parse('$origin/$project/$_region/$name');
  }
}

class HttpsCallable {
  HttpsCallable._(this._functions, this._name, this._options);

  final FirebaseFunctions _functions;
  final String _name;
  final HttpsCallableOptions _options;

  Future<HttpsCallableResult<T>> call<T>([dynamic parameters]) async {
    assert(_isValid(parameters));
    Seen.calls.add(_name);
    final order = await Orders.take(_name);
    if (order is AnswersInstead) return HttpsCallableResult<T>._(_asPluginsGiveIt(order.what) as T);
    final dynamic data;
    try {
      data = await _sent(parameters).timeout(_options.timeout);
    } on TimeoutException {
      throw _failed('deadline-exceeded');
    } on IOException {
      throw _failed(kIsWeb ? 'internal' : 'unavailable');
    }
    if (order is AnswersLate) await Orders.late;
    if (order is LosesAnswer) throw _failed(kIsWeb ? 'internal' : 'unavailable');
    return HttpsCallableResult<T>._(_asPluginsGiveIt(data) as T);
  }

  Future<dynamic> _sent(dynamic parameters) async {
    final token = await FirebaseAuth.instance.currentUser?.getIdToken();
    final answer = await Network.send(
      'POST',
      _functions._url(_name),
      headers: {'Content-Type': 'application/json', if (token != null) 'Authorization': 'Bearer $token'},
      body: jsonEncode({'data': parameters}),
    );
    final json = answer.json;
    if (json is Map && json['error'] is Map) {
      final error = json['error'] as Map;
      final code = '${error['status']}'.toLowerCase().replaceAll('_', '-');
      throw FirebaseFunctionsException(code: code, message: '${error['message']}', details: error['details']);
    }
    if (answer.status != 200) throw _failed(_codes[answer.status] ?? 'unknown');
    if (json is! Map || !json.containsKey('result')) throw _failed('internal');
    Seen.answers.add((_name, json['result']));
    return json['result'];
  }
}

/// The SDKs' codes for an answer that says nothing itself, as of a platform without a free instance.
const _codes = {
  400: 'invalid-argument',
  401: 'unauthenticated',
  403: 'permission-denied',
  404: 'not-found',
  409: 'aborted',
  429: 'resource-exhausted',
  500: 'internal',
  501: 'unimplemented',
  503: 'unavailable',
  504: 'deadline-exceeded',
};

FirebaseFunctionsException _failed(String code) =>
    FirebaseFunctionsException(code: code, message: code.toUpperCase().replaceAll('-', '_'));

/// Maps have untyped keys on the way through a platform channel, and the web knows doubles only.
dynamic _asPluginsGiveIt(dynamic value) => switch (value) {
      Map() => <Object?, Object?>{for (final entry in value.entries) entry.key: _asPluginsGiveIt(entry.value)},
      List() => <Object?>[for (final each in value) _asPluginsGiveIt(each)],
      num() when kIsWeb => value.toDouble(),
      _ => value,
    };

bool _isValid(dynamic value) => switch (value) {
      null || String() || num() || bool() => true,
      List() => value.every(_isValid),
      Map() => value.keys.every((key) => key is String) && value.values.every(_isValid),
      _ => false,
    };
