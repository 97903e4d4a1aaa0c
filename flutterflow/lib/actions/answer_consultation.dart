import 'package:kippu_flutter/actions/index.dart';

/// The consultant's 「承認する」 (`accept`) or 「辞退する」. Returns the room, or `ok: false` with `error`.
Future<dynamic> answerConsultation(String chatRoomId, bool accept) => callKippu(
      'answerConsultation',
      {'chatRoomId': chatRoomId, 'accept': accept},
    );
