/// The app as a whole: its life in front and in the background, and its frames.
library;

import 'foundation.dart';
import 'framework.dart';

enum AppLifecycleState { detached, resumed, inactive, hidden, paused }

mixin class WidgetsBindingObserver {
  void didChangeAppLifecycleState(AppLifecycleState state) {}
}

class WidgetsBinding {
  static WidgetsBinding instance = WidgetsBinding();

  final _observers = <WidgetsBindingObserver>[];
  final _afterFrame = <void Function(Duration)>[];
  final buildOwner = BuildOwner();
  Element? rootElement;

  AppLifecycleState? lifecycleState = AppLifecycleState.resumed;

  void addObserver(WidgetsBindingObserver observer) => _observers.add(observer);

  bool removeObserver(WidgetsBindingObserver observer) => _observers.remove(observer);

  /// How many still listen: what is left over at the end was not disposed of.
  int get observers => _observers.length;

  void handleAppLifecycleStateChanged(AppLifecycleState state) {
    if (lifecycleState == state) return;
    lifecycleState = state;
    for (final observer in [..._observers]) {
      if (_observers.contains(observer)) observer.didChangeAppLifecycleState(state);
    }
  }

  /// Runs after the next frame. It asks for none: without a change there is no next one.
  void addPostFrameCallback(void Function(Duration) callback, {String debugLabel = 'callback'}) =>
      _afterFrame.add(callback);

  /// Flutter draws nothing while the app is not to be seen.
  bool get framesEnabled =>
      lifecycleState == AppLifecycleState.resumed || lifecycleState == AppLifecycleState.inactive;

  bool get hasWork => buildOwner.hasWork && framesEnabled;

  void attachRootWidget(Widget widget) {
    rootElement = buildOwner.attach(rootElement, widget);
    drawFrame();
  }

  void drawFrame() {
    buildOwner.buildScope();
    final callbacks = [..._afterFrame];
    _afterFrame.clear();
    for (final callback in callbacks) {
      callback(Duration.zero);
    }
  }
}

/// Tells of the changes of the app's life.
class AppLifecycleListener with WidgetsBindingObserver {
  AppLifecycleListener({
    WidgetsBinding? binding,
    this.onResume,
    this.onInactive,
    this.onHide,
    this.onShow,
    this.onPause,
    this.onRestart,
    this.onDetach,
    this.onStateChange,
  })  : binding = binding ?? WidgetsBinding.instance,
        _state = (binding ?? WidgetsBinding.instance).lifecycleState {
    this.binding.addObserver(this);
  }

  final WidgetsBinding binding;
  final VoidCallback? onResume;
  final VoidCallback? onInactive;
  final VoidCallback? onHide;
  final VoidCallback? onShow;
  final VoidCallback? onPause;
  final VoidCallback? onRestart;
  final VoidCallback? onDetach;
  final ValueChanged<AppLifecycleState>? onStateChange;

  AppLifecycleState? _state;
  bool _disposed = false;

  static const _from = {
    AppLifecycleState.resumed: [AppLifecycleState.inactive, AppLifecycleState.detached],
    AppLifecycleState.inactive: [AppLifecycleState.hidden, AppLifecycleState.resumed],
    AppLifecycleState.hidden: [AppLifecycleState.paused, AppLifecycleState.inactive],
    AppLifecycleState.paused: [AppLifecycleState.hidden],
    AppLifecycleState.detached: [AppLifecycleState.paused],
  };

  void _assertNotDisposed() {
    if (_disposed) throw FlutterError('A $runtimeType was used after being disposed.');
  }

  void dispose() {
    _assertNotDisposed();
    binding.removeObserver(this);
    _disposed = true;
  }

  @override
  void didChangeAppLifecycleState(AppLifecycleState state) {
    _assertNotDisposed();
    final before = _state;
    if (state == before) return;
    if (before != null && !_from[state]!.contains(before)) {
      throw FlutterError('Invalid state transition from $before to $state');
    }
    _state = state;
    switch (state) {
      case AppLifecycleState.resumed:
        onResume?.call();
      case AppLifecycleState.inactive:
        before == AppLifecycleState.hidden ? onShow?.call() : onInactive?.call();
      case AppLifecycleState.hidden:
        before == AppLifecycleState.paused ? onRestart?.call() : onHide?.call();
      case AppLifecycleState.paused:
        onPause?.call();
      case AppLifecycleState.detached:
        onDetach?.call();
    }
    onStateChange?.call(state);
  }
}
