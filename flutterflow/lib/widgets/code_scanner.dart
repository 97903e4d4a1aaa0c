import 'package:flutter/material.dart';
import 'package:kippu_flutter/widgets/index.dart';

/// The camera of a customer or a store, for the codes of `RotatingQr`.
///
/// It calls `onToken` once for a code, waits until that is done, and reports the same code again only after 5 seconds, so
/// that a dialog does not open twice. Nothing is read while another page or dialog is in front, or the app is not.
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

  String? _last;
  final _sinceLast = Stopwatch();

  Future<void> _report(String token) async {
    if (token == _last && _sinceLast.elapsed < _sameAgainAfter) return;
    try {
      await widget.onToken(token);
    } finally {
      _last = token;
      _sinceLast
        ..reset()
        ..start();
    }
  }

  @override
  Widget build(BuildContext context) => CodeCamera(width: widget.width, height: widget.height, onCode: _report);
}
