// The custom functions, each by its one name.
export 'door_text.dart' show doorText;
export 'guidance_text.dart' show guidanceText;
export 'room_ref.dart' show roomRef;
