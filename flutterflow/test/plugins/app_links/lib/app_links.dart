/// A stand-in of app_links: the addresses that open the app. The first one waits for somebody who listens.
library;

import 'dart:async';

class AppLinks {
  factory AppLinks() => _instance;

  AppLinks._();

  static final AppLinks _instance = AppLinks._();

  late final StreamController<Uri> _links = StreamController<Uri>.broadcast(onListen: _tellFirst);
  Uri? _first;

  Stream<Uri> get uriLinkStream => _links.stream;

  Future<Uri?> getInitialLink() async => _first;

  /// No part of the plugin: the system opens the app by `address`.
  void opened(Uri address) {
    if (_links.hasListener) {
      _links.add(address);
    } else {
      _first = address;
    }
  }

  void _tellFirst() {
    final first = _first;
    if (first != null) _links.add(first);
    _first = null;
  }
}
