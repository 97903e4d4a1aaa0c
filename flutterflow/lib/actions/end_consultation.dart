import 'package:kippu_flutter/actions/index.dart';

/// Ends a session that runs, for both its people: 「相談を終了する」. Returns the room, or `ok: false` with `error`.
Future<dynamic> endConsultation(String chatRoomId) => callKippu(
      'endConsultation',
      {'chatRoomId': chatRoomId},
    );
