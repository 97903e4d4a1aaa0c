/// In place of the action of this name: a server that a test makes up.
class Server {
  Server(this._answer) {
    _current = this;
  }

  static Server? _current;

  /// Changes with [answers].
  dynamic Function(String functionName, dynamic data) _answer;

  /// The functions that were called, with what they were given.
  final calls = <(String, dynamic)>[];

  void answers(dynamic Function(String functionName, dynamic data) answer) => _answer = answer;

  /// Nobody hears of it, and it never answers.
  static Future<dynamic> silence() => Future.any([]);
}

Future<dynamic> callKippu(String functionName, dynamic data) {
  final server = Server._current!;
  server.calls.add((functionName, data));
  final answer = server._answer(functionName, data);
  return answer is Future ? answer : Future<dynamic>.value(answer);
}

/// What `callKippu` answers after a failure.
Map<String, dynamic> failure(String reason, String message) => {
      'ok': false,
      'error': {'reason': reason, 'message': message},
    };
