import 'package:flutter/widget_test.dart';

import 'code_scanner_test.dart' as code_scanner;
import 'earned_screens_test.dart' as earned_screens;
import 'framework_test.dart' as framework;
import 'pending_award_listener_test.dart' as pending_award_listener;
import 'rotating_qr_test.dart' as rotating_qr;
import 'ticket_qr_test.dart' as ticket_qr;
import 'ticket_scanner_test.dart' as ticket_scanner;

/// Runs every test of this folder. tests/kit/test_widgets.py reads what they print.
Future<void> main() {
  code_scanner.main();
  earned_screens.main();
  framework.main();
  pending_award_listener.main();
  rotating_qr.main();
  ticket_qr.main();
  ticket_scanner.main();
  return runTests();
}
