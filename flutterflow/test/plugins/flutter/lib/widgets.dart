/// A stand-in of Flutter's widgets library: what the package for apps uses of it.
library;

import 'package:flutter/foundation.dart';

export 'package:flutter/foundation.dart' show Key, LocalKey, ValueChanged, ValueKey, VoidCallback, debugPrint;

typedef WidgetBuilder = Widget Function(BuildContext context);
typedef ValueWidgetBuilder<T> = Widget Function(BuildContext context, T value, Widget? child);

enum AppLifecycleState { detached, resumed, inactive, hidden, paused }

class AppLifecycleListener {
  AppLifecycleListener({
    this.onResume,
    this.onInactive,
    this.onHide,
    this.onShow,
    this.onPause,
    this.onRestart,
    this.onDetach,
    this.onStateChange,
  });

  final VoidCallback? onResume;
  final VoidCallback? onInactive;
  final VoidCallback? onHide;
  final VoidCallback? onShow;
  final VoidCallback? onPause;
  final VoidCallback? onRestart;
  final VoidCallback? onDetach;
  final ValueChanged<AppLifecycleState>? onStateChange;

  void dispose() {}
}

mixin WidgetsBindingObserver {
  void didChangeAppLifecycleState(AppLifecycleState state) {}
}

class WidgetsBinding {
  static final WidgetsBinding instance = WidgetsBinding();

  AppLifecycleState? get lifecycleState => AppLifecycleState.resumed;
  void addObserver(WidgetsBindingObserver observer) {}
  bool removeObserver(WidgetsBindingObserver observer) => true;
  void addPostFrameCallback(void Function(Duration timeStamp) callback, {String debugLabel = 'callback'}) {}
}

abstract class BuildContext {
  bool get mounted;
}

abstract class Widget {
  const Widget({this.key});

  final Key? key;
}

abstract class StatelessWidget extends Widget {
  const StatelessWidget({super.key});

  Widget build(BuildContext context);
}

abstract class StatefulWidget extends Widget {
  const StatefulWidget({super.key});

  State createState();
}

abstract class State<T extends StatefulWidget> {
  T get widget => throw UnimplementedError();
  BuildContext get context => throw UnimplementedError();
  bool get mounted => true;

  void initState() {}
  void didChangeDependencies() {}
  void didUpdateWidget(covariant T oldWidget) {}
  void deactivate() {}
  void dispose() {}
  void setState(VoidCallback fn) {}
  Widget build(BuildContext context);
}

class ModalRoute<T> {
  bool get isCurrent => true;
  bool get isActive => true;

  static ModalRoute<T>? of<T extends Object?>(BuildContext context) => null;
}

class TickerMode extends StatelessWidget {
  const TickerMode({super.key, required this.enabled, required this.child});

  final bool enabled;
  final Widget child;

  static bool of(BuildContext context) => true;

  @override
  Widget build(BuildContext context) => child;
}

class Color {
  const Color(this.value);

  final int value;
}

class ColorSwatch<T> extends Color {
  const ColorSwatch(super.value, this._swatch);

  final Map<T, Color> _swatch;

  Color? operator [](T key) => _swatch[key];
}

abstract class EdgeInsetsGeometry {
  const EdgeInsetsGeometry();
}

class EdgeInsets extends EdgeInsetsGeometry {
  const EdgeInsets.all(double value);
}

enum MainAxisAlignment { start, end, center, spaceBetween, spaceAround, spaceEvenly }

enum MainAxisSize { min, max }

enum TextAlign { left, right, center, justify, start, end }

enum TextDirection { rtl, ltr }

class FontWeight {
  const FontWeight._(this.index);

  final int index;

  static const FontWeight w600 = FontWeight._(5);
  static const FontWeight bold = FontWeight._(6);
}

class TextStyle {
  const TextStyle({this.color, this.fontSize, this.fontWeight});

  final Color? color;
  final double? fontSize;
  final FontWeight? fontWeight;
}

/// What has no build of its own.
abstract class _Leaf extends StatelessWidget {
  const _Leaf({super.key, this.child});

  final Widget? child;

  @override
  Widget build(BuildContext context) => child ?? this;
}

class Text extends _Leaf {
  const Text(this.data, {super.key, this.style, this.textAlign});

  final String? data;
  final TextStyle? style;
  final TextAlign? textAlign;
}

class SizedBox extends _Leaf {
  const SizedBox({super.key, this.width, this.height, super.child});
  const SizedBox.shrink({super.key, super.child}) : width = 0.0, height = 0.0;
  const SizedBox.square({super.key, super.child, double? dimension}) : width = dimension, height = dimension;

  final double? width;
  final double? height;
}

class Column extends _Leaf {
  const Column({
    super.key,
    this.mainAxisAlignment = MainAxisAlignment.start,
    this.mainAxisSize = MainAxisSize.max,
    this.children = const <Widget>[],
  });

  final MainAxisAlignment mainAxisAlignment;
  final MainAxisSize mainAxisSize;
  final List<Widget> children;
}

class Center extends _Leaf {
  const Center({super.key, super.child});
}

class Expanded extends _Leaf {
  const Expanded({super.key, this.flex = 1, required Widget super.child});

  final int flex;
}

class Transform extends _Leaf {
  const Transform.scale({super.key, this.scale, super.child});

  final double? scale;
}

class IconData {
  const IconData(this.codePoint);

  final int codePoint;
}

class Icon extends _Leaf {
  const Icon(this.icon, {super.key, this.size, this.color});

  final IconData? icon;
  final double? size;
  final Color? color;
}

class Tween<T extends Object?> {
  Tween({this.begin, this.end});

  T? begin;
  T? end;
}

class IntTween extends Tween<int> {
  IntTween({super.begin, super.end});
}

class Curve {
  const Curve();
}

abstract final class Curves {
  static const Curve linear = Curve();
  static const Curve easeOutCubic = Curve();
  static const Curve elasticOut = Curve();
}

class TweenAnimationBuilder<T extends Object?> extends _Leaf {
  const TweenAnimationBuilder({
    super.key,
    required this.tween,
    required this.duration,
    this.curve = Curves.linear,
    required this.builder,
    this.onEnd,
    super.child,
  });

  final Tween<T> tween;
  final Duration duration;
  final Curve curve;
  final ValueWidgetBuilder<T> builder;
  final VoidCallback? onEnd;
}
