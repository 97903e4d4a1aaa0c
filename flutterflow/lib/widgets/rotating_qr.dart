import 'package:flutter/material.dart';
import 'package:kippu_flutter/actions/index.dart';
import 'package:kippu_flutter/widgets/index.dart';

/// The code that a customer shows to a store, or a store to its customers, with its countdown.
///
/// `storeId` is null or empty for the customer's own code. The next code is asked for 5 seconds before the shown one ends,
/// and at a tap, as long as somebody can see it. If that fails it says so, keeps the old code until it ends, and goes on
/// asking.
class RotatingQr extends StatefulWidget {
  const RotatingQr({super.key, this.width, this.height, this.storeId});

  final double? width;
  final double? height;
  final String? storeId;

  @override
  State<RotatingQr> createState() => _RotatingQrState();
}

class _RotatingQrState extends State<RotatingQr> {
  static const _aheadSeconds = 5;
  static const _usualSeconds = 60;

  String get _storeId => widget.storeId ?? '';

  Future<dynamic> _ask() async {
    final answer = await callKippu('issueSecureQR', {
      'type': _storeId.isEmpty ? 'user_point_earn' : 'store_point_use',
      'storeId': _storeId.isEmpty ? null : _storeId,
    });
    final said = answer['refreshAfterSeconds'];
    final seconds = said is num ? said : _usualSeconds;
    return {...answer, 'askAgainAfter': seconds - _aheadSeconds, 'goneAfter': seconds};
  }

  @override
  Widget build(BuildContext context) => LiveQr(
        // Another store's code has nothing of this one's.
        key: ValueKey(_storeId),
        width: widget.width,
        height: widget.height,
        ask: _ask,
        refusals: const ['PERMISSION_DENIED', 'INVALID_ARGUMENT'],
        countdown: true,
        button: '手動更新',
        note: 'セキュリティのため60秒ごとにQRコードが自動更新されます',
      );
}
