import 'package:kippu_flutter/actions/index.dart';

final _underWay = <String, Future<dynamic>>{};

/// Orders places of an event, and lets the user pay them by PaymentSheet. What is free of charge is theirs at once.
///
/// `requestId` is of newRequestId; keep it while the choice is the same: another one is another order. `items` is a list of
/// `{tier, quantity}` and `{tier, seat_number}`, `shownAmount` what the screen shows for all of it in JPY. With `adjacent` seats
/// are side by side, or none is taken. Returns what payEventOrder does. A second tap for the same gets the same outcome.
Future<dynamic> buyEventTickets(
  String eventId,
  String requestId,
  dynamic items,
  int shownAmount,
  bool adjacent,
) {
  // Not by the request: whoever makes a new one at each tap must not order twice.
  final order = '$eventId $items $shownAmount $adjacent';
  return _underWay[order] ??= _bought(eventId, requestId, items, shownAmount, adjacent).whenComplete(() {
    _underWay.remove(order);
  });
}

Future<dynamic> _bought(String eventId, String requestId, dynamic items, int shownAmount, bool adjacent) async {
  final order = await callKippu('purchaseTicket', {
    'eventId': eventId,
    'requestId': requestId,
    'items': adjacent ? _sideBySide(items) : items,
    'amount': shownAmount,
  });
  return finishEventOrder(order);
}

dynamic _sideBySide(dynamic items) => items is List
    ? [for (final item in items) item is Map ? {...item, 'adjacent': true} : item]
    : items;
