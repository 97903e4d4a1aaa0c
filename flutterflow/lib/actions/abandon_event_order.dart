import 'package:kippu_flutter/actions/index.dart';

/// Gives an unpaid order up, so that others can have its places. Returns `status`, which is `paid` if it was paid meanwhile.
Future<dynamic> abandonEventOrder(String orderId) => callKippu('abandonOrder', {'orderId': orderId});
