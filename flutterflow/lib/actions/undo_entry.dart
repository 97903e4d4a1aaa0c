import 'package:kippu_flutter/actions/index.dart';

/// Takes the latest entry with a ticket back. `note` says why, or is empty. Returns `status`, and `undone` if there was one.
Future<dynamic> undoEntry(String eventId, String ticketId, String? note) => callKippu(
      'undoEntry',
      {'eventId': eventId, 'ticketId': ticketId, 'note': note},
    );
