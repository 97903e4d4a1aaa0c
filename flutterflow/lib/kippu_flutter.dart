/// Everything an app needs of Kippu: custom actions, widgets and functions, for Flutter and FlutterFlow.
library;

export 'actions/index.dart';
export 'data/account.dart';
export 'data/checkout.dart';
export 'data/consultation.dart';
export 'data/door.dart';
export 'data/events.dart';
export 'data/points.dart';
export 'data/reasons.dart';
export 'functions/index.dart';
export 'widgets/index.dart';
