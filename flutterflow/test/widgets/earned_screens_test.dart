import 'dart:async';

import 'package:flutter/material.dart';
import 'package:flutter/widget_test.dart';
import 'package:kippu_flutter/widgets/index.dart';

const _second = Duration(seconds: 1);

Map<String, dynamic> earned({num points = 12, List<dynamic> badges = const []}) => {
      'ok': true,
      'points': points,
      'previousTotalPoints': points * 10,
      'newTotalPoints': points * 11,
      'stamp': {'storeId': 'store-1', 'storeName': '喫茶キップ', 'count': points / 4},
      'badges': badges,
    };

Map<String, dynamic> badge(String name) => {'type': 'explorer', 'name': name, 'description': '$nameの説明'};

(EarnedScreens, List<String>) screens(dynamic earned, {Future<void> Function()? onDone}) {
  final done = <String>[];
  final widget = EarnedScreens(
    earned: earned,
    onDone: () async {
      done.add('done');
      await onDone?.call();
    },
  );
  return (widget, done);
}

void main() {
  test('EarnedScreens says 次へ on all but its last screen, and 確認 there', (phone) async {
    for (final badges in [0, 1, 2]) {
      final (widget, done) = screens(earned(badges: [for (var i = 0; i < badges; i++) badge('バッジ$i')]));
      await phone.show(widget);
      for (var left = badges + 1; left > 0; left--) {
        phone.expectNoText('確認');
        await phone.tap('次へ');
      }
      phone.expectNoText('次へ');
      expect(done, isEmpty);
      await phone.tap('確認');
      expect(done, ['done']);
      await phone.leave();
    }
  });

  test('EarnedScreens shows the points, the stamp and each badge', (phone) async {
    final (widget, _) = screens(earned(badges: [badge('探検家'), badge('常連')]));
    await phone.show(widget);
    phone.expectText('+12P');
    await phone.wait(_second * 3);
    phone.expectText('132P');
    await phone.tap('次へ');
    phone.expectText('喫茶キップ');
    phone.expectText('スタンプ 3個');
    await phone.tap('次へ');
    phone.expectText('探検家');
    phone.expectText('1 / 2');
    await phone.tap('次へ');
    phone.expectText('常連の説明');
    phone.expectText('2 / 2');
  });

  test('EarnedScreens counts two badges that are the same', (phone) async {
    final same = badge('常連');
    final (widget, _) = screens(earned(badges: [same, same]));
    await phone.show(widget);
    for (var screen = 0; screen < 3; screen++) {
      await phone.tap('次へ');
    }
    phone.expectText('2 / 2');
  });

  test('EarnedScreens takes doubles for whole numbers', (phone) async {
    final (widget, _) = screens(earned(points: 12.0));
    await phone.show(widget);
    await phone.wait(_second * 3);
    phone.expectText('+12P');
    phone.expectText('132P');
    phone.expectNoText('.0');
    await phone.tap('次へ');
    phone.expectText('スタンプ 3個');
  });

  for (final (what, damaged) in <(String, dynamic)>[
    ('nothing', null),
    ('a text', ''),
    ('a list', <dynamic>[]),
    ('no fields', <String, dynamic>{}),
    ('fields that are null', {'points': null, 'newTotalPoints': null, 'stamp': null, 'badges': null}),
    ('numbers that are texts', {'points': '12', 'newTotalPoints': '132', 'stamp': 'x', 'badges': 'y'}),
    ('numbers that are none', {'points': double.nan, 'newTotalPoints': double.infinity}),
    ('badges that are none', {'badges': [null, 1, 'x', <dynamic>[]]}),
  ]) {
    test('EarnedScreens can be gone through with $what for the answer', (phone) async {
      final (widget, done) = screens(damaged);
      await phone.show(widget);
      phone.expectText('獲得！');
      phone.expectNoText('null');
      await phone.tap('確認');
      expect(done, ['done']);
    });
  }

  test('EarnedScreens shows what there is of a stamp and a badge', (phone) async {
    final (widget, _) = screens({
      'points': 5,
      'stamp': <String, dynamic>{},
      'badges': [
        {'name': '探検家'},
      ],
    });
    await phone.show(widget);
    phone.expectText('+5P');
    phone.expectNoText('総ポイント');
    await phone.tap('次へ');
    phone.expectText('スタンプを獲得しました！');
    await phone.tap('次へ');
    phone.expectText('探検家');
    phone.expectNoText('null');
  });

  test('EarnedScreens is done once however often one taps', (phone) async {
    final going = Completer<void>();
    final (widget, done) = screens(<String, dynamic>{}, onDone: () => going.future);
    await phone.show(widget);
    await phone.tap('確認');
    await phone.tap('確認');
    await phone.wait(_second * 10);
    await phone.tap('確認');
    going.complete();
    await phone.settle();
    await phone.tap('確認');
    expect(done, ['done']);
  });

  test('EarnedScreens can be done again by whoever comes back, also after an error', (phone) async {
    final (widget, done) = screens(<String, dynamic>{}, onDone: () async => throw StateError('no page'));
    await phone.show(widget);
    await phone.tap('確認');
    await phone.wait(_second);
    await phone.tap('確認');
    expect(done, ['done', 'done']);
    await phone.wait(_second);
    phone.errors.clear();
  });

  test('EarnedScreens goes back to its last screen when the answer has fewer', (phone) async {
    await phone.show(screens(earned()).$1);
    await phone.tap('次へ');
    await phone.show(screens(null).$1);
    phone.expectText('獲得！');
    phone.expectText('確認');
  });

  test('EarnedScreens shows an answer that comes later', (phone) async {
    await phone.show(screens(null).$1);
    await phone.show(screens(earned()).$1);
    phone.expectText('+12P');
    phone.expectText('次へ');
  });
}
