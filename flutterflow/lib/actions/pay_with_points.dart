import 'package:kippu_flutter/actions/index.dart';

Future<dynamic> payWithPoints(String storeId, String nonce, int points) => callKippu(
      'usePoints',
      {'storeId': storeId, 'nonce': nonce, 'points': points},
    );
