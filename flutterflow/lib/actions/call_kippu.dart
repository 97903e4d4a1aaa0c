import 'dart:convert';

import 'package:cloud_functions/cloud_functions.dart';

Future<dynamic> callKippu(String functionName, dynamic data) async {
  final callable = FirebaseFunctions.instanceFor(region: 'asia-northeast1').httpsCallable(
    functionName,
    options: HttpsCallableOptions(timeout: const Duration(seconds: 60)),
  );
  try {
    final result = await callable.call<dynamic>({
      ...Map<String, dynamic>.from(data as Map),
      'inlineErrors': true,
    });
    // The plugin's maps have untyped keys; a round trip through JSON gives plain ones.
    return jsonDecode(jsonEncode(result.data));
  } on FirebaseFunctionsException catch (error) {
    // All instances are busy: the platform says so, without a body.
    final busy = error.code == 'resource-exhausted';
    return {
      'ok': false,
      'error': {
        'status': error.code,
        'reason': busy ? 'BUSY' : 'UNREACHABLE',
        'message': busy
            ? '混み合っています。もう一度お試しください'
            : '通信できませんでした。電波の良い場所でもう一度お試しください',
        'details': <String, dynamic>{},
      },
    };
  }
}
