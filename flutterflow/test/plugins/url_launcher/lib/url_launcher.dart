/// A stand-in of url_launcher.
library;

enum LaunchMode { platformDefault, inAppWebView, inAppBrowserView, externalApplication, externalNonBrowserApplication }

Future<bool> launchUrl(Uri url, {LaunchMode mode = LaunchMode.platformDefault, String? webOnlyWindowName}) async =>
    true;
Future<bool> canLaunchUrl(Uri url) async => true;
Future<void> closeInAppWebView() async {}
Future<bool> supportsLaunchMode(LaunchMode mode) async => true;
Future<bool> supportsCloseForLaunchMode(LaunchMode mode) async => false;
