import 'dart:math' as math;

import 'package:flutter/material.dart';

/// The points, the stamp and the new badges, one after the other, from the answer of `acceptPoints`.
///
/// They ask nobody any more: everything was awarded in one step. What the answer lacks is left out. `onDone` navigates to
/// the start page.
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
  /// For a second tap, and for the page to go.
  static const _deafFor = Duration(seconds: 1);

  int _shown = 0;
  bool _finishing = false;

  /// Points, stamp, and each new badge; mostly there are none.
  List<Widget> _screens() {
    final earned = widget.earned is Map ? widget.earned as Map : const {};
    final stamp = earned['stamp'];
    final badges = earned['badges'];
    return [
      _points(earned),
      if (stamp is Map) _stamp(stamp),
      if (badges is List) ..._badges([...badges.whereType<Map>()]),
    ];
  }

  Future<void> _finish() async {
    if (_finishing) return;
    _finishing = true;
    try {
      await widget.onDone();
    } finally {
      await Future<void>.delayed(_deafFor);
      _finishing = false;
    }
  }

  /// The web sends whole numbers as doubles.
  int? _number(dynamic value) => value is num && value.isFinite ? value.toInt() : null;

  String _text(dynamic value) => value is String ? value : '';

  Widget _points(Map earned) {
    final points = _number(earned['points']);
    final total = _number(earned['newTotalPoints']);
    return Column(
      mainAxisSize: MainAxisSize.min,
      children: [
        if (points != null) _appearing(_large('+${points}P')),
        _large('獲得！'),
        const SizedBox(height: 32),
        if (total != null) ...[
          const Text('総ポイント'),
          TweenAnimationBuilder<int>(
            tween: IntTween(begin: _number(earned['previousTotalPoints']) ?? total, end: total),
            duration: const Duration(milliseconds: 2000),
            curve: Curves.easeOutCubic,
            builder: (context, shown, _) => _large('${shown}P'),
          ),
        ],
      ],
    );
  }

  Widget _stamp(Map stamp) {
    final count = _number(stamp['count']);
    return Column(
      mainAxisSize: MainAxisSize.min,
      children: [
        Text(_text(stamp['storeName'])),
        _appearing(const Icon(Icons.approval, size: 120, color: Colors.red)),
        _large('スタンプを獲得しました！'),
        if (count != null) Text('スタンプ $count個'),
      ],
    );
  }

  Iterable<Widget> _badges(List<Map> badges) => [
        for (final (index, badge) in badges.indexed)
          Column(
            mainAxisSize: MainAxisSize.min,
            children: [
              _appearing(Icon(_iconOf(badge['type']), size: 120, color: Colors.amber)),
              _large(_text(badge['name'])),
              Text(_text(badge['description']), textAlign: TextAlign.center),
              Text('${index + 1} / ${badges.length}'),
            ],
          ),
      ];

  IconData _iconOf(dynamic badgeType) => switch (badgeType) {
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
    final screens = _screens();
    final shown = math.min(_shown, screens.length - 1);
    final last = shown + 1 == screens.length;
    return SizedBox(
      width: widget.width,
      height: widget.height,
      child: Column(
        children: [
          // A key of its own lets each screen play its animation from the start.
          Expanded(
            child: Center(
              key: ValueKey(shown),
              child: screens[shown],
            ),
          ),
          ElevatedButton(
            onPressed: last ? _finish : () => setState(() => _shown = shown + 1),
            child: Text(last ? '確認' : '次へ'),
          ),
        ],
      ),
    );
  }
}
