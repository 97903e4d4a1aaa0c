import 'package:flutter/material.dart';
import 'package:mobile_scanner/mobile_scanner.dart';

class CodeScanner extends StatefulWidget {
  const CodeScanner({super.key, this.width, this.height, required this.onToken});

  final double? width;
  final double? height;
  final Future Function(String token) onToken;

  @override
  State<CodeScanner> createState() => _CodeScannerState();
}

class _CodeScannerState extends State<CodeScanner> {
  static const _sameAgainAfter = Duration(seconds: 5);

  final _controller = MobileScannerController(formats: const [BarcodeFormat.qrCode]);
  bool _busy = false;
  String? _last;
  DateTime _lastAt = DateTime.now();

  @override
  void dispose() {
    _controller.dispose();
    super.dispose();
  }

  Future<void> _onDetect(BarcodeCapture capture) async {
    final token = capture.barcodes.isEmpty ? null : capture.barcodes.first.rawValue;
    if (_busy || token == null || token.isEmpty) return;
    final again = DateTime.now().difference(_lastAt).abs() >= _sameAgainAfter;
    if (token == _last && !again) return;
    _busy = true;
    try {
      await widget.onToken(token);
    } finally {
      _last = token;
      _lastAt = DateTime.now();
      _busy = false;
    }
  }

  @override
  Widget build(BuildContext context) {
    return SizedBox(
      width: widget.width,
      height: widget.height,
      child: MobileScanner(
        controller: _controller,
        onDetect: _onDetect,
        errorBuilder: (context, error) => const Center(
          child: Text('カメラを使用できません。設定でカメラの使用を許可してください'),
        ),
      ),
    );
  }
}
