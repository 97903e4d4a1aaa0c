import 'package:kippu_flutter/actions/index.dart';

/// Offers a customer points for what they paid. `nonce` is of the reading of their code, `amount` is what was paid in JPY.
///
/// Returns the award (`awardId`, `points`, `status`), the same one when it is asked for again; or `ok: false` with `error`.
Future<dynamic> offerPoints(String storeId, String nonce, int amount) => callKippu(
      'requestPointAward',
      {'storeId': storeId, 'nonce': nonce, 'amount': amount},
    );
