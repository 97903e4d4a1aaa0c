/// A stand-in of mobile_scanner: its controller goes through the states of the published one, above a camera that tests
/// bring.
library;

import 'dart:async';

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
  controllerUninitialized,
  genericError,
  permissionDenied,
  unsupported,
  controllerInitializing,
  controllerNotAttached,
}

class MobileScannerException implements Exception {
  const MobileScannerException({required this.errorCode});

  final MobileScannerErrorCode errorCode;

  @override
  String toString() => 'MobileScannerException(${errorCode.name})';
}

class Barcode {
  const Barcode({this.rawValue});

  final String? rawValue;
}

class BarcodeCapture {
  const BarcodeCapture({this.barcodes = const []});

  final List<Barcode> barcodes;
}

/// The camera itself. There is one, and whoever starts it while it runs is refused.
abstract class MobileScannerPlatform {
  static MobileScannerPlatform? _instance;

  static MobileScannerPlatform get instance => _instance ?? (throw StateError('There is no camera.'));

  static set instance(MobileScannerPlatform instance) => _instance = instance;

  Stream<BarcodeCapture?> get barcodesStream;

  Future<void> start();

  Future<void> stop();

  Future<void> dispose();
}

class MobileScannerState {
  const MobileScannerState({
    required this.isInitialized,
    required this.isStarting,
    required this.isRunning,
    this.error,
  });

  const MobileScannerState.uninitialized() : this(isInitialized: false, isStarting: false, isRunning: false);

  final bool isInitialized;
  final bool isStarting;
  final bool isRunning;
  final MobileScannerException? error;

  bool get hasCameraPermission =>
      isInitialized && error?.errorCode != MobileScannerErrorCode.permissionDenied;

  /// What is not named stays, but an error goes.
  MobileScannerState copyWith({
    bool? isInitialized,
    bool? isStarting,
    bool? isRunning,
    MobileScannerException? error,
  }) =>
      MobileScannerState(
        isInitialized: isInitialized ?? this.isInitialized,
        isStarting: isStarting ?? this.isStarting,
        isRunning: isRunning ?? this.isRunning,
        error: error,
      );
}

class MobileScannerController extends ValueNotifier<MobileScannerState> {
  MobileScannerController({this.autoStart = true, this.formats = const []})
      : super(const MobileScannerState.uninitialized());

  final bool autoStart;
  final List<BarcodeFormat> formats;

  static MobileScannerController? _owner;

  final _barcodes = StreamController<BarcodeCapture>.broadcast();
  final _attached = Completer<void>();
  StreamSubscription<BarcodeCapture?>? _subscription;
  bool _isDisposed = false;

  Stream<BarcodeCapture> get barcodes => _barcodes.stream;

  /// The widget that shows the camera is there. Before that nothing is started.
  void attach() {
    if (!_attached.isCompleted) _attached.complete();
  }

  void _throwIfDisposed() {
    if (_isDisposed) throw const MobileScannerException(errorCode: MobileScannerErrorCode.controllerDisposed);
  }

  /// Throws when it is starting already. What goes wrong in the camera does not throw, but stands in [value].
  Future<void> start() async {
    _throwIfDisposed();
    if (!_attached.isCompleted) {
      await _attached.future.timeout(
        const Duration(milliseconds: 500),
        onTimeout: () =>
            throw const MobileScannerException(errorCode: MobileScannerErrorCode.controllerNotAttached),
      );
      _throwIfDisposed();
    }
    if (value.isRunning) return;
    if (value.isStarting) {
      throw const MobileScannerException(errorCode: MobileScannerErrorCode.controllerInitializing);
    }
    value = value.copyWith(isStarting: true);
    try {
      _subscription = MobileScannerPlatform.instance.barcodesStream.listen(
        (capture) {
          if (!_barcodes.isClosed && capture != null) _barcodes.add(capture);
        },
        onError: (Object error) {
          if (!_barcodes.isClosed) _barcodes.addError(error);
        },
      );
      await MobileScannerPlatform.instance.start();
      _owner = this;
      if (!_isDisposed) value = value.copyWith(isInitialized: true, isStarting: false, isRunning: true);
    } on MobileScannerException catch (error) {
      if (!_isDisposed) {
        value = value.copyWith(isInitialized: true, isStarting: false, isRunning: false, error: error);
      }
    }
  }

  /// Does nothing while it is not running, nor while it is still starting.
  Future<void> stop() async {
    if (!value.isInitialized || !value.isRunning || _isDisposed) return;
    unawaited(_subscription?.cancel());
    _subscription = null;
    value = value.copyWith(isRunning: false);
    if (identical(_owner, this)) _owner = null;
    await MobileScannerPlatform.instance.stop();
  }

  @override
  Future<void> dispose() async {
    if (_isDisposed) return;
    _isDisposed = true;
    unawaited(_subscription?.cancel());
    unawaited(_barcodes.close());
    super.dispose();
    if (_owner != null && !identical(_owner, this)) return;
    _owner = null;
    await MobileScannerPlatform.instance.dispose();
  }
}

class MobileScanner extends StatefulWidget {
  const MobileScanner({
    super.key,
    this.controller,
    this.onDetect,
    this.onDetectError = _ignore,
    this.errorBuilder,
    this.placeholderBuilder,
    this.useAppLifecycleState = true,
  });

  final MobileScannerController? controller;
  final void Function(BarcodeCapture barcodes)? onDetect;
  final void Function(Object error, StackTrace stackTrace) onDetectError;
  final Widget Function(BuildContext, MobileScannerException)? errorBuilder;
  final WidgetBuilder? placeholderBuilder;
  final bool useAppLifecycleState;

  static void _ignore(Object error, StackTrace stackTrace) {}

  @override
  State<MobileScanner> createState() => _MobileScannerState();
}

/// It follows the app's life only with a controller of its own.
class _MobileScannerState extends State<MobileScanner> with WidgetsBindingObserver {
  late final MobileScannerController _controller;
  StreamSubscription<BarcodeCapture>? _subscription;

  @override
  void initState() {
    super.initState();
    _controller = widget.controller ?? MobileScannerController();
    unawaited(_begin());
  }

  Future<void> _begin() async {
    _controller.attach();
    if (widget.controller == null) WidgetsBinding.instance.addObserver(this);
    if (widget.onDetect != null) {
      _subscription = _controller.barcodes.listen(widget.onDetect, onError: widget.onDetectError);
    }
    if (_controller.autoStart) await _controller.start();
  }

  @override
  void didChangeAppLifecycleState(AppLifecycleState state) {
    if (!widget.useAppLifecycleState || !_controller.value.hasCameraPermission) return;
    if (state == AppLifecycleState.resumed) unawaited(_controller.start());
    if (state == AppLifecycleState.inactive) unawaited(_controller.stop());
  }

  @override
  void dispose() {
    super.dispose();
    unawaited(_end());
  }

  Future<void> _end() async {
    if (widget.controller == null) WidgetsBinding.instance.removeObserver(this);
    await _subscription?.cancel();
    if (_controller.autoStart) await _controller.stop();
    if (widget.controller == null) await _controller.dispose();
  }

  @override
  Widget build(BuildContext context) => ValueListenableBuilder<MobileScannerState>(
        valueListenable: _controller,
        builder: (context, value, _) {
          if (!value.isInitialized) {
            return widget.placeholderBuilder?.call(context) ?? const ColoredBox(color: Colors.black);
          }
          final error = value.error;
          if (error == null) return const SizedBox.expand();
          return widget.errorBuilder?.call(context, error) ?? Text(error.errorCode.name);
        },
      );
}
