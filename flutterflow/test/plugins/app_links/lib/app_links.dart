/// A stand-in of app_links: the addresses that open the app. The first one waits for somebody who listens.
library;

import 'dart:async';

class AppLinks {
  factory AppLinks() => _instance;

  AppLinks._();

  static final AppLinks _instance = AppLinks._();

  StreamController<Uri>? _links;
  Uri? _first;

  Stream<Uri> get uriLinkStream {
    final known = _links;
    if (known != null) return known.stream;
    final links = _links = StreamController<Uri>.broadcast();
    links.onCancel = () => _leave(links);
    scheduleMicrotask(_tellFirst);
    return links.stream;
  }

  Future<Uri?> getInitialLink() async => _first;

  /// No part of the plugin: the system opens the app by `address`.
  void opened(Uri address) {
    final links = _links;
    if (links != null && links.hasListener) {
      links.add(address);
    } else {
      _first = address;
    }
  }

  /// The plugin lets go of the platform first: whoever listens anew meanwhile gets the stream that ends here.
  Future<void> _leave(StreamController<Uri> links) async {
    await Future<void>.delayed(Duration.zero);
    await links.close();
    _links = null;
  }

  void _tellFirst() {
    final first = _first;
    if (first != null) _links?.add(first);
    _first = null;
  }
}
