/// A phone without a screen: it does what the lines on its standard input say, and answers each by a line.
///
/// `{"id": 1, "do": "call", "name": "redeemCode", "arguments": ["K3…", ""]}` runs the action of that name. Its answer is
/// `{"id": 1, "answer": …}`, or `{"id": 1, "threw": "…"}`: an action that throws, or answers what is no JSON, is wrong. Calls
/// may overlap, and are answered as they end. What else can be done stands in [_commands].
library;

import 'dart:async';
import 'dart:convert';
import 'dart:io';
import 'dart:mirrors';

import 'package:app_links/app_links.dart';
import 'package:cloud_functions/cloud_functions.dart';
import 'package:firebase_auth/firebase_auth.dart';
import 'package:flutter/foundation.dart';
import 'package:flutter/services.dart';
import 'package:flutter/widgets.dart';
import 'package:flutter_stripe/flutter_stripe.dart';
// Its actions are called by their names.
// ignore: unused_import
import 'package:kippu_flutter/kippu_flutter.dart' as kit;
import 'package:surroundings/surroundings.dart';

/// What the actions that take a function have told it, by the name that the test gave that.
final Map<String, List<dynamic>> _told = {};
final List<String> _uncaught = [];

/// Time limits and pauses that somebody would have to wait for.
final Set<_Wait> _waits = {};

void main() {
  runZonedGuarded(
    () => stdin.transform(utf8.decoder).transform(const LineSplitter()).listen(_obey, onDone: () => exit(0)),
    (error, _) => _uncaught.add('$error'),
    zoneSpecification: ZoneSpecification(
      createTimer: (_, parent, zone, duration, act) {
        final wait = _Wait(act);
        wait._timer = parent.createTimer(zone, duration, wait.end);
        if (duration.inSeconds > 0) _waits.add(wait);
        return wait;
      },
    ),
  );
}

/// A timer that can be over at once.
class _Wait implements Timer {
  _Wait(this._act);

  final void Function() _act;
  late final Timer _timer;

  void end() {
    cancel();
    _act();
  }

  @override
  void cancel() {
    _waits.remove(this);
    _timer.cancel();
  }

  @override
  bool get isActive => _timer.isActive;

  @override
  int get tick => _timer.tick;
}

Future<void> _obey(String line) async {
  final command = jsonDecode(line) as Map<String, dynamic>;
  String answer;
  try {
    final obey = _commands[command['do']]!;
    answer = jsonEncode({'id': command['id'], 'answer': await obey(command)});
  } catch (error) {
    answer = jsonEncode({'id': command['id'], 'threw': '${error.runtimeType}: $error'});
  }
  stdout.writeln(answer);
}

final Map<String, FutureOr<dynamic> Function(Map<String, dynamic> command)> _commands = {
  'call': (command) => _call(command['name'] as String, command['arguments'] as List),
  'actions': (_) => {
        for (final action in _actions()) _nameOf(action): [for (final given in action.parameters) _typeOf(given)],
      },
  'hosts': (command) => Network.hosts.addAll((command['hosts'] as Map).cast<String, String>()),
  'sign in': (command) {
    FirebaseAuth.instance.signedInBefore(command['uid'] as String, command['token'] as String);
  },
  'sign in by password': (command) async {
    final email = command['email'] as String, password = command['password'] as String;
    await FirebaseAuth.instance.signInWithEmailAndPassword(email: email, password: password);
  },
  'sign out': (_) => FirebaseAuth.instance.signOut(),
  'network': (command) {
    Network.up = command['up'] as bool;
  },
  'platform': (command) {
    final name = command['name'] as String;
    kIsWeb = name == 'web';
    kDebugMode = name != 'release';
    debugDefaultTargetPlatformOverride = TargetPlatform.values.asNameMap()[name];
  },
  'time passes': (_) {
    for (final wait in {..._waits}) {
      wait.end();
    }
  },
  'person': (command) => Person.steps.addAll((command['steps'] as List).cast<String>()),
  'go on': (_) => Person.goOn(),
  'late answers': (_) => Orders.lateAnswersCome(),
  'order': (command) {
    Orders.give(command['name'] as String, [for (final order in command['orders'] as List) _order(order)]);
  },
  'open': (command) => AppLinks().opened(Uri.parse(command['address'] as String)),
  'state': (command) {
    final state = AppLifecycleState.values.byName(command['name'] as String);
    WidgetsBinding.instance.handleAppLifecycleStateChanged(state);
  },
  'parsed': (command) => [
        for (final (name, json) in Seen.answers)
          if (json['ok'] == true ? command['classes'][name] : 'KippuError' case final String of)
            {'class': of, 'json': json, 'parsed': _parsed(of, json)},
      ],
  'seen': (_) => {
        'sheets': Seen.sheets,
        'waiting': Person.waiting,
        'stuck': Seen.stuck,
        'pages': Seen.pages,
        'pages_open': Seen.pagesOpen,
        'hosts': Network.asked.toList(),
        'calls': Seen.calls,
        'told': _told,
        'uid': FirebaseAuth.instance.currentUser?.uid,
        'uncaught': _uncaught,
      },
};

