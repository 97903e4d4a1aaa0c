import 'dart:async';

import 'package:flutter/material.dart';
import 'package:flutter/rendering.dart';

/// Tells the widget that has it among its children whether it can be seen: at first, and at each change.
///
/// It can while the app is in front, no page or dialog lies above its own, and the tab that it is on is shown. It has no
/// look itself.
class VisibilityWatch extends StatefulWidget {
  const VisibilityWatch({super.key, this.width, this.height, required this.onChange});

  final double? width;
  final double? height;
  final Future Function(bool visible) onChange;

  @override
  State<VisibilityWatch> createState() => _VisibilityWatchState();
}

class _VisibilityWatchState extends State<VisibilityWatch> {
  AppLifecycleListener? _lifecycle;
  Timer? _timer;
  bool _inFront = true;
  bool _onTop = true;
  bool? _told;

  @override
  void initState() {
    super.initState();
    _seeApp(WidgetsBinding.instance.lifecycleState);
    _lifecycle = AppLifecycleListener(
      onStateChange: (state) {
        _seeApp(state);
        _tell();
      },
    );
    // Nobody is told when FlutterFlow's TabBar shows another tab: it keeps this one as it is, off the screen.
    _timer = Timer.periodic(const Duration(seconds: 1), (_) => _tell());
  }

  @override
  void didChangeDependencies() {
    super.didChangeDependencies();
    _onTop = (ModalRoute.of(context)?.isCurrent ?? true) && TickerMode.of(context);
    // Whoever is told may want to rebuild, which must wait for the end of this frame.
    WidgetsBinding.instance.addPostFrameCallback((_) => _tell());
  }

  @override
  void dispose() {
    _timer?.cancel();
    _lifecycle?.dispose();
    super.dispose();
  }

  /// Inactive is what lies below a question of the system, such as whether the camera may be used.
  void _seeApp(AppLifecycleState? state) =>
      _inFront = const [null, AppLifecycleState.resumed, AppLifecycleState.inactive].contains(state);

  bool get _keptOffScreen {
    for (var drawn = context.findRenderObject(); drawn != null; drawn = drawn.parent) {
      final data = drawn.parentData;
      if (data is KeepAliveParentDataMixin && data.keptAlive) return true;
    }
    return false;
  }

  void _tell() {
    if (!mounted) return;
    final visible = _inFront && _onTop && !_keptOffScreen;
    if (visible == _told) return;
    _told = visible;
    widget.onChange(visible);
  }

  @override
  Widget build(BuildContext context) => const SizedBox.shrink();
}
