import 'dart:async';
import 'dart:convert';

import 'package:cloud_functions/cloud_functions.dart';

const _statusOf = {
  'BUSY': 'RESOURCE_EXHAUSTED',
  'UNAUTHENTICATED': 'UNAUTHENTICATED',
  'INVALID_ARGUMENT': 'INVALID_ARGUMENT',
  'UNREACHABLE': 'UNAVAILABLE',
};
const _messageOf = {
  'BUSY': '混み合っています。もう一度お試しください',
  'UNAUTHENTICATED': 'もう一度ログインしてください',
  'INVALID_ARGUMENT': '入力内容が正しくありません',
  'UNREACHABLE': '通信できませんでした。電波の良い場所でもう一度お試しください',
};

/// Calls a function of the server by its name. `data` is a JSON object with its fields.
///
/// It never throws, and comes back within 70 seconds. Returns the answer with `ok: true`; or `ok: false` with `error`, which
/// has `reason` for conditions, `message` for the screen, `details` and `status`. These reasons may come without a server:
/// `UNREACHABLE` (what was asked for may be done all the same), `BUSY`, `UNAUTHENTICATED`, and `INVALID_ARGUMENT`.
Future<dynamic> callKippu(String functionName, dynamic data) async {
  final fields = _json(data ?? {});
  if (fields == null) return _failure('INVALID_ARGUMENT');
  try {
    final callable = FirebaseFunctions.instanceFor(region: 'asia-northeast1').httpsCallable(
      functionName,
      options: HttpsCallableOptions(timeout: const Duration(seconds: 60)),
    );
    // A plugin may lose a call: it has a limit here as well.
    final result = await callable
        .call<dynamic>({...fields, 'inlineErrors': true})
        .timeout(const Duration(seconds: 70));
    final answer = _json(result.data);
    if (answer?['ok'] == true) return answer;
    final error = _json(answer?['error']) ?? {};
    return _failure(error['reason'], error['message'], error['details'], error['status']);
  } on FirebaseFunctionsException catch (error) {
    return _thrown(error);
  } catch (_) {
    return _failure('UNREACHABLE');
  }
}

/// What the plugin threw: a refusal of the server, or of the platform, which gives no reason.
Map<String, dynamic> _thrown(FirebaseFunctionsException error) {
  final details = _json(error.details) ?? {};
  final reason = details.remove('reason');
  final status = error.code.toUpperCase().replaceAll('-', '_');
  if (reason != null) return _failure(reason, error.message, details, status);
  final ofCode = {'resource-exhausted': 'BUSY', 'unauthenticated': 'UNAUTHENTICATED'};
  return _failure(ofCode[error.code], null, null, status);
}

/// A JSON object of its own, or null for what is none.
///
/// Plugins give maps with keys of any type, and the web gives 5000 as 5000.0; here it is an int on every platform.
Map<String, dynamic>? _json(dynamic value) {
  try {
    final object = jsonDecode(jsonEncode(value), reviver: (_, part) => _whole(part));
    return object is Map<String, dynamic> ? object : null;
  } catch (_) {
    return null;
  }
}

Object? _whole(Object? part) {
  final isWhole = part is double && part == part.roundToDouble() && part.abs() < 9007199254740992;
  return isWhole ? part.toInt() : part;
}

Map<String, dynamic> _failure(dynamic reason, [dynamic message, dynamic details, dynamic status]) {
  final known = reason is String && reason.isNotEmpty ? reason : 'UNREACHABLE';
  return {
    'ok': false,
    'error': {
      'status': status is String ? status : _statusOf[known] ?? 'UNKNOWN',
      'reason': known,
      'message': message is String && message.isNotEmpty ? message : _messageOf[known] ?? _messageOf['UNREACHABLE'],
      'details': details is Map<String, dynamic> ? details : <String, dynamic>{},
    },
  };
}
