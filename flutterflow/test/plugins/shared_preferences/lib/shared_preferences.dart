/// A stand-in of shared_preferences.
library;

class SharedPreferences {
  SharedPreferences._();

  static final SharedPreferences _only = SharedPreferences._();
  final Map<String, Object> _kept = {};

  static Future<SharedPreferences> getInstance() async => _only;

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
