/// A stand-in of Flutter's material library: what the package for apps uses of it.
library;

import 'package:flutter/widgets.dart';

export 'package:flutter/widgets.dart';

class MaterialColor extends ColorSwatch<int> {
  const MaterialColor(super.value, super.swatch);
}

abstract final class Colors {
  static const Color transparent = Color(0x00000000);
  static const Color black = Color(0xFF000000);
  static const Color white = Color(0xFFFFFFFF);
  static const MaterialColor amber = MaterialColor(0xFFFFC107, {});
  static const MaterialColor blue = MaterialColor(0xFF2196F3, {});
  static const MaterialColor grey = MaterialColor(0xFF9E9E9E, {});
  static const MaterialColor red = MaterialColor(0xFFF44336, {});
}

abstract final class Icons {
  static const IconData approval = IconData(0xe076);
  static const IconData block = IconData(0xe0b9);
  static const IconData cloud_off = IconData(0xe16f);
  static const IconData emoji_events = IconData(0xe22e);
  static const IconData explore = IconData(0xe249);
  static const IconData favorite = IconData(0xe25b);
  static const IconData flag = IconData(0xe28e);
  static const IconData refresh = IconData(0xe514);
  static const IconData savings = IconData(0xe553);
}

abstract class _Button extends StatelessWidget {
  const _Button({super.key, required this.onPressed, this.child});

  final VoidCallback? onPressed;
  final Widget? child;

  @override
  Widget build(BuildContext context) => child ?? this;
}

class Card extends _Button {
  const Card({super.key, super.child}) : super(onPressed: null);
}

class TextButton extends _Button {
  const TextButton({super.key, required super.onPressed, required Widget super.child});

  factory TextButton.icon({Key? key, required VoidCallback? onPressed, Widget? icon, required Widget label}) =>
      TextButton(key: key, onPressed: onPressed, child: label);
}

class ElevatedButton extends _Button {
  const ElevatedButton({super.key, required super.onPressed, required super.child});
}

class CircularProgressIndicator extends StatelessWidget {
  const CircularProgressIndicator({super.key});

  @override
  Widget build(BuildContext context) => this;
}
