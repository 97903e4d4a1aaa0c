import 'dart:async';

import 'package:mobile_scanner/mobile_scanner.dart';

/// The phone's camera, and what is held before it.
class Camera extends MobileScannerPlatform {
  Camera() {
    MobileScannerPlatform.instance = this;
  }

  final _codes = StreamController<BarcodeCapture?>.broadcast();

  /// Whether the person allows its use.
  bool allowed = true;

  /// How long it takes to start.
  Duration startTakes = const Duration(milliseconds: 300);

  bool on = false;

  /// How often it was asked to start.
  int starts = 0;

  @override
  Stream<BarcodeCapture?> get barcodesStream => _codes.stream;

  @override
  Future<void> start() async {
    starts++;
    if (on) throw const MobileScannerException(errorCode: MobileScannerErrorCode.controllerAlreadyInitialized);
    await Future<void>.delayed(startTakes);
    if (!allowed) throw const MobileScannerException(errorCode: MobileScannerErrorCode.permissionDenied);
    on = true;
  }

  @override
  Future<void> stop() async => on = false;

  @override
  Future<void> dispose() => stop();

  /// Holds a code before it: it sees nothing while it is off, but may a little before it says that it has started.
  void sees(String code, {bool starting = false}) {
    if (on || starting) _codes.add(BarcodeCapture(barcodes: [Barcode(rawValue: code)]));
  }
}
