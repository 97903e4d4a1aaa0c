import 'package:kippu_flutter/actions/index.dart';

Future<dynamic> declinePoints(String awardId) =>
    callKippu('declinePointAward', {'awardId': awardId});