Future<dynamic> _call(String name, List<dynamic> given) async {
  final action = _actions().firstWhere((action) => _nameOf(action) == name);
  final library = action.owner! as LibraryMirror;
  return await library.invoke(action.simpleName, given.map(_argument).toList()).reflectee;
}

/// Every public function of the package's actions and functions.
Iterable<MethodMirror> _actions() => [
      for (final library in currentMirrorSystem().libraries.values)
        if ('${library.uri}'.startsWith('package:kippu_flutter/'))
          ...library.declarations.values.whereType<MethodMirror>().where((action) => !action.isPrivate),
    ];

String _nameOf(DeclarationMirror declared) => MirrorSystem.getName(declared.simpleName);

String _typeOf(ParameterMirror given) => '${given.type.reflectedType}';

/// What stands in the typed answer of this class, a map with the names of its fields.
dynamic _parsed(String of, dynamic json) {
  final answer = currentMirrorSystem()
      .libraries
      .values
      .where((library) => '${library.uri}'.startsWith('package:kippu_flutter/data/'))
      .map((library) => library.declarations[Symbol(of)])
      .whereType<ClassMirror>()
      .first;
  return _shown(answer.invoke(#fromJson, [json]).reflectee);
}

dynamic _shown(dynamic value) {
  if (value is DateTime) return value.toIso8601String();
  if (value is Enum) return value.name;
  if (value is List) return value.map(_shown).toList();
  if (value == null || value is num || value is String || value is bool || value is Map) return value;
  final instance = reflect(value);
  return {
    for (final field in instance.type.declarations.values.whereType<VariableMirror>())
      if (!field.isStatic) _nameOf(field): _shown(instance.getField(field.simpleName).reflectee),
  };
}

/// `{"function": "devices"}` is a function that writes down what it is told; with `throws` instead it also throws.
dynamic _argument(dynamic given) {
  if (given case {'throws': final String name}) {
    return (dynamic value) async {
      _told.putIfAbsent(name, () => []).add(value);
      throw StateError('no page');
    };
  }
  if (given case {'function': final String name}) {
    return (dynamic value) async => _told.putIfAbsent(name, () => []).add(value);
  }
  return given;
}

Order _order(dynamic order) => switch (order) {
      'never answers' => NeverAnswers(),
      'loses its answer' => LosesAnswer(),
      'answers late' => AnswersLate(),
      'as usual' => AsUsual(),
      {'answers': final dynamic instead} => AnswersInstead(instead),
      {'throws': final String what, 'code': final String code} => Throws(_thrown(what, code)),
      _ => throw ArgumentError('$order is no order'),
    };

/// What plugins and the platform are known to throw; `code` is the exception's, where it has one.
Object _thrown(String name, String code) => switch (name) {
      'FirebaseFunctionsException' => FirebaseFunctionsException(code: code, message: code.toUpperCase()),
      'FirebaseException' => FirebaseException(plugin: 'cloud_firestore', code: code, message: code),
      'StripeException' => StripeException(
          error: LocalizedErrorMessage(code: FailureCode.values.byName(code), message: 'The sheet says $code'),
        ),
      'StripeError' => const StripeError(code: PaymentSheetError.unknown, message: 'Result should not be null'),
      'StripeConfigException' => const StripeConfigException('Publishable key is not set'),
      'PlatformException' => PlatformException(code: code, message: 'The platform says $code'),
      'MissingPluginException' => MissingPluginException('No implementation found for method $code'),
      'WebUnsupportedError' => WebUnsupportedError.method(code),
      'UnsupportedError' => UnsupportedError('Unsupported operation'),
      'UnimplementedError' => UnimplementedError(),
      'TimeoutException' => TimeoutException('Future not completed'),
      'SocketException' => const SocketException('Connection reset by peer'),
      'FormatException' => const FormatException('Unexpected character'),
      'TypeError' => TypeError(),
      'StateError' => StateError('Bad state'),
      'ArgumentError' => ArgumentError('Invalid argument'),
      'AssertionError' => AssertionError('Failed assertion'),
      'String' => 'something went wrong',
      _ => throw ArgumentError('nothing is known to throw $name'),
    };
