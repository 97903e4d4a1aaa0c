import 'package:kippu_flutter/actions/index.dart';

Future<dynamic> offerPoints(String storeId, String nonce, int amount) => callKippu(
      'requestPointAward',
      {'storeId': storeId, 'nonce': nonce, 'amount': amount},
    );
