import 'package:kippu_flutter/actions/index.dart';

Future<dynamic> answerConsultation(String chatRoomId, bool accept) => callKippu(
      'answerConsultation',
      {'chatRoomId': chatRoomId, 'accept': accept},
    );
