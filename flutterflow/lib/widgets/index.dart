// The custom widgets, each by its one name, as FlutterFlow exports them.
export 'code_camera.dart' show CodeCamera;
export 'code_scanner.dart' show CodeScanner;
export 'earned_screens.dart' show EarnedScreens;
export 'live_qr.dart' show LiveQr;
export 'pending_award_listener.dart' show PendingAwardListener;
export 'rotating_qr.dart' show RotatingQr;
export 'ticket_qr.dart' show TicketQr;
export 'ticket_scanner.dart' show TicketScanner;
export 'visibility_watch.dart' show VisibilityWatch;
