/// What is around the app in a test: its network, and what its plugins are told to do next.
///
/// No plugin: the stand-ins of the plugins obey it, and `phone.dart` changes it.
library;

import 'dart:async';
import 'dart:convert';
import 'dart:io';

/// The phone's network. Every stand-in sends by it.
abstract final class Network {
  /// Where a host of the internet, or of `make serve`, really is: `localhost:5001` at `http://127.0.0.1:40123`.
  static final Map<String, String> hosts = {};

  /// The hosts that were asked for anything, in that order.
  static final Set<String> asked = {};

  static bool _up = true;
  static Completer<void> _again = Completer<void>()..complete();

  static bool get up => _up;

  static set up(bool value) {
    if (value == _up) return;
    _up = value;
    if (value) {
      _again.complete();
    } else {
      _again = Completer<void>();
    }
  }

  /// Completes when there is a network.
  static Future<void> get whenUp {
    if (!_up) Seen.stuck++;
    return _again.future;
  }

  /// Sends a request. Throws a [SocketException] if there is no network, or no such host.
  static Future<Answer> send(String method, Uri url, {Map<String, String> headers = const {}, String? body}) async {
    if (!_up) throw const SocketException('Network is unreachable');
    asked.add(url.authority);
    final host = hosts[url.authority];
    if (host == null) throw SocketException('Failed host lookup: ${url.authority}');
    final client = HttpClient();
    try {
      final request = await client.openUrl(method, Uri.parse('$host${url.path}${url.hasQuery ? '?${url.query}' : ''}'));
      headers.forEach(request.headers.set);
      if (body != null) {
        final bytes = utf8.encode(body);
        request.contentLength = bytes.length;
        request.add(bytes);
      }
      final response = await request.close();
      return Answer(response.statusCode, await utf8.decodeStream(response));
    } finally {
      client.close();
    }
  }
}

class Answer {
  Answer(this.status, this.body);

  final int status;
  final String body;

  /// What the body says in JSON; null for what is no JSON.
  dynamic get json {
    try {
      return jsonDecode(body);
    } on FormatException {
      return null;
    }
  }
}

/// What plugins are told to do instead of what they do, or besides it, one order for each call.
abstract final class Orders {
  static final Map<String, List<Order>> _waiting = {};

  static Completer<void> _late = Completer<void>();

  /// Completes at [lateAnswersCome].
  static Future<void> get late {
    Seen.stuck++;
    return _late.future;
  }

  static void lateAnswersCome() {
    _late.complete();
    _late = Completer<void>();
  }

  /// `call` is the name of a plugin's method, or of a callable.
  static void give(String call, List<Order> orders) => _waiting.putIfAbsent(call, () => []).addAll(orders);

  /// The order for this call. What it says to throw is thrown, and what never answers does not.
  static Future<Order?> take(String call) async {
    final waiting = _waiting[call] ?? [];
    if (waiting.isEmpty) return null;
    final order = waiting.removeAt(0);
    if (order is Throws) throw order.what;
    if (order is NeverAnswers) {
      Seen.stuck++;
      return Completer<Order?>().future;
    }
    if (order is ComesLate) await Future<void>.delayed(order.by);
    return order;
  }
}

sealed class Order {}

class Throws extends Order {
  Throws(this.what);

  final Object what;
}

class NeverAnswers extends Order {}

/// As usual, but so much later.
class ComesLate extends Order {
  ComesLate(this.by);

  final Duration by;
}

/// It is done as usual, but the phone never hears of it.
class LosesAnswer extends Order {}

/// It is done at once, but the phone hears of it only when late answers come.
class AnswersLate extends Order {}

class AnswersInstead extends Order {
  AnswersInstead(this.what);

  final dynamic what;
}

/// As usual: the order is for a later call.
class AsUsual extends Order {}

/// What somebody does at PaymentSheet, one step after the other.
///
/// A step is a test card, `pass` or `fail` at the bank's page, `close`, `wait` (until [goOn]), `offline`, `killed` (the
/// whole app), `never` (it does not come back), or a [FailureCode]'s name. When there is nothing left to do, it is closed
/// by itself if something was paid, and else by hand.
abstract final class Person {
  static final List<String> steps = [];
  static Completer<void> _waits = Completer<void>();

  /// Whether it waits for [goOn].
  static bool waiting = false;

  static Future<void> wait() async {
    waiting = true;
    await _waits.future;
    waiting = false;
    _waits = Completer<void>();
  }

  static void goOn() => _waits.complete();
}

/// What the app has shown or opened, and been told.
abstract final class Seen {
  /// The callables that were called.
  static final List<String> calls = [];

  /// The answers of callables, each with the callable's name.
  static final List<(String, dynamic)> answers = [];
  static final List<Map<String, dynamic>> sheets = [];
  static final List<String> pages = [];

  /// How many calls were left without an answer, for ever or until there is a network.
  static int stuck = 0;

  /// How many pages lie above the app and are not closed yet.
  static int pagesOpen = 0;
}
