/// Tests of widgets: mounted into an app of one page, in a time that the test moves.
library;

import 'dart:async';
import 'dart:convert';

import 'fake_time.dart' show FakeTime;
import 'material.dart';
import 'rendering.dart';
import 'src/framework.dart';

final _tests = <String, Future<void> Function(Phone phone)>{};

/// Declares a test. Its name is what it shows.
void test(String name, Future<void> Function(Phone phone) body) {
  if (_tests.containsKey(name)) throw StateError('Two tests of the name "$name"');
  _tests[name] = body;
}

/// Runs every test after the other, and prints how each ended, as a line of JSON.
Future<void> runTests({Duration atMost = const Duration(seconds: 20)}) async {
  for (final MapEntry(key: name, value: body) in _tests.entries) {
    final failure = await _run(body, atMost);
    print(jsonEncode({'test': name, 'failure': failure}));
  }
}

Future<String?> _run(Future<void> Function(Phone) body, Duration atMost) {
  final ended = Completer<String?>();
  void end(String? failure) {
    if (!ended.isCompleted) ended.complete(failure);
  }

  final time = FakeTime.current = FakeTime();
  WidgetsBinding.instance = WidgetsBinding();
  final phone = Phone._(time);
  final limit = Zone.root.createTimer(atMost, () => end('The test did not end.'));
  final zone = Zone.current.fork(specification: time.zone((error, stack) => phone.errors.add('$error\n$stack')));
  zone.run(() async {
    try {
      await body(phone);
      await phone.close();
      expect(phone.errors, isEmpty, 'errors that nobody caught');
      end(null);
    } catch (error, stack) {
      end('$error\n$stack${phone.errors.map((error) => '\nUncaught: $error').join()}');
    }
  });
  return ended.future.whenComplete(limit.cancel);
}

class TestFailure extends Error {
  TestFailure(this.message);

  final String message;

  @override
  String toString() => message;
}

const isEmpty = <Object?>[];
const isTrue = true;
const isFalse = false;

/// Fails unless both are the same, also as lists and maps.
void expect(Object? found, Object? wanted, [String what = '']) {
  if (_text(found) == _text(wanted)) return;
  throw TestFailure('${what.isEmpty ? '' : '$what: '}expected ${_text(wanted)}, but found ${_text(found)}');
}

String _text(Object? value) => jsonEncode(value, toEncodable: (other) => '$other');

/// A phone with the app on it: what is on its screen, what its owner does, and the time that goes by.
class Phone {
  Phone._(this.time);

  final FakeTime time;

  /// What was thrown and caught by nobody. A test that expects some takes it out.
  final errors = <String>[];

  final _tab = ValueNotifier(_Tab.shown);
  final _shown = ValueNotifier<Widget>(const SizedBox.shrink());
  NavigatorState? _navigator;

  WidgetsBinding get _binding => WidgetsBinding.instance;

  /// Opens the app at a page with this widget. Once more: the page is built with another one.
  Future<void> show(Widget widget) async {
    _shown.value = widget;
    if (_navigator == null) {
      _binding.attachRootWidget(Navigator(home: _home));
      _navigator = _all<StatefulElement>().map((element) => element.state).whereType<NavigatorState>().first;
    }
    await settle();
  }

  Widget _home(BuildContext context) => ValueListenableBuilder(
        valueListenable: _tab,
        builder: (context, tab, _) => TickerMode(
          enabled: tab != _Tab.muted,
          child: _TabPage(
            keptAlive: tab == _Tab.keptAlive,
            child: ValueListenableBuilder(valueListenable: _shown, builder: (context, widget, _) => widget),
          ),
        ),
      );

  /// Leaves the page, as closing it does.
  Future<void> leave() => show(const SizedBox.shrink());

  Future<void> push(Widget page) => _push(MaterialPageRoute(builder: (_) => page));

  Future<void> openDialog(Widget dialog) => _push(DialogRoute(context: _navigator!.context, builder: (_) => dialog));

  Future<void> _push(ModalRoute<dynamic> route) async {
    unawaited(_navigator!.push(route));
    await settle();
  }

  Future<void> pop() async {
    _navigator!.pop();
    await settle();
  }

  /// Another tab is shown, whose framework mutes what is on this one.
  Future<void> muteTab() => _toTab(_Tab.muted);

  /// Another tab is shown, and this one is kept, off the screen, as FlutterFlow's TabBar does.
  Future<void> leaveTab() => _toTab(_Tab.keptAlive);

