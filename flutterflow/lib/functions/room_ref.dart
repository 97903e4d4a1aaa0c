import 'package:cloud_firestore/cloud_firestore.dart';

DocumentReference roomRef(String chatRoomId) =>
    FirebaseFirestore.instance.collection('chat_rooms').doc(chatRoomId);
