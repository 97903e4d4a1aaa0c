// The custom functions, each by its one name.
export 'cancel_reason_text.dart' show cancelReasonText;
export 'door_text.dart' show doorText;
export 'guidance_text.dart' show guidanceText;
export 'new_request_id.dart' show newRequestId;
export 'room_ref.dart' show roomRef;
