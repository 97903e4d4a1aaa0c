/// A stand-in of app_links.
library;

class AppLinks {
  factory AppLinks() => _only;
  AppLinks._();

  static final AppLinks _only = AppLinks._();

  Stream<Uri> get uriLinkStream => const Stream.empty();
  Future<Uri?> getInitialLink() async => null;
  Future<Uri?> getLatestLink() async => null;
}
