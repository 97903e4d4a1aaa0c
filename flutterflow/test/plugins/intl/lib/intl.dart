/// A stand-in of intl, which a FlutterFlow app passes on to custom code.
library;

/// Of a text. Its name is also that of an enum of Flutter.
class TextDirection {
  const TextDirection._(this.value);

  final String value;

  static const TextDirection LTR = TextDirection._('LTR');
}

class DateFormat {
  DateFormat([this.pattern, this.locale]);

  final String? pattern;
  final String? locale;

  String format(DateTime date) => '$date';
}

class NumberFormat {
  NumberFormat([this.pattern, this.locale]);

  final String? pattern;
  final String? locale;

  String format(dynamic number) => '$number';
}
