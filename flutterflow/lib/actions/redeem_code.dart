import 'package:kippu_flutter/actions/index.dart';

/// Opens the room of a ticket by its code, for 「メッセージを開始」 and 「チケットコードを入力」.
///
/// `imeconId` is the consultant to see, for a perk code that names none; empty otherwise. Returns `outcome` `room` with
/// `chatRoomId` and `ticketId`, also if it is redeemed already; or `failed` with `reason` and `message`.
Future<dynamic> redeemCode(String ticketCode, String? imeconId) async {
  final room = await callKippu('redeemTicketCode', {
    'ticketCode': ticketCode,
    'imeconId': imeconId,
  });
  if (room['ok'] == true) {
    return {
      'outcome': 'room',
      'ticketId': room['ticket_id'],
      'chatRoomId': room['chat_room_id'],
    };
  }
  final error = room['error'];
  final openRoom = error['details']['chat_room_id'];
  // A second tap, or an answer that got lost: the room is there already.
  if (const ['TICKET_ALREADY_USED', 'CODE_ALREADY_REDEEMED'].contains(error['reason']) && openRoom != null) {
    return {'outcome': 'room', 'chatRoomId': openRoom};
  }
  return {'outcome': 'failed', 'reason': error['reason'], 'message': error['message']};
}
