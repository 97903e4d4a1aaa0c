import 'package:kippu_flutter/actions/index.dart';

/// What this device has and what it may buy, with purchases that are under way brought up to date.
Future<dynamic> getDevice(String deviceId) => callKippu('getDevice', {'deviceId': deviceId});
