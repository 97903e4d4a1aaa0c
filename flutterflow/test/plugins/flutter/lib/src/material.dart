/// Material's buttons, colours and icons, as far as the widgets use them.
library;

import 'basic.dart';
import 'foundation.dart';
import 'framework.dart';

class ColorSwatch<T> extends Color {
  const ColorSwatch(super.value, this._swatch);

  final Map<T, Color> _swatch;

  Color? operator [](T key) => _swatch[key];
}

class MaterialColor extends ColorSwatch<int> {
  const MaterialColor(super.value, super.swatch);
}

abstract final class Colors {
  static const transparent = Color(0x00000000);
  static const black = Color(0xff000000);
  static const white = Color(0xffffffff);
  static const red = MaterialColor(0xfff44336, {});
  static const blue = MaterialColor(0xff2196f3, {});
  static const amber = MaterialColor(0xffffc107, {});
  static const grey = MaterialColor(0xff9e9e9e, {600: Color(0xff757575)});
}

abstract final class Icons {
  static const approval = IconData(0xe076);
  static const block = IconData(0xe0b9);
  static const cloud_off = IconData(0xe16f);
  static const emoji_events = IconData(0xe22e);
  static const error = IconData(0xe237);
  static const explore = IconData(0xe249);
  static const favorite = IconData(0xe25b);
  static const flag = IconData(0xe28e);
  static const refresh = IconData(0xe514);
  static const savings = IconData(0xe553);
}

/// Flutter has a class of this name too: a file that imports two of them must say which.
class Card extends LayoutWidget {
  const Card({super.key, this.child});

  final Widget? child;

  @override
  List<Widget> get parts => [if (child != null) child!];
}

class CircularProgressIndicator extends LayoutWidget {
  const CircularProgressIndicator({super.key});

  @override
  List<Widget> get parts => const [];
}

abstract class ButtonStyleButton extends LayoutWidget {
  const ButtonStyleButton({super.key, required this.onPressed, required this.child});

  final VoidCallback? onPressed;
  final Widget? child;

  bool get enabled => onPressed != null;

  @override
  List<Widget> get parts => [if (child != null) child!];
}

class TextButton extends ButtonStyleButton {
  const TextButton({super.key, required super.onPressed, required Widget super.child});

  factory TextButton.icon({Key? key, required VoidCallback? onPressed, Widget? icon, required Widget label}) =>
      TextButton(
        key: key,
        onPressed: onPressed,
        child: Row(mainAxisSize: MainAxisSize.min, children: [if (icon != null) icon, label]),
      );
}

class ElevatedButton extends ButtonStyleButton {
  const ElevatedButton({super.key, required super.onPressed, required super.child});
}
