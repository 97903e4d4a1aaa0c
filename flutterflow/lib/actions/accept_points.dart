import 'package:kippu_flutter/actions/index.dart';

/// Takes the points that a store offers. Returns what was earned, for EarnedScreens; or `ok: false` with `error`.
///
/// `status` is `reversed` instead of `accepted` where they were taken back since.
Future<dynamic> acceptPoints(String awardId) => callKippu('awardPoints', {'awardId': awardId});
