/// Errors of the platform's side of a plugin.
library;

/// Thrown by a plugin whose platform answered with an error.
class PlatformException implements Exception {
  PlatformException({required this.code, this.message, this.details, this.stacktrace});

  final String code;
  final String? message;
  final dynamic details;
  final String? stacktrace;

  @override
  String toString() => 'PlatformException($code, $message, $details, $stacktrace)';
}

/// Thrown where a plugin does not exist on the platform.
class MissingPluginException implements Exception {
  MissingPluginException([this.message]);

  final String? message;

  @override
  String toString() => 'MissingPluginException($message)';
}
