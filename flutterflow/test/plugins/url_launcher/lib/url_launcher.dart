/// A stand-in of url_launcher: writes down what was opened.
library;

import 'package:surroundings/surroundings.dart';

enum LaunchMode { platformDefault, inAppWebView, inAppBrowserView, externalApplication, externalNonBrowserApplication }

Future<bool> launchUrl(Uri url, {LaunchMode mode = LaunchMode.platformDefault, String? webOnlyWindowName}) async {
  final inApp = mode == LaunchMode.inAppWebView || mode == LaunchMode.inAppBrowserView;
  if (inApp && url.scheme != 'https' && url.scheme != 'http') {
    throw ArgumentError.value(url, 'url', 'To use an in-app web view, you must provide an http(s) URL.');
  }
  final order = await Orders.take('launchUrl');
  if (order is AnswersInstead) return order.what as bool;
  Seen.pages.add('$url');
  Seen.pagesOpen++;
  return true;
}

Future<bool> canLaunchUrl(Uri url) async => url.scheme == 'https' || url.scheme == 'http';

Future<void> closeInAppWebView() async {
  await Orders.take('closeInAppWebView');
  Seen.pagesOpen = 0;
}

Future<bool> supportsLaunchMode(LaunchMode mode) async => mode != LaunchMode.externalNonBrowserApplication;

Future<bool> supportsCloseForLaunchMode(LaunchMode mode) async {
  await Orders.take('supportsCloseForLaunchMode');
  return mode == LaunchMode.inAppBrowserView;
}
