/// A stand-in of mobile_scanner.
library;

import 'package:flutter/material.dart';

/// Of a business card's code.
class Address {
  const Address({this.addressLines = const <String>[]});

  final List<String> addressLines;
}

/// Of a map's code. cloud_firestore has one, too.
class GeoPoint {
  const GeoPoint({required this.latitude, required this.longitude});

  final double latitude;
  final double longitude;
}

enum BarcodeFormat { unknown, all, qrCode }

enum MobileScannerErrorCode {
  controllerAlreadyInitialized,
  controllerDisposed,
  controllerInitializing,
  controllerNotAttached,
  controllerUninitialized,
  genericError,
  permissionDenied,
  unsupported,
}

class Barcode {
  const Barcode({this.displayValue, this.format = BarcodeFormat.unknown, this.rawValue});

  final String? displayValue;
  final BarcodeFormat format;
  final String? rawValue;
}

class BarcodeCapture {
  const BarcodeCapture({this.barcodes = const <Barcode>[]});

  final List<Barcode> barcodes;
}

class MobileScannerException implements Exception {
  const MobileScannerException({required this.errorCode});

  final MobileScannerErrorCode errorCode;
}

class MobileScannerController {
  MobileScannerController({
    this.autoStart = true,
    this.formats = const <BarcodeFormat>[],
    this.torchEnabled = false,
  });

  final bool autoStart;
  final List<BarcodeFormat> formats;
  final bool torchEnabled;

  Stream<BarcodeCapture> get barcodes => const Stream.empty();

  Future<void> start() async {}
  Future<void> pause() async {}
  Future<void> stop() async {}
  Future<void> dispose() async {}
}

class MobileScanner extends StatefulWidget {
  const MobileScanner({
    this.controller,
    this.onDetect,
    this.onDetectError = _ignore,
    this.errorBuilder,
    this.placeholderBuilder,
    this.useAppLifecycleState = true,
    super.key,
  });

  final MobileScannerController? controller;
  final void Function(BarcodeCapture barcodes)? onDetect;
  final void Function(Object error, StackTrace stackTrace) onDetectError;
  final Widget Function(BuildContext, MobileScannerException)? errorBuilder;
  final WidgetBuilder? placeholderBuilder;
  final bool useAppLifecycleState;

  static void _ignore(Object error, StackTrace stackTrace) {}

  @override
  State<MobileScanner> createState() => throw UnimplementedError();
}