  Future<void> backToTab() => _toTab(_Tab.shown);

  Future<void> _toTab(_Tab tab) async {
    _tab.value = tab;
    await settle();
  }

  Future<void> toBackground() =>
      _go(const [AppLifecycleState.inactive, AppLifecycleState.hidden, AppLifecycleState.paused]);

  Future<void> toFront() =>
      _go(const [AppLifecycleState.hidden, AppLifecycleState.inactive, AppLifecycleState.resumed]);

  /// A question of the system, or its settings, lies over the app.
  Future<void> covered() => _go(const [AppLifecycleState.inactive]);

  Future<void> uncovered() => _go(const [AppLifecycleState.resumed]);

  Future<void> _go(List<AppLifecycleState> states) async {
    for (final state in states) {
      _binding.handleAppLifecycleStateChanged(state);
      await settle();
    }
  }

  /// The phone sleeps: its clock goes on, and nothing else does.
  void sleep(Duration duration) => time.wall = time.wall.add(duration);

  void setClock(Duration by) => time.wall = time.wall.add(by);

  /// Lets time go by. Everything happens that is due, with a frame after each.
  Future<void> wait(Duration duration) async {
    final until = time.counted + duration;
    await settle();
    while (time.fireNext(until)) {
      await settle();
    }
    time.advance(until - time.counted);
    await settle();
  }

  /// Everything that needs no time, and the frames for it.
  Future<void> settle() async {
    await _turn();
    while (_binding.hasWork || time.fireNext(time.counted)) {
      if (_binding.hasWork) _binding.drawFrame();
      await _turn();
    }
  }

  /// One turn of the real event loop: what waited for futures has gone on when it is over.
  Future<void> _turn() {
    final turned = Completer<void>();
    Zone.root.createTimer(Duration.zero, turned.complete);
    return turned.future;
  }

  /// Ends the app. What was mounted must have let go of everything.
  Future<void> close() async {
    if (_navigator == null) return;
    if (_binding.lifecycleState == AppLifecycleState.paused) await toFront();
    await leave();
    while (_navigator!.canPop()) {
      await pop();
    }
    await wait(const Duration(minutes: 5));
    expect(time.timers, 0, 'timers left over');
    expect(_binding.observers, 0, 'observers left over');
  }

  /// Ends the app without a look at what it leaves behind, such as after an error in a build.
  void abandon() => _navigator = null;

  Iterable<T> _all<T extends Element>([Element? from]) sync* {
    final element = from ?? _binding.rootElement!;
    if (element is T) yield element;
    for (final child in element.children) {
      yield* _all<T>(child);
    }
  }

  /// Every widget of this type that is mounted, from the lowest page to the topmost.
  List<W> all<W extends Widget>() => [
        for (final element in _all())
          if (element.widget is W) element.widget as W,
      ];

  List<String> get texts => [for (final text in all<Text>()) text.data!];

  bool sees(String text) => texts.any((shown) => shown.contains(text));

  void expectText(String text) {
    if (!sees(text)) throw TestFailure('"$text" is not on the screen, but ${_text(texts)}');
  }

  void expectNoText(String text) {
    if (sees(text)) throw TestFailure('"$text" is on the screen: ${_text(texts)}');
  }

  /// The topmost button with this text.
  ButtonStyleButton button(String text) {
    final found = [
      for (final element in _all())
        if (element.widget is ButtonStyleButton &&
            _all(element).any((below) => below.widget is Text && (below.widget as Text).data!.contains(text)))
          element.widget as ButtonStyleButton,
    ];
    if (found.isEmpty) throw TestFailure('There is no button "$text", but ${_text(texts)}');
    return found.last;
  }

  Future<void> tap(String text) async {
    final pressed = button(text).onPressed;
    if (pressed == null) throw TestFailure('The button "$text" is off.');
    pressed();
    await settle();
  }
}

enum _Tab { shown, muted, keptAlive }

class _TabPage extends LayoutWidget {
  const _TabPage({required this.keptAlive, required this.child});

  final bool keptAlive;
  final Widget child;

  @override
  List<Widget> get parts => [child];

  @override
  ParentData get partsData => _TabData(keptAlive);
}

class _TabData extends ParentData with KeepAliveParentDataMixin {
  _TabData(this.keptAlive);

  @override
  final bool keptAlive;
}
