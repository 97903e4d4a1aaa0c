/// The plain widgets: text, boxes, rows, and those that rebuild by a value or over time.
library;

import 'dart:async';

import 'foundation.dart';
import 'framework.dart';

enum MainAxisAlignment { start, end, center, spaceBetween, spaceAround, spaceEvenly }

enum MainAxisSize { min, max }

enum CrossAxisAlignment { start, end, center, stretch, baseline }

enum TextAlign { left, right, center, justify, start, end }

enum TextDirection { rtl, ltr }

enum StackFit { loose, expand, passthrough }

class Size {
  const Size(this.width, this.height);

  static const zero = Size(0, 0);

  final double width;
  final double height;
}

class Color {
  const Color(this.value);

  final int value;
}

class FontWeight {
  const FontWeight._(this.value);

  static const w400 = FontWeight._(400);
  static const w500 = FontWeight._(500);
  static const w600 = FontWeight._(600);
  static const bold = FontWeight._(700);
  static const normal = w400;

  final int value;
}

class TextStyle {
  const TextStyle({this.color, this.fontSize, this.fontWeight});

  final Color? color;
  final double? fontSize;
  final FontWeight? fontWeight;
}

abstract class EdgeInsetsGeometry {
  const EdgeInsetsGeometry();
}

class EdgeInsets extends EdgeInsetsGeometry {
  const EdgeInsets.all(double value)
      : left = value,
        top = value,
        right = value,
        bottom = value;
  const EdgeInsets.only({this.left = 0, this.top = 0, this.right = 0, this.bottom = 0});
  const EdgeInsets.symmetric({double vertical = 0, double horizontal = 0})
      : left = horizontal,
        top = vertical,
        right = horizontal,
        bottom = vertical;

  final double left, top, right, bottom;
}

class Text extends LayoutWidget {
  const Text(String this.data, {super.key, this.style, this.textAlign});

  final String? data;
  final TextStyle? style;
  final TextAlign? textAlign;

  @override
  List<Widget> get parts => const [];
}

class IconData {
  const IconData(this.codePoint, {this.fontFamily});

  final int codePoint;
  final String? fontFamily;
}

class Icon extends LayoutWidget {
  const Icon(this.icon, {super.key, this.size, this.color});

  final IconData? icon;
  final double? size;
  final Color? color;

  @override
  List<Widget> get parts => const [];
}

abstract class _Single extends LayoutWidget {
  const _Single({super.key, this.child});

  final Widget? child;

  @override
  List<Widget> get parts => [if (child != null) child!];
}

class SizedBox extends _Single {
  const SizedBox({super.key, this.width, this.height, super.child});
  const SizedBox.shrink({super.key, super.child})
      : width = 0,
        height = 0;
  const SizedBox.expand({super.key, super.child})
      : width = double.infinity,
        height = double.infinity;
  const SizedBox.square({super.key, super.child, double? dimension})
      : width = dimension,
        height = dimension;

  final double? width;
  final double? height;
}

class ColoredBox extends _Single {
  const ColoredBox({super.key, required this.color, super.child});

  final Color color;
}

class Padding extends _Single {
  const Padding({super.key, required this.padding, super.child});

  final EdgeInsetsGeometry padding;
}

class Center extends _Single {
  const Center({super.key, this.widthFactor, this.heightFactor, super.child});

  final double? widthFactor;
  final double? heightFactor;
}

class Expanded extends _Single {
  const Expanded({super.key, this.flex = 1, required Widget super.child});

  final int flex;
}

class SingleChildScrollView extends _Single {
  const SingleChildScrollView({super.key, super.child});
}

class Transform extends _Single {
  const Transform.scale({super.key, this.scale, super.child});

  final double? scale;
}

abstract class _Several extends LayoutWidget {
  const _Several({super.key, this.children = const []});

  final List<Widget> children;

  @override
  List<Widget> get parts => children;
}

class Column extends _Several {
  const Column({
    super.key,
    this.mainAxisAlignment = MainAxisAlignment.start,
    this.mainAxisSize = MainAxisSize.max,
    this.crossAxisAlignment = CrossAxisAlignment.center,
    super.children,
  });

