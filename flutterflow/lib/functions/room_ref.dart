import 'package:cloud_firestore/cloud_firestore.dart';

/// The chat room's document, for a backend query of a page that knows its id.
DocumentReference roomRef(String chatRoomId) =>
    FirebaseFirestore.instance.collection('chat_rooms').doc(chatRoomId);
