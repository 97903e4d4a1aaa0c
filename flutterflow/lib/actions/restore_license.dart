import 'package:kippu_flutter/actions/index.dart';

/// Moves a licence to this device, by the code that its owner wrote down. The answer has the next code.
Future<dynamic> restoreLicense(String deviceId, String licenseCode) => callKippu(
      'restoreLicense',
      {'deviceId': deviceId, 'licenseCode': licenseCode},
    );
