import 'package:kippu_flutter/actions/index.dart';

Future<dynamic> acceptPoints(String awardId) =>
    callKippu('awardPoints', {'awardId': awardId});
