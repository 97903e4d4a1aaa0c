import 'dart:async';

import 'package:flutter/material.dart';
import 'package:flutter/widget_test.dart';
import 'package:kippu_flutter/widgets/index.dart';
import 'package:mobile_scanner/mobile_scanner.dart';

import 'camera.dart';

const _second = Duration(seconds: 1);

/// The widget of this test, and the tokens that it reported.
(Widget, List<String>) scanner({Future<void> Function(String)? onToken}) {
  final tokens = <String>[];
  final widget = CodeScanner(
    onToken: (token) async {
      tokens.add(token);
      await onToken?.call(token);
    },
  );
  return (widget, tokens);
}

void main() {
  test('CodeScanner reports a code once, and again when five seconds are over', (phone) async {
    final camera = Camera();
    final (widget, tokens) = scanner();
    await phone.show(widget);
    await phone.wait(_second);
    for (var seconds = 0; seconds < 4; seconds++) {
      camera.sees('A');
      await phone.wait(_second);
    }
    expect(tokens, ['A']);
    camera.sees('B');
    await phone.settle();
    expect(tokens, ['A', 'B']);
    await phone.wait(_second * 6);
    camera.sees('B');
    await phone.settle();
    expect(tokens, ['A', 'B', 'B']);
  });

  test('CodeScanner reports nothing while what it reported is being handled', (phone) async {
    final camera = Camera();
    final handled = Completer<void>();
    final (widget, tokens) = scanner(onToken: (_) => handled.future);
    await phone.show(widget);
    await phone.wait(_second);
    for (final code in ['A', 'B', 'C']) {
      camera.sees(code);
      await phone.wait(_second * 10);
    }
    expect(tokens, ['A']);
    handled.complete();
    await phone.settle();
    camera.sees('C');
    await phone.settle();
    expect(tokens, ['A', 'C']);
  });

  test('CodeScanner turns the camera on again when the app comes back', (phone) async {
    final camera = Camera();
    final (widget, tokens) = scanner();
    await phone.show(widget);
    await phone.wait(_second);
    await phone.toBackground();
    await phone.wait(_second);
    expect(camera.on, isFalse);
    await phone.toFront();
    await phone.wait(_second);
    expect(camera.on, isTrue);
    camera.sees('A');
    await phone.settle();
    expect(tokens, ['A']);
  });

  test('CodeScanner follows an app that goes and comes faster than a camera', (phone) async {
    final camera = Camera()..startTakes = _second * 3;
    final (widget, _) = scanner();
    await phone.show(widget);
    for (var time = 0; time < 3; time++) {
      await phone.toBackground();
      await phone.toFront();
    }
    await phone.toBackground();
    await phone.wait(_second * 20);
    expect(camera.on, isFalse);
    await phone.toFront();
    await phone.wait(_second * 20);
    expect(camera.on, isTrue);
  });

  for (final (what, open) in [
    ('page', (Phone phone) => phone.push(const Text('above'))),
    ('dialog', (Phone phone) => phone.openDialog(const Text('above'))),
  ]) {
    test('CodeScanner is off and reports nothing below a $what', (phone) async {
      final camera = Camera();
      final (widget, tokens) = scanner();
      await phone.show(widget);
      await phone.wait(_second);
      await open(phone);
      camera.sees('A');
      await phone.wait(_second);
      camera.sees('A');
      expect(camera.on, isFalse);
      expect(tokens, isEmpty);
      await phone.pop();
      await phone.wait(_second);
      expect(camera.on, isTrue);
      camera.sees('A');
      await phone.settle();
      expect(tokens, ['A']);
    });
  }

  test('CodeScanner reports nothing of a camera that starts when a page lies above it already', (phone) async {
    final camera = Camera()..startTakes = _second * 3;
    final (widget, tokens) = scanner();
    await phone.show(widget);
    await phone.push(const Text('above'));
    camera.sees('A', starting: true);
    await phone.wait(_second * 5);
    expect(tokens, isEmpty);
    expect(camera.on, isFalse);
  });

  test('CodeScanner is off in a tab that is not shown', (phone) async {
    final camera = Camera();
    final (widget, _) = scanner();
    await phone.show(widget);
    await phone.wait(_second);
    for (final leave in [phone.muteTab, phone.leaveTab]) {
      await leave();
      await phone.wait(_second * 2);
      expect(camera.on, isFalse);
      await phone.backToTab();
      await phone.wait(_second * 2);
      expect(camera.on, isTrue);
    }
  });

  test('CodeScanner goes on after its action threw', (phone) async {
    final camera = Camera();
    final (widget, tokens) = scanner(onToken: (token) async => throw StateError('no page'));
    await phone.show(widget);
    await phone.wait(_second);
    camera.sees('A');
    await phone.settle();
    camera.sees('B');
    await phone.settle();
    expect(tokens, ['A', 'B']);
    expect(phone.errors.length, 2, 'the errors are not hidden');
    phone.errors.clear();
  });

  test('CodeScanner says that it may not use the camera, and tries again at a tap and after the settings', (phone) async {
    final camera = Camera()..allowed = false;
    final (widget, _) = scanner();
    await phone.show(widget);
    await phone.covered();
    await phone.uncovered();
    await phone.wait(_second * 30);
    phone.expectText('カメラを使用できません');
    expect(camera.starts, 1, 'it does not ask again by itself');
    await phone.tap('カメラを使用できません');
    await phone.wait(_second);
    expect(camera.starts, 2);
    phone.expectText('カメラを使用できません');
    await phone.toBackground();
    camera.allowed = true;
    await phone.toFront();
    await phone.wait(_second);
    expect(camera.on, isTrue);
    phone.expectNoText('カメラを使用できません');
  });

  test('CodeScanner gets the camera from a scanner on the page above it', (phone) async {
    final camera = Camera();
    final (widget, tokens) = scanner();
    final (above, tokensAbove) = scanner();
    await phone.show(widget);
    await phone.wait(_second);
    await phone.push(above);
    phone.expectNoText('カメラを使用できません');
    await phone.wait(_second * 3);
    camera.sees('A');
    await phone.settle();
    expect(tokensAbove, ['A']);
    await phone.pop();
    await phone.wait(_second * 3);
    phone.expectNoText('カメラを使用できません');
    expect(camera.on, isTrue);
    camera.sees('B');
    await phone.settle();
    expect(tokens, ['B']);
  });

  test('CodeScanner gives the camera back when its page is left while it starts', (phone) async {
    final camera = Camera()..startTakes = _second * 3;
    final (widget, _) = scanner();
    await phone.show(widget);
    await phone.leave();
    await phone.wait(_second * 10);
    expect(camera.on, isFalse);
  });

  test('CodeScanner asks for no camera when its page is left', (phone) async {
    final camera = Camera()
      ..startTakes = _second * 3
      ..allowed = false;
    final (widget, _) = scanner();
    await phone.show(widget);
    await phone.toBackground();
    await phone.toFront();
    await phone.leave();
    await phone.wait(_second * 20);
    expect(camera.starts, 1);
  });

  test('A camera with a controller of its own user does not follow the app by itself', (phone) async {
    // The reason why CodeCamera follows it: a control of the stand-in.
    final camera = Camera();
    final controller = MobileScannerController();
    await phone.show(MobileScanner(controller: controller));
    await phone.wait(_second);
    await phone.toBackground();
    await phone.wait(_second);
    expect(camera.on, isTrue);
    await controller.dispose();
  });
}