  final MainAxisAlignment mainAxisAlignment;
  final MainAxisSize mainAxisSize;
  final CrossAxisAlignment crossAxisAlignment;
}

class Row extends _Several {
  const Row({
    super.key,
    this.mainAxisAlignment = MainAxisAlignment.start,
    this.mainAxisSize = MainAxisSize.max,
    this.crossAxisAlignment = CrossAxisAlignment.center,
    super.children,
  });

  final MainAxisAlignment mainAxisAlignment;
  final MainAxisSize mainAxisSize;
  final CrossAxisAlignment crossAxisAlignment;
}

class Stack extends _Several {
  const Stack({super.key, this.fit = StackFit.loose, super.children});

  final StackFit fit;
}

class Builder extends StatelessWidget {
  const Builder({super.key, required this.builder});

  final WidgetBuilder builder;

  @override
  Widget build(BuildContext context) => builder(context);
}

class ValueListenableBuilder<T> extends StatefulWidget {
  const ValueListenableBuilder({super.key, required this.valueListenable, required this.builder, this.child});

  final ValueListenable<T> valueListenable;
  final ValueWidgetBuilder<T> builder;
  final Widget? child;

  @override
  State<ValueListenableBuilder<T>> createState() => _ValueListenableBuilderState<T>();
}

class _ValueListenableBuilderState<T> extends State<ValueListenableBuilder<T>> {
  late T _value;

  @override
  void initState() {
    super.initState();
    _value = widget.valueListenable.value;
    widget.valueListenable.addListener(_changed);
  }

  @override
  void didUpdateWidget(ValueListenableBuilder<T> oldWidget) {
    super.didUpdateWidget(oldWidget);
    if (oldWidget.valueListenable == widget.valueListenable) return;
    oldWidget.valueListenable.removeListener(_changed);
    _value = widget.valueListenable.value;
    widget.valueListenable.addListener(_changed);
  }

  @override
  void dispose() {
    widget.valueListenable.removeListener(_changed);
    super.dispose();
  }

  void _changed() => setState(() => _value = widget.valueListenable.value);

  @override
  Widget build(BuildContext context) => widget.builder(context, _value, widget.child);
}

class Tween<T extends Object?> {
  Tween({this.begin, this.end});

  T? begin;
  T? end;
}

class IntTween extends Tween<int> {
  IntTween({super.begin, super.end});
}

abstract class Curve {
  const Curve();
}

class _NamedCurve extends Curve {
  const _NamedCurve();
}

abstract final class Curves {
  static const Curve linear = _NamedCurve();
  static const Curve easeOutCubic = _NamedCurve();
  static const Curve elasticOut = _NamedCurve();
}

/// Shows the beginning, and after its duration the end.
class TweenAnimationBuilder<T extends Object?> extends StatefulWidget {
  const TweenAnimationBuilder({
    super.key,
    required this.tween,
    required this.duration,
    this.curve = Curves.linear,
    required this.builder,
    this.onEnd,
    this.child,
  });

  final Tween<T> tween;
  final Duration duration;
  final Curve curve;
  final ValueWidgetBuilder<T> builder;
  final VoidCallback? onEnd;
  final Widget? child;

  @override
  State<TweenAnimationBuilder<T>> createState() => _TweenAnimationBuilderState<T>();
}

class _TweenAnimationBuilderState<T extends Object?> extends State<TweenAnimationBuilder<T>> {
  late T _value = (widget.tween.begin ?? widget.tween.end) as T;
  Timer? _timer;

  @override
  void initState() {
    super.initState();
    _play();
  }

  @override
  void didUpdateWidget(TweenAnimationBuilder<T> oldWidget) {
    super.didUpdateWidget(oldWidget);
    if (oldWidget.tween.end != widget.tween.end) _play();
  }

  void _play() {
    _timer?.cancel();
    _timer = Timer(widget.duration, () {
      setState(() => _value = widget.tween.end as T);
      widget.onEnd?.call();
    });
  }

  @override
  void dispose() {
    _timer?.cancel();
    super.dispose();
  }

  @override
  Widget build(BuildContext context) => widget.builder(context, _value, widget.child);
}
