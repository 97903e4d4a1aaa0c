import 'package:kippu_flutter/actions/index.dart';

Future<dynamic> endConsultation(String chatRoomId) => callKippu(
      'endConsultation',
      {'chatRoomId': chatRoomId},
    );
