// What custom functions of a FlutterFlow app see of who is signed in.
String get currentUserUid => '';
