/// Keys, listeners, and the error that the framework throws.
library;

typedef VoidCallback = void Function();
typedef ValueChanged<T> = void Function(T value);

// Constants in Flutter; a test changes them here.
bool kDebugMode = true;
bool kIsWeb = false;
const bool kReleaseMode = bool.fromEnvironment('dart.vm.product');

enum TargetPlatform { android, fuchsia, iOS, linux, macOS, windows }

TargetPlatform? debugDefaultTargetPlatformOverride;

TargetPlatform get defaultTargetPlatform => debugDefaultTargetPlatformOverride ?? TargetPlatform.android;

void debugPrint(String? message, {int? wrapWidth}) => print(message);

class FlutterError extends Error {
  FlutterError(this.message);

  final String message;

  @override
  String toString() => message;
}

abstract class Key {
  const factory Key(String value) = ValueKey<String>;
  const Key.empty();
}

abstract class LocalKey extends Key {
  const LocalKey() : super.empty();
}

class ValueKey<T> extends LocalKey {
  const ValueKey(this.value);

  final T value;

  @override
  bool operator ==(Object other) => other.runtimeType == runtimeType && (other as ValueKey<T>).value == value;

  @override
  int get hashCode => Object.hash(runtimeType, value);
}

class UniqueKey extends LocalKey {
  UniqueKey();
}

abstract class Listenable {
  const Listenable();

  void addListener(VoidCallback listener);
  void removeListener(VoidCallback listener);
}

abstract class ValueListenable<T> extends Listenable {
  const ValueListenable();

  T get value;
}

mixin class ChangeNotifier implements Listenable {
  final _listeners = <VoidCallback>[];
  bool _disposed = false;

  void _assertNotDisposed() {
    if (_disposed) throw FlutterError('A $runtimeType was used after being disposed.');
  }

  bool get hasListeners => _listeners.isNotEmpty;

  @override
  void addListener(VoidCallback listener) {
    _assertNotDisposed();
    _listeners.add(listener);
  }

  @override
  void removeListener(VoidCallback listener) => _listeners.remove(listener);

  void notifyListeners() {
    _assertNotDisposed();
    for (final listener in [..._listeners]) {
      if (_listeners.contains(listener)) listener();
    }
  }

  void dispose() {
    _assertNotDisposed();
    _disposed = true;
    _listeners.clear();
  }
}

class ValueNotifier<T> extends ChangeNotifier implements ValueListenable<T> {
  ValueNotifier(this._value);

  T _value;

  @override
  T get value => _value;

  set value(T newValue) {
    if (_value == newValue) return;
    _value = newValue;
    notifyListeners();
  }
}
