import 'package:kippu_flutter/actions/index.dart';

/// Declines the points that a store offers. Returns the award, or `ok: false` with `error`.
Future<dynamic> declinePoints(String awardId) => callKippu('declinePointAward', {'awardId': awardId});
