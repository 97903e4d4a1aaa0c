import 'package:kippu_flutter/actions/index.dart';

/// Pays a store with points, 1 JPY each. `nonce` is of the reading of the store's code.
///
/// Returns `pointsUsed`, `availablePoints`, `usedAt` and `status`; or `ok: false` with `error`. After `UNREACHABLE` it may be paid:
/// asked again with the same points it answers with the same payment.
Future<dynamic> payWithPoints(String storeId, String nonce, int points) => callKippu(
      'usePoints',
      {'storeId': storeId, 'nonce': nonce, 'points': points},
    );
