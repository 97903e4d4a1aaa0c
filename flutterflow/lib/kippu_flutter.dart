/// Everything an app needs of Kippu: custom actions, widgets and functions, for Flutter and FlutterFlow.
library;

export 'actions/index.dart';
export 'functions/index.dart';
export 'widgets/index.dart';
