/// A time that tests move by hand: timers, the clock on the wall, and the one that only counts.
///
/// A widget under test gets these names in place of those of `dart:core`.
library;

import 'dart:async' as async;
import 'dart:core' as core;
import 'dart:core' hide DateTime, Stopwatch;

/// The time of one test. Timers that are made in its zone go off in it.
class FakeTime {
  static FakeTime current = FakeTime();

  /// Since the test began, as a phone counts that is awake.
  Duration counted = Duration.zero;

  /// What the phone's clock says.
  core.DateTime wall = core.DateTime.utc(2030, 1, 2, 3, 4, 5);

  final _timers = <_FakeTimer>[];

  int get timers => _timers.length;

  void advance(Duration by) {
    counted += by;
    wall = wall.add(by);
  }

  /// Lets the next timer go off that is due until then, if there is one.
  bool fireNext(Duration until) {
    final due = [
      for (final timer in _timers)
        if (timer.at <= until) timer,
    ]..sort((a, b) => a.at.compareTo(b.at));
    if (due.isEmpty) return false;
    if (due.first.at > counted) advance(due.first.at - counted);
    due.first.fire();
    return true;
  }

  async.Timer _add(Duration after, Duration? every, void Function(async.Timer) callback) {
    final timer = _FakeTimer(this, after.isNegative ? Duration.zero : after, every, callback);
    _timers.add(timer);
    return timer;
  }

  async.ZoneSpecification zone(void Function(Object, StackTrace) onError) => async.ZoneSpecification(
        createTimer: (self, parent, zone, after, callback) => _add(after, null, (_) => zone.run(callback)),
        createPeriodicTimer: (self, parent, zone, every, callback) =>
            _add(every, every, (timer) => zone.runUnary(callback, timer)),
        handleUncaughtError: (self, parent, zone, error, stack) => onError(error, stack),
      );
}

class _FakeTimer implements async.Timer {
  _FakeTimer(this._time, Duration after, this._every, this._callback) : at = _time.counted + after;

  final FakeTime _time;
  final Duration? _every;
  final void Function(async.Timer) _callback;
  Duration at;

  @override
  int tick = 0;

  @override
  bool get isActive => _time._timers.contains(this);

  @override
  void cancel() => _time._timers.remove(this);

  void fire() {
    tick++;
    final every = _every;
    if (every == null) {
      cancel();
    } else {
      at += every;
    }
    _callback(this);
  }
}

/// The phone's clock. What is computed from it is the core's own.
extension type DateTime._(core.DateTime _it) implements core.DateTime {
  DateTime(int year, [int month = 1, int day = 1]) : this._(core.DateTime(year, month, day));
  DateTime.now() : this._(FakeTime.current.wall);
}

class Stopwatch implements core.Stopwatch {
  Duration _before = Duration.zero;
  Duration? _since;

  @override
  int get frequency => 1000000;

  @override
  bool get isRunning => _since != null;

  @override
  Duration get elapsed => _before + (_since == null ? Duration.zero : FakeTime.current.counted - _since!);

  @override
  int get elapsedMicroseconds => elapsed.inMicroseconds;

  @override
  int get elapsedMilliseconds => elapsed.inMilliseconds;

  @override
  int get elapsedTicks => elapsedMicroseconds;

  @override
  void start() => _since ??= FakeTime.current.counted;

  @override
  void stop() {
    _before = elapsed;
    _since = null;
  }

  @override
  void reset() {
    _before = Duration.zero;
    if (_since != null) _since = FakeTime.current.counted;
  }
}
