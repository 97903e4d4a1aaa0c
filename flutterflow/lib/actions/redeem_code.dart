import 'package:kippu_flutter/actions/index.dart';

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
  // A second tap, or an answer that got lost: the room is there already.
  if (error['reason'] == 'TICKET_ALREADY_USED' || error['reason'] == 'CODE_ALREADY_REDEEMED') {
    return {'outcome': 'room', 'chatRoomId': error['details']['chat_room_id']};
  }
  return {
    'outcome': 'failed',
    'reason': error['reason'],
    'message': error['message'],
  };
}
