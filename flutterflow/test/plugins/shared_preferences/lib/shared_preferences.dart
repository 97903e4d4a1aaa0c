/// A stand-in of shared_preferences: keeps texts as long as the app runs.
library;

import 'package:surroundings/surroundings.dart';

class SharedPreferences {
  SharedPreferences._();

  static final SharedPreferences _instance = SharedPreferences._();

  static Future<SharedPreferences> getInstance() async {
    await Orders.take('SharedPreferences.getInstance');
    return _instance;
  }

  final Map<String, Object> _kept = {};

  Set<String> getKeys() => _kept.keys.toSet();

  String? getString(String key) => _kept[key] as String?;

  Future<bool> setString(String key, String value) async {
    _kept[key] = value;
    return true;
  }

  Future<bool> remove(String key) async {
    _kept.remove(key);
    return true;
  }
}
