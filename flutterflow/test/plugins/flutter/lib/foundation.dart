/// A stand-in of Flutter's foundation library: what the package for apps uses of it.
library;

const bool kDebugMode = true;
const bool kIsWeb = bool.fromEnvironment('dart.library.js_interop');
const bool kReleaseMode = bool.fromEnvironment('dart.vm.product');

enum TargetPlatform { android, fuchsia, iOS, linux, macOS, windows }

TargetPlatform get defaultTargetPlatform => TargetPlatform.android;

typedef VoidCallback = void Function();
typedef ValueChanged<T> = void Function(T value);

void debugPrint(String? message, {int? wrapWidth}) => print(message);

class Key {
  const factory Key(String value) = ValueKey<String>;
  const Key.empty();
}

class LocalKey extends Key {
  const LocalKey() : super.empty();
}

class ValueKey<T> extends LocalKey {
  const ValueKey(this.value);

  final T value;
}

abstract class Listenable {
  void addListener(VoidCallback listener);
  void removeListener(VoidCallback listener);
}

class ChangeNotifier implements Listenable {
  @override
  void addListener(VoidCallback listener) {}
  @override
  void removeListener(VoidCallback listener) {}
  void dispose() {}
}

class ValueNotifier<T> extends ChangeNotifier {
  ValueNotifier(this.value);

  T value;
}
