import 'dart:async';

import 'package:cloud_firestore/cloud_firestore.dart';
import 'package:firebase_auth/firebase_auth.dart';

const _longest = 2000;
final _visible = RegExp(
  r'[^\p{Z}\p{Cc}\p{Cf}\p{Co}\p{M}\u115F\u1160\u2065\u2800\u3164\uFFA0\uFFF0-\uFFF8\u{1D159}\u{E0000}-\u{E0FFF}]',
  unicode: true,
);
final _picture = RegExp(
  r"^https://[A-Za-z0-9][A-Za-z0-9.-]*(:[0-9]+)?([/?#][A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]*)?$",
);

const _messages = {
  'blank': 'メッセージを入力してください',
  'too_long': 'メッセージは2000文字以内で入力してください',
  'picture': 'この画像は送信できません',
  'not_started': '相談はまだ開始されていません',
  'ended': '相談は終了しました',
  'cancelled': '相談はキャンセルされました',
  'no_room': 'このチャットルームには送信できません',
  'offline': '通信できませんでした。電波の良い場所に移動すると送信されます',
  'signed_out': 'もう一度ログインしてください',
  'failed': '送信できませんでした。もう一度お試しください',
};

/// An active room that refuses a good message is past its `ends_at`, whatever the phone's clock says.
const _byStatus = {
  'pending': 'not_started',
  'active': 'ended',
  'ended': 'ended',
  'cancelled': 'cancelled',
};

final _underWay = <String, Future<Map<String, dynamic>>>{};

/// Sends a message to a chat room whose session runs. `imageUrl` is a picture's `https://` address, or empty.
///
/// Returns `outcome`: `sent`, or `refused` with a `reason` and the `message` to show; keep the text in its field then. After
/// `offline` the message is sent by itself once there is a network, if the session still runs then: the text may go. A
/// second tap meanwhile sends it once.
Future<dynamic> sendMessage(String chatRoomId, String text, String? imageUrl) {
  final message = '$chatRoomId $imageUrl $text';
  return _underWay[message] ??= _sent(chatRoomId, text, imageUrl ?? '').whenComplete(() {
    _underWay.remove(message);
  });
}

Future<Map<String, dynamic>> _sent(String chatRoomId, String text, String picture) async {
  try {
    final me = FirebaseAuth.instance.currentUser?.uid;
    if (me == null) return _refused('signed_out');
    if (chatRoomId.isEmpty) return _refused('no_room');
    final store = FirebaseFirestore.instance;
    final sent = store.collection('chat_rooms').doc(chatRoomId).collection('messages').add({
      'sender_ref': store.collection('users').doc(me),
      'text': text,
      'created_at': FieldValue.serverTimestamp(),
      if (picture.isNotEmpty) 'image_url': picture,
    });
    // Without a network it waits for one, for as long as that takes.
    await sent.timeout(const Duration(seconds: 10));
    return {'outcome': 'sent'};
  } on TimeoutException {
    return _refused('offline');
  } on FirebaseException catch (error) {
    if (error.code != 'permission-denied') return _refused('failed');
    return _refused(_wrongWith(text, picture) ?? await _wrongWithRoom(chatRoomId));
  } catch (_) {
    return _refused('failed');
  }
}

String? _wrongWith(String text, String picture) {
  if (!_visible.hasMatch(text)) return 'blank';
  if (text.length > _longest) return 'too_long';
  if (picture.isEmpty) return null;
  return picture.length > _longest || !_picture.hasMatch(picture) ? 'picture' : null;
}

Future<String> _wrongWithRoom(String chatRoomId) async {
  try {
    final room = FirebaseFirestore.instance.collection('chat_rooms').doc(chatRoomId);
    // From the server: what the phone remembers may be older than the refusal.
    final found = await room.get(const GetOptions(source: Source.server)).timeout(const Duration(seconds: 10));
    return _byStatus[found.data()?['status']] ?? 'no_room';
  } on FirebaseException catch (error) {
    return error.code == 'permission-denied' ? 'no_room' : 'failed';
  } catch (_) {
    return 'failed';
  }
}

Map<String, dynamic> _refused(String reason) => {
      'outcome': 'refused',
      'reason': reason,
      'message': _messages[reason],
    };
