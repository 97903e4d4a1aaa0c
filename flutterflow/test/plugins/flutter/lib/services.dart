/// A stand-in of Flutter's services library: what plugins throw.
library;

class PlatformException implements Exception {
  PlatformException({required this.code, this.message, this.details, this.stacktrace});

  final String code;
  final String? message;
  final dynamic details;
  final String? stacktrace;
}

class MissingPluginException implements Exception {
  MissingPluginException([this.message]);

  final String? message;
}
