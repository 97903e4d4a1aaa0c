import 'dart:math' as math;

/// A new id, for an order (buyEventTickets) or a scan (scanTicket): 32 letters and digits by chance.
String newRequestId() {
  final random = math.Random.secure();
  return List.generate(32, (_) => random.nextInt(16).toRadixString(16)).join();
}
