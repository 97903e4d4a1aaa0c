import 'package:flutter/material.dart';

class EarnedScreens extends StatefulWidget {
  const EarnedScreens({super.key, this.width, this.height, required this.earned, required this.onDone});

  final double? width;
  final double? height;
  final dynamic earned;
  final Future Function() onDone;

  @override
  State<EarnedScreens> createState() => _EarnedScreensState();
}

class _EarnedScreensState extends State<EarnedScreens> {
  int _shown = 0;

  /// Points, stamp, and each new badge; mostly there are none.
  late final List<Widget> _screens = [
    _points(),
    _stamp(),
    ..._badges(),
  ];

  void _next() {
    if (_shown + 1 < _screens.length) {
      setState(() => _shown++);
    } else {
      widget.onDone();
    }
  }

  Widget _points() => Column(
        mainAxisSize: MainAxisSize.min,
        children: [
          _appearing(_large('+${widget.earned['points']}P')),
          _large('獲得！'),
          const SizedBox(height: 32),
          const Text('総ポイント'),
          TweenAnimationBuilder<int>(
            tween: IntTween(
              begin: widget.earned['previousTotalPoints'] as int,
              end: widget.earned['newTotalPoints'] as int,
            ),
            duration: const Duration(milliseconds: 2000),
            curve: Curves.easeOutCubic,
            builder: (context, total, _) => _large('${total}P'),
          ),
        ],
      );

  Widget _stamp() {
    final stamp = widget.earned['stamp'];
    return Column(
      mainAxisSize: MainAxisSize.min,
      children: [
        Text('${stamp['storeName']}'),
        _appearing(const Icon(Icons.approval, size: 120, color: Colors.red)),
        _large('スタンプを獲得しました！'),
        Text('スタンプ ${stamp['count']}個'),
      ],
    );
  }

  Iterable<Widget> _badges() {
    final badges = widget.earned['badges'] as List<dynamic>;
    return badges.map(
      (badge) => Column(
        mainAxisSize: MainAxisSize.min,
        children: [
          _appearing(Icon(_iconOf('${badge['type']}'), size: 120, color: Colors.amber)),
          _large('${badge['name']}'),
          Text('${badge['description']}', textAlign: TextAlign.center),
          Text('${badges.indexOf(badge) + 1} / ${badges.length}'),
        ],
      ),
    );
  }

  IconData _iconOf(String badgeType) => switch (badgeType) {
        'first_visit' => Icons.flag,
        'regular_customer' => Icons.favorite,
        'point_collector' => Icons.savings,
        'explorer' => Icons.explore,
        _ => Icons.emoji_events,
      };

  Widget _large(String text) => Text(
        text,
        textAlign: TextAlign.center,
        style: const TextStyle(fontSize: 32, fontWeight: FontWeight.bold),
      );

  Widget _appearing(Widget child) => TweenAnimationBuilder<double>(
        tween: Tween<double>(begin: 0, end: 1),
        duration: const Duration(milliseconds: 1500),
        curve: Curves.elasticOut,
        builder: (context, scale, child) => Transform.scale(scale: scale, child: child),
        child: child,
      );

  @override
  Widget build(BuildContext context) {
    return SizedBox(
      width: widget.width,
      height: widget.height,
      child: Column(
        children: [
          // A key of its own lets each screen play its animation from the start.
          Expanded(
            child: Center(
              key: ValueKey(_shown),
              child: _screens[_shown],
            ),
          ),
          ElevatedButton(
            onPressed: _next,
            child: Text(_shown < 2 ? '次へ' : '確認'),
          ),
        ],
      ),
    );
  }
}
